/**
 * WebChatService with a chat server in place of ours (G2.1, G2.5, G4.1): options, requests, the results of commands, and the names
 * that pages find in the window in their own document (G3.6).
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOf, serviceOf } from '../compat/genesys/answers.js';
import { REFUSALS, serverCommands } from '../compat/genesys/asks.js';
import { createBus } from '../compat/genesys/bus.js';
import { createRequests, linkOptions, standIn } from '../compat/genesys/gms.js';
import { createService } from '../compat/genesys/service.js';

test('G2.1: every option of the connection reaches the link under its name', () => {
  const table = [
    [{ endpoint: 'Environment:default' }, { endpoint: 'Environment:default' }],
    [{ ajaxTimeout: 4000 }, { ajax_timeout: '4000' }],
    [{ fileUploadTimeout: 0 }, { upload_timeout: '0' }],
    [{ pollRate: 2000 }, { poll_rate: '2000' }],
    [{ pollRateMin: 250, pollRateMax: 5000 }, { poll_rate_min: '250', poll_rate_max: '5000' }],
    [{ pollIntervalIdle_ms: 4000 }, { poll_rate_max: '4000' }],
    [{ pollIntervalIdle_ms: 4000, pollRateMax: 2500 }, { poll_rate_max: '2500' }],
    [{ pollRateMult: 1.2 }, { poll_rate_growth: '120' }],
    [{ pollRateSleep: 30000, sleepEnabled: true }, { poll_rate_sleep: '30000', sleep_enabled: 'true' }],
    [{ dynamicPolling: false }, { dynamic_polling: 'false' }],
  ];
  for (const [given, expected] of table) assert.deepEqual(linkOptions(given), { endpoint: '', ...expected });
  const wrong = { endpoint: 7, ajaxTimeout: 'soon', pollRate: -1, pollRateMult: null, pollRateSleep: NaN, dynamicPolling: 'yes', sleepEnabled: {} };
  assert.deepEqual(linkOptions(wrong), { endpoint: '' }, 'what is no number is left to its default');
});

test('G2.1 dataURL: slashes at the end are removed, other values are no address', () => {
  const page = 'https://shop.example/a/';
  assert.equal(serviceOf({ dataURL: 'https://gms.example/genesys/2/chat/support//' }, page), 'https://gms.example/genesys/2/chat/support');
  assert.equal(serviceOf({ dataURL: '/genesys/2/chat/support' }, page), 'https://shop.example/genesys/2/chat/support');
  for (const dataURL of [undefined, '', 7, 'javascript:alert(1)', 'http://', {}]) assert.equal(serviceOf({ dataURL }, page), undefined);
});

test('the configuration without a site has one chat that is always available', () => {
  const config = JSON.parse(standIn({ locale: 'de', accent: '#0b6b57', now: 5 }));
  assert.deepEqual([config.locale, config.brand.accent, config.now, config.widgets.length], ['de', '#0b6b57', 5, 1]);
  assert.deepEqual([config.widgets[0].kind, config.widgets[0].availability], ['chat', 'available']);
});

/** Requests of a page with this configuration. */
function driver(section = {}) {
  const commands = [];
  const posts = [];
  const requests = createRequests({
    service: 'https://gms.example/chat/support',
    section: () => section,
    header: () => ({ Authorization: 'Bearer x', apikey: 'not this one' }),
    command: (reply, what) => commands.push([reply, what]),
    post: (address, form) => posts.push([address, form]),
  });
  return { requests, commands, posts };
}

test('G2.1: the terms of a request are those that the page has at that moment', () => {
  const section = { apikey: 77, enableCustomHeader: true, xhrFields: { withCredentials: true } };
  const { requests } = driver(section);
  assert.deepEqual(requests.terms(0), { withCredentials: true, file: undefined, apikey: '77', authorization: 'Bearer x' });
  section.enableCustomHeader = 'yes';
  section.xhrFields = 'yes';
  section.apikey = {};
  assert.deepEqual(requests.terms(0), { withCredentials: false, file: undefined });
});

test('G2.5 sendFile: the file goes with the request of its command, until that is answered', () => {
  const { requests, commands } = driver();
  const file = new Blob(['x']);
  requests.ask({ do: 'fileUpload' }, { resolve: () => {}, reject: () => {} }, file);
  const [[number]] = commands;
  assert.deepEqual([requests.terms(number).file, requests.terms(0).file], [file, undefined]);
  requests.replied({ number, status: 200, body: '{}' }, REFUSALS);
  assert.equal(requests.terms(number).file, undefined);
});

test('G2.5: the parsed answer on success, the request on failure', () => {
  assert.deepEqual(outcomeOf(200, '{"statusCode":0,"chatId":"4"}'), { good: true, value: { statusCode: 0, chatId: '4' }, json: { statusCode: 0, chatId: '4' } });
  assert.deepEqual(outcomeOf(200, '{"statusCode":2}').good, false);
  const { good, value } = outcomeOf(400, '{"errors":[{"code":201,"advice":"3"}]}');
  assert.deepEqual([good, value.status, value.responseText, value.responseJSON.errors[0].code], [false, 400, '{"errors":[{"code":201,"advice":"3"}]}', 201]);
  assert.deepEqual(outcomeOf(0, '').value, { status: 0, responseText: '', responseJSON: undefined });
});

/** The service over such a link, in a session unless told otherwise. */
function world(active = true) {
  const bus = createBus({ task: (work) => work(), print: () => {}, warn: () => {} });
  const plugin = bus.registerPlugin('WebChatService');
  const asked = [];
  const nothing = () => {};
  const link = {
    begin: nothing,
    end: () => asked.push('end'),
    say: nothing,
    typing: nothing,
    wake: nothing,
    data: nothing,
    notice: nothing,
    commands: (isActive, merge) => serverCommands((what, deferred, file) => asked.push([what, deferred, file]), isActive, merge),
  };
  const clock = { set: () => 1, clear: nothing };
  const service = createService({ plugin, link, config: {}, automatic: () => ({}), report: nothing, clock });
  plugin.ready();
  const page = bus.CXBus.registerPlugin('Page');
  const heard = [];
  ['error', 'ajaxResponse', 'pollingStopped', 'pollingStarted', 'ended', 'started'].forEach((name) =>
    page.subscribe(`WebChatService.${name}`, ({ data }) => heard.push([name, data])),
  );
  const outcome = (command, options) => {
    const result = {};
    page.command(`WebChatService.${command}`, options).done((value) => (result.ok = value)).fail((value) => (result.bad = value));
    return result;
  };
  if (active) service.notice({ what: 'started', session: { sessionID: '4', userId: 'u', secureKey: 'k', alias: '1' } });
  heard.splice(0);
  return { service, plugin, asked, outcome, heard };
}

test('G2.5: commands that the chat server answers, each as what it asks the link for', () => {
  const file = new Blob(['x']);
  const table = [
    ['sendTyping', { message: 'hel' }, { do: 'typing', text: 'hel' }],
    ['sendTyping', undefined, { do: 'typing', text: '' }],
    ['updateUserData', { order: 7 }, { do: 'updateData', data: { order: '7' } }],
    ['sendCustomNotice', { message: 'm' }, { do: 'customNotice', text: 'm' }],
    ['startPoll', {}, { do: 'startPoll' }],
    ['stopPoll', {}, { do: 'stopPoll' }],
    ['resetPollExceptions', {}, { do: 'resetPollFailures' }],
    ['getFileLimits', {}, { do: 'fileLimits' }],
    ['sendFile', { files: [file, new Blob(['y'])] }, { do: 'fileUpload' }],
    ['sendFile', { files: { 0: file, length: 1 } }, { do: 'fileUpload' }],
    ['downloadFile', { fileId: 'f1' }, { do: 'fileDownload', file: 'f1' }],
  ];
  for (const [command, options, what] of table) {
    const { outcome, asked } = world();
    const result = outcome(command, options);
    assert.deepEqual(asked[0]?.[0], what, command);
    if (command === 'sendFile') assert.equal(asked[0][2], file, 'only the first is sent');
    asked[0][1].resolve({ statusCode: 0 });
    assert.deepEqual(result, { ok: { statusCode: 0 } }, command);
  }
});

test('G2.5: without a session they reject with the contract\'s words', () => {
  for (const command of ['sendTyping', 'sendCustomNotice', 'startPoll', 'getFileLimits', 'sendFile', 'downloadFile']) {
    assert.deepEqual(world(false).outcome(command, {}), { bad: 'There is no active chat session' }, command);
  }
  assert.deepEqual(world().outcome('poll'), { bad: 'Access Denied to private command. Only WebChatService is allowed to invoke this command' });
  assert.deepEqual(world(false).outcome('updateUserData', { a: 1 }), { ok: { a: 1 } });
});

test('the link\'s answer to a command settles it, once', () => {
  const { requests, commands, posts } = driver();
  const outcomes = [];
  const deferred = (name) => ({ resolve: (value) => outcomes.push([name, 'ok', value]), reject: (value) => outcomes.push([name, 'bad', value]) });
  ['a', 'b', 'c', 'd', 'e'].forEach((name) => requests.ask({ do: 'poll' }, deferred(name)));
  assert.deepEqual(commands.map(([number]) => number), [1, 2, 3, 4, 5]);
  requests.replied({ number: 1, status: 200, body: '{"statusCode":0}' }, REFUSALS);
  requests.replied({ number: 1, status: 200, body: '{}' }, REFUSALS);
  requests.replied({ number: 2, status: 400, body: '{"errors":[]}' }, REFUSALS);
  requests.replied({ number: 3, refused: 'poll_running' }, REFUSALS);
  requests.replied({ number: 4 }, REFUSALS);
  requests.replied({ number: 5, path: '/4/file/f1/download', form: [['userId', 'u']] }, REFUSALS);
  requests.replied({ number: 99 }, REFUSALS);
  assert.deepEqual(outcomes[0], ['a', 'ok', { statusCode: 0 }]);
  assert.deepEqual([outcomes[1][1], outcomes[1][2].status], ['bad', 400]);
  assert.deepEqual(outcomes[2], ['c', 'bad', 'previous poll has not finished']);
  assert.deepEqual(outcomes[3], ['d', 'ok', undefined]);
  assert.deepEqual(posts, [['https://gms.example/chat/support/4/file/f1/download', [['userId', 'u']]]], 'G2.5 downloadFile');
  assert.equal(outcomes.length, 5);
});

test('G2.6 ajaxResponse and error: every answer, and those that are errors', () => {
  const { service, heard } = world();
  const wrong = { statusCode: 2, errors: [{ code: 204 }] };
  service.notice({ what: 'answer', operation: 'refresh', status: 200, body: '{"statusCode":0,"messages":[]}' });
  service.notice({ what: 'answer', operation: 'refresh', status: 0, body: '' });
  service.notice({ what: 'answer', operation: 'send', status: 200, body: JSON.stringify(wrong) });
  service.notice({ what: 'answer', operation: 'send', status: 503, body: 'busy' });
  assert.deepEqual(heard.map(([name]) => name), ['ajaxResponse', 'ajaxResponse', 'error', 'error'], 'no network is told in other words');
  assert.deepEqual(heard[2][1], wrong);
  assert.equal(heard[3][1].status, 503);
});

test('G2.5 endChat resolves with the chat server\'s own answer', () => {
  const { service, outcome, asked, heard } = world();
  const end = outcome('endChat');
  service.notice({ what: 'ended' });
  assert.deepEqual([asked, end], [['end'], {}]);
  assert.equal(heard.at(-1)[0], 'ended');
  service.notice({ what: 'answer', operation: 'disconnect', status: 200, body: '{"statusCode":0,"chatEnded":true}' });
  assert.deepEqual(end, { ok: { statusCode: 0, chatEnded: true } });
});

test('G2.7: the chat server ends it: polling stops, and it has ended, once', () => {
  const { service, heard } = world();
  service.notice({ what: 'pollingStopped' });
  service.notice({ what: 'over' });
  service.notice({ what: 'over' });
  assert.deepEqual(heard.map(([name]) => name), ['pollingStopped', 'ended']);
});
