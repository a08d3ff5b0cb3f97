/**
 * The contract of WebChatService (G2), as a table: every command with what it resolves and rejects with, every event with its payload and
 * its place in the order. The link is played here; what it notices is what the core's dialect notices (tests/genesys.rs).
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBus } from '../compat/genesys/bus.js';
import { createService } from '../compat/genesys/service.js';

const SESSION = { sessionID: 'c_1', userId: 'v_1', secureKey: '', alias: '' };
const CLIENT = { nickname: 'Vera', participantId: 1, type: 'Client' };
const ADA = { nickname: 'Ada', participantId: 2, type: 'Agent' };
const NOON = 1_795_176_000_000;

const joined = (index, from) => ({ from, index, type: 'ParticipantJoined', utcTime: NOON + index });
const left = (index, from) => ({ from, index, type: 'ParticipantLeft', utcTime: NOON + index });
const said = (index, from, text) => ({ from, index, type: 'Message', utcTime: NOON + index, text, messageType: 'text', id: `m_${index}` });
const told = ({ id, ...event }) => ({ id, event });
const run = (...events) => ({ what: 'events', restoring: false, over: false, events: events.map(told) });

/** A bus with the service, a page that hears everything, and a link that only remembers. */
function world(config = {}, shown = undefined) {
  const bus = createBus({ task: (work) => work(), report: (error) => reported.push(error), print: () => {}, warn: () => {} });
  const reported = [];
  const asked = [];
  const timers = [];
  const plugin = bus.registerPlugin('WebChatService');
  const link = {
    begin: (values) => asked.push(['begin', values]),
    end: () => asked.push(['end']),
    say: (text) => {
      asked.push(['say', text]);
      service.notice({ what: 'queued', id: `m${asked.length}` });
    },
    data: (values) => {
      asked.push(['data', values]);
      service.notice({ what: 'queued', id: `m${asked.length}` });
    },
    notice: (text) => {
      asked.push(['notice', text]);
      service.notice({ what: 'queued', id: `m${asked.length}` });
    },
    typing: (on) => asked.push(['typing', on]),
    wake: () => asked.push(['wake']),
  };
  const clock = { set: (work) => timers.push(work), clear: (timer) => delete timers[timer - 1] };
  const service = createService({ plugin, link, config, automatic: () => ({ _genesys_source: 'web' }), report: (error) => reported.push(error), clock, shown });
  plugin.ready();
  const page = bus.CXBus.registerPlugin('Page');
  const heard = [];
  const names = plugin.registry().WebChatService.events;
  names.forEach((name) => page.subscribe(`WebChatService.${name}`, ({ data }) => heard.push([name, data])));
  const outcome = (command, options) => {
    const result = {};
    page.command(`WebChatService.${command}`, options).done((value) => (result.ok = value)).fail((value) => (result.bad = value));
    return result;
  };
  const words = () => heard.splice(0).map(([name]) => name);
  /** A chat that an agent is in. */
  const talking = () => {
    outcome('startChat', { nickname: 'Vera' });
    service.notice({ what: 'started', session: SESSION });
    service.notice(run(joined(1, CLIENT)));
    service.notice(run(joined(2, ADA)));
    words();
    asked.splice(0);
  };
  return { bus, plugin, page, service, link, asked, heard, reported, timers, outcome, words, talking };
}

const answer = (more = {}) => ({
  statusCode: 0,
  chatEnded: false,
  chatId: 'c_1',
  alias: '',
  userId: 'v_1',
  secureKey: '',
  messages: [],
  nextPosition: 3,
  ...more,
});

test('G2.5: what every command rejects with when there is no session', () => {
  const table = [
    ['endChat', {}, 'There is no active chat session'],
    ['sendMessage', { message: 'hi' }, 'There is no active chat session'],
    ['sendTyping', {}, 'There is no active chat session'],
    ['sendFilteredMessage', { message: 'hi', regex: /hi/ }, 'No active chat session.'],
    ['startPoll', {}, 'There is no active chat session'],
    ['stopPoll', {}, 'Not currently polling. Ignoring command.'],
    ['poll', {}, 'Access Denied to private command. Only WebChatService is allowed to invoke this command'],
    ['restore', {}, 'Access Denied to private command. Only WebChatService is allowed to invoke this command in Non-Async mode.'],
    ['sendFile', { files: [] }, 'There is no active chat session'],
    ['fetchHistory', {}, 'Fetching messages history applies to only Asynchronous chat.'],
    ['addPrefilter', {}, 'Missing or invalid filters provided. Please provide a regular expression or an array of regular expressions'],
    ['addPrefilter', { filters: [/a/, 'b'] }, 'Missing or invalid filters provided. Please provide a regular expression or an array of regular expressions'],
    ['registerPreProcessor', {}, "No preprocessor function provided. Type provided was 'undefined'."],
    ['registerPreProcessor', { preprocessor: 'f' }, "No preprocessor function provided. Type provided was 'string'."],
    ['registerTypingPreviewInput', {}, "Invalid value provided for the 'input' property. An HTML element reference to a textarea or text input is required."],
    ['downloadFile', { fileId: '1' }, 'Could not download file. Please ensure WebChat is configured properly.'],
    ['startChat', { userData: '{' }, 'malformed JSON provided in userData property'],
    ['configure', {}, 'Invalid configuration'],
    ['pausePoll', {}, 'There is no active chat session'],
    ['updateInteractionData', {}, 'This command is not offered over this connection'],
    ['getFileLimits', {}, 'This command is not offered over this connection'],
  ];
  for (const [command, options, text] of table) assert.deepEqual(world().outcome(command, options), { bad: text }, command);
});

test('G2.5: what every command resolves with when there is no session', () => {
  const preprocessor = () => {};
  const table = [
    ['getTranscript', {}, { messages: [], originalMessages: [] }],
    ['getAgents', {}, { agents: {} }],
    ['getStats', {}, { agents: {}, startTime: false, endTime: false, duration: false }],
    ['getSessionData', {}, {}],
    ['verifySession', {}, { sessionActive: false }],
    ['updateUserData', { order: 7 }, { order: 7 }],
    ['addPrefilter', { filters: /a/ }, [/a/]],
    ['registerPreProcessor', { preprocessor }, preprocessor],
    ['resetPollExceptions', {}, undefined],
    ['sleep', {}, undefined],
    ['asyncRestore', {}, undefined],
    ['wake', {}, undefined],
    ['configure', { maxMessageLength: 3 }, undefined],
  ];
  for (const [command, options, value] of table) assert.deepEqual(world().outcome(command, options), { ok: value }, command);
});

test('G2.5 startChat: parameters, user data in its order of precedence, one at a time', () => {
  const { outcome, asked, service } = world({ userData: { order: 'configured', shop: 'Trieste', _genesys_source: 'mine' } });
  const first = outcome('startChat', { nickname: 'Vera', email: 'v@example.com', subject: '', userData: '{"order": 7, "deep": {"er": true}}' });
  assert.deepEqual(asked, [
    [
      'begin',
      [
        { name: 'nickname', value: 'Vera' },
        { name: 'email', value: 'v@example.com' },
        { name: 'order', value: '7' },
        { name: 'shop', value: 'Trieste' },
        { name: '_genesys_source', value: 'web' },
        { name: 'deep[er]', value: 'true' },
      ],
    ],
  ]);
  assert.deepEqual(first, {}, 'it waits for the server');
  assert.deepEqual(outcome('startChat', {}), { bad: 'There is already an active chat session' });
  service.notice({ what: 'started', session: SESSION });
  assert.deepEqual(first, { ok: answer({ nextPosition: 1 }) });
  assert.deepEqual(outcome('startChat', {}), { bad: 'There is already an active chat session' });
});

test('G2.5 startChat: the form of the newer engine', () => {
  const { outcome, asked } = world();
  outcome('startChat', { form: { firstname: 'Vera', lastname: 'Visitor', shoe: 41 } });
  assert.deepEqual(asked[0][1].slice(0, 3), [
    { name: 'firstname', value: 'Vera' },
    { name: 'lastname', value: 'Visitor' },
    { name: 'shoe', value: '41' },
  ]);
});

test('G2.5 startChat: a refusal rejects and is an error (G2.6)', () => {
  const { outcome, service, heard } = world();
  const start = outcome('startChat', {});
  service.notice({ what: 'refused', code: 'no_agents' });
  const wrong = { statusCode: 2, chatEnded: true, errors: [{ code: 240, advice: 'no_agents' }], messages: [] };
  assert.deepEqual(start, { bad: wrong });
  assert.deepEqual(heard, [['error', wrong]]);
  assert.deepEqual(outcome('startChat', {}), {}, 'another may be tried');
});

test('G2.6, G2.7: a conversation in order, with every payload', () => {
  const { outcome, service, heard, words } = world();
  outcome('startChat', {});
  service.notice({ what: 'started', session: SESSION });
  assert.deepEqual(heard.splice(0), [['started', SESSION], ['pollingStarted', {}]]);

  service.notice(run(joined(1, CLIENT)));
  const me = { text: '', type: 'ParticipantJoined', index: 1, timestamp: NOON + 1, from: { id: 1, type: 'Client', name: 'Vera' }, userData: {}, html: undefined, bubble: undefined };
  const both = { ...joined(1, CLIENT), timestamp: NOON + 1, from: { ...CLIENT, id: 1, name: 'Vera' } };
  assert.deepEqual(heard.splice(0), [
    ['clientConnected', { message: me, agents: {}, numAgentsConnected: 0 }],
    ['messageReceived', { originalMessages: [both], messages: [me], restoring: false, sessionData: SESSION, oldMessages: false, idleTimeCountDown: undefined }],
  ]);

  service.notice(run(joined(2, ADA)));
  const [connected, batch] = heard.splice(0);
  const ada = { name: 'Ada', connected: true, supervisor: false, connectedTime: NOON + 2, disconnectedTime: false };
  assert.equal(connected[0], 'agentConnected');
  assert.deepEqual(connected[1].agents, { 2: ada }, 'G2.4');
  assert.equal(connected[1].numAgentsConnected, 1);
  assert.equal(batch[0], 'messageReceived');

  service.notice(run({ from: ADA, type: 'TypingStarted', utcTime: NOON }));
  const [typing] = heard.splice(0);
  assert.equal(typing[0], 'agentTypingStarted');
  assert.equal(typing[1].isTyping, true, 'G2.3');

  service.notice(run(said(3, ADA, 'Hello')));
  assert.deepEqual(heard.map(([name]) => name), ['agentTypingStopped', 'messageReceived']);
  assert.deepEqual(heard.splice(0)[0][1], {}, 'implied by the message: nothing comes with it');

  service.notice(run(said(3, ADA, 'Hello')));
  assert.deepEqual(words(), [], 'G4.7: an index that was seen');
  service.notice(run(said(4, CLIENT, 'hi'), said(5, ADA, 'there')));
  assert.deepEqual(words(), ['agentTypingStopped', 'messageReceived'], 'one for the batch');

  service.notice({ ...run(left(6, ADA)), over: true });
  assert.deepEqual(heard.map(([name]) => name), ['agentTypingStopped', 'agentDisconnected', 'messageReceived', 'pollingStopped', 'ended']);
  assert.deepEqual(heard[1][1].agents[2], { ...ada, connected: false, disconnectedTime: NOON + 6 });
  assert.equal(heard[1][1].numAgentsConnected, 0);
  assert.deepEqual(heard[4][1], {});
});

test('G2.7: endChat tells that everybody is gone, whoever was there, and ends once', () => {
  const { outcome, service, talking, heard, asked } = world();
  talking();
  const end = outcome('endChat');
  assert.deepEqual(asked, [['end']]);
  service.notice({ what: 'ended' });
  service.notice({ what: 'ended' });
  const nobody = { numAgentsConnected: 0 };
  assert.deepEqual(heard, [
    ['pollingStopped', {}],
    ['supervisorDisconnected', nobody],
    ['agentDisconnected', nobody],
    ['clientDisconnected', nobody],
    ['ended', {}],
  ]);
  assert.deepEqual(end, { ok: answer({ chatEnded: true }) }, 'it resolves');
});

test('G2.5 sendMessage', () => {
  const { outcome, service, talking, asked } = world({ maxMessageLength: 10 });
  talking();
  for (const message of [undefined, '', '  ', '\u200b', '\u3164\u2800', '\u202e\0', {}, null]) assert.deepEqual(outcome('sendMessage', { message }), { bad: 'No message text provided' });
  assert.deepEqual(outcome('sendMessage', { message: 'x'.repeat(11) }), { bad: 'Message length exceeds configured threshold of (10) characters' });
  const sent = outcome('sendMessage', { message: 'hi' });
  assert.deepEqual(asked, [['say', 'hi']]);
  assert.deepEqual(sent, {}, 'the server has not got it');
  service.notice({ what: 'sent', id: 'm1' });
  assert.deepEqual(sent, { ok: answer() });
  const failed = outcome('sendMessage', { message: 'hi' });
  service.notice({ what: 'failed', id: 'm2', code: 'ended' });
  assert.equal(failed.bad.statusCode, 2);
});

test('G2.5 updateUserData and sendCustomNotice during a session', () => {
  const { outcome, service, talking, asked } = world();
  talking();
  const data = outcome('updateUserData', { order: 8, deep: { er: true } });
  const notice = outcome('sendCustomNotice', { message: '{"menu":1}' });
  assert.deepEqual(asked, [
    [
      'data',
      [
        { name: 'order', value: '8' },
        { name: 'deep[er]', value: 'true' },
      ],
    ],
    ['notice', '{"menu":1}'],
  ]);
  assert.deepEqual([data, notice], [{}, {}], 'the server has not got them');
  service.notice({ what: 'sent', id: 'm1' });
  service.notice({ what: 'failed', id: 'm2', code: 'unauthorized' });
  assert.deepEqual(data, { ok: answer() });
  assert.equal(notice.bad.statusCode, 2);
  assert.deepEqual(outcome('sendCustomNotice', {}), { bad: 'No message text provided' });
});

test('G2.5 sendMessage: while disconnected it is kept, and nobody waits', () => {
  const { outcome, service, talking } = world();
  talking();
  service.notice({ what: 'disconnected' });
  assert.deepEqual(outcome('sendMessage', { message: 'hi' }), { ok: { statusCode: 1 } });
});

test('G2.6: connection events pass in the order in which the link has them, without payload', () => {
  const { service, talking, heard } = world();
  talking();
  const order = ['disconnected', 'connectionPending', 'chatServerWentOffline', 'connectionRestored', 'chatServerBackOnline', 'reconnected'];
  order.forEach((what) => service.notice({ what }));
  assert.deepEqual(heard, order.map((name) => [name, {}]));
});

test('G2.6, G2.7: restored first, then the batch that is replayed', () => {
  const { service, heard, outcome } = world();
  service.notice({ what: 'restored', session: SESSION });
  const typed = { from: ADA, index: 9, type: 'TypingStarted', utcTime: NOON };
  service.notice({ ...run(joined(1, CLIENT), joined(2, ADA), typed, said(3, ADA, 'Hello')), restoring: true });
  assert.deepEqual(heard.map(([name]) => name), ['restored', 'pollingStarted', 'clientConnected', 'agentConnected', 'agentTypingStopped', 'messageReceived']);
  const { data } = { data: heard[5][1] };
  assert.equal(data.restoring, true);
  assert.equal(data.messages.length, 3);
  assert.ok(data.messages.every((message) => message.restoring === true), 'G2.3');
  assert.deepEqual(outcome('verifySession'), { ok: { sessionActive: true } });
  assert.deepEqual(outcome('restore'), { bad: 'Chat session is already active, ignoring restore command.' });
});

test('G2.6: the ways in which a restore does not work', () => {
  for (const what of ['restoreTimeout', 'restoreFailed']) {
    const { service, heard, outcome } = world();
    service.notice({ what });
    assert.deepEqual(heard, [[what, {}]]);
    assert.deepEqual(outcome('verifySession'), { ok: { sessionActive: false } });
  }
  const { service, words, outcome } = world();
  service.notice({ what: 'restoredOffline', session: SESSION });
  assert.deepEqual(words(), ['restoredOffline', 'pollingStarted']);
  assert.deepEqual(outcome('sendMessage', { message: 'hi' }), { ok: { statusCode: 1 } }, 'it is kept until the server is back');
});

test('G2.7: prefilters hide messages but not who is there; they go with the session', () => {
  const { outcome, service, talking, words } = world();
  talking();
  outcome('addPrefilter', { filters: [/secret/g] });
  service.notice(run(said(3, ADA, 'a secret'), said(4, ADA, 'another secret'), said(5, ADA, '{start:123456789}')));
  assert.deepEqual(words(), ['agentTypingStopped', 'agentTypingStopped', 'agentTypingStopped']);
  assert.deepEqual(outcome('getTranscript').ok.messages.length, 2);
  const sent = outcome('sendFilteredMessage', { message: 'my pin 1234', regex: /pin \d+/ });
  assert.deepEqual(sent, { ok: undefined });
  service.notice(run(said(6, CLIENT, 'my pin 1234')));
  assert.deepEqual(words(), []);
  service.notice({ what: 'ended' });
  assert.deepEqual(outcome('addPrefilter', { filters: /x/ }).ok, [/x/]);
});

test('G2.7: a preprocessor may change what it gets, or return another; one that throws is reported', () => {
  const cases = [
    (event) => void Object.assign(event, { text: '<b>bold</b>', html: true }),
    (event) => ({ ...event, text: '<b>bold</b>', html: true }),
  ];
  for (const preprocessor of cases) {
    const { outcome, service, talking, heard } = world();
    talking();
    outcome('registerPreProcessor', { preprocessor });
    service.notice(run(said(3, ADA, 'plain')));
    const [message] = heard[1][1].messages;
    assert.deepEqual([message.text, message.html], ['<b>bold</b>', true]);
  }
  const names = [(event) => void (event.from.nickname = 'Robot'), (event) => void (event.from.name = 'Robot')];
  for (const preprocessor of names) {
    const { outcome, service, talking, heard } = world();
    talking();
    outcome('registerPreProcessor', { preprocessor });
    service.notice(run(said(3, ADA, 'plain')));
    assert.equal(heard[1][1].messages[0].from.name, 'Robot');
  }
  const { outcome, service, talking, words, reported } = world();
  talking();
  outcome('registerPreProcessor', {
    preprocessor: (event) => {
      if (event.text === 'hide me') event.type = '';
      if (event.text === 'throw') throw new Error('theirs');
    },
  });
  service.notice(run(said(3, ADA, 'hide me')));
  assert.deepEqual(words(), []);
  service.notice(run(said(4, ADA, 'throw')));
  assert.deepEqual(words(), ['agentTypingStopped', 'messageReceived']);
  assert.equal(reported.length, 1);
});

test('G2.7: the row on the screen is found by the id that comes beside the event, whatever is in it', () => {
  const shown = [];
  const { outcome, service, talking, heard } = world({}, (told, event) => shown.push([told.id, told.event.text, event?.text]));
  talking();
  outcome('registerPreProcessor', { preprocessor: (event) => void (event.text += '!') });
  outcome('addPrefilter', { filters: /secret/ });
  const theirs = { ...said(3, ADA, 'plain'), id: 'theirs', score: 1.5 };
  service.notice({ ...run(), events: [{ id: 'row-3', event: theirs }, { id: 'row-4', event: said(4, ADA, 'secret') }, { event: said(5, ADA, 'nowhere') }] });
  assert.deepEqual(shown, [['row-3', 'plain', 'plain!'], ['row-4', 'secret', undefined], [undefined, 'nowhere', 'nowhere!']]);
  const [, { originalMessages }] = heard.find(([name]) => name === 'messageReceived');
  const [first] = originalMessages;
  assert.deepEqual([first.id, first.score, theirs.id], ['row-3', 1.5, 'theirs']);
});

test('G2.6: who comes and goes, by kind, with who is there', () => {
  const style = { GCTI_SYSTEM: { 'party-info': { style: 'BOT' } } };
  const table = [
    ['Client', undefined, 'client', 0],
    ['Agent', undefined, 'agent', 2],
    ['Supervisor', undefined, 'supervisor', 2],
    ['External', style, 'bot', 1],
  ];
  for (const [type, eventAttributes, name, connected] of table) {
    const { service, talking, heard } = world();
    talking();
    const from = { nickname: 'Somebody', participantId: 9, type };
    service.notice(run({ ...joined(3, from), eventAttributes }));
    const count = name === 'client' ? 1 : connected;
    assert.deepEqual(heard[0].map((part) => (typeof part === 'string' ? part : [part.message.from, part.numAgentsConnected])), [
      `${name}Connected`,
      [{ id: 9, type: name === 'bot' ? 'Bot' : type, name: 'Somebody' }, count],
    ]);
    heard.splice(0);
    service.notice(run({ ...left(4, from), eventAttributes }));
    const [, payload] = heard.find(([event]) => event === `${name}Disconnected`);
    assert.deepEqual([payload.numAgentsConnected, Object.keys(payload)], [1, ['message', 'agents', 'numAgentsConnected']], name);
    if (name === 'supervisor') assert.deepEqual([payload.agents[9].supervisor, payload.agents[9].connected], [true, false], 'G2.4');
    assert.equal(9 in payload.agents, name === 'agent' || name === 'supervisor', 'G2.4: only agents and supervisors');
  }
  const { service, talking, heard } = world();
  talking();
  service.notice(run({ ...joined(3, { nickname: 'Router', participantId: 7, type: 'External' }) }));
  assert.deepEqual(heard.map(([name]) => name), ['messageReceived'], 'what is no person has no event of its own');
});

test('G4.4: names of kinds are taken in any case, unknown ones are passed on, supervisors stop typing too', () => {
  const { service, talking, heard } = world();
  talking();
  const boss = { nickname: 'Sam', participantId: 5, type: 'Supervisor' };
  service.notice(run({ ...joined(3, boss), type: 'participantjoined' }, { from: boss, type: 'TYPINGSTARTED', utcTime: NOON }, { ...said(4, boss, 'x'), type: 'Notice' }, { ...said(5, boss, 'y'), type: 'Later' }));
  assert.deepEqual(heard.map(([name]) => name), ['supervisorConnected', 'agentTypingStarted', 'agentTypingStopped', 'messageReceived']);
  assert.deepEqual(heard[3][1].messages.map(({ type }) => type), ['participantjoined', 'Notice', 'Later']);
});

test('G2.3: files, bots, structured content', () => {
  const { service, talking, heard } = world();
  talking();
  const bot = { from: { nickname: 'Bot', participantId: 3, type: 'External' }, eventAttributes: { GCTI_SYSTEM: { 'party-info': { style: 'BOT' } } } };
  service.notice(run({ ...joined(3, ADA), ...bot }));
  assert.equal(heard[0][0], 'botConnected');
  assert.equal(heard.splice(0)[0][1].message.from.type, 'Bot');
  const userData = { 'file-id': '7', 'file-name': 'a.pdf', 'file-size': '12' };
  service.notice(run({ from: ADA, index: 4, type: 'FileUploaded', utcTime: NOON, userData }));
  assert.deepEqual(heard.splice(0)[0][1].messages[0].fileDetails, userData);
  const content = JSON.stringify({ text: 'inside' });
  service.notice(run({ ...said(5, ADA, 'outside'), eventAttributes: { 'structured-content': { 'genesys-chat': { content } } } }));
  assert.equal(heard[1][1].messages[0].text, 'inside', 'G4.4');
});

test('G2.5 sendTyping: the window', () => {
  const { outcome, talking, asked, timers, words } = world();
  talking();
  assert.deepEqual(outcome('sendTyping'), { ok: answer() });
  assert.deepEqual(outcome('sendTyping', { message: 'h' }), { ok: undefined }, 'a period runs');
  assert.deepEqual(asked, [['typing', true]]);
  timers.filter(Boolean).forEach((work) => work());
  assert.deepEqual(asked, [['typing', true], ['typing', false]]);
  assert.deepEqual(words(), ['clientTypingStarted', 'clientTypingStopped']);
  outcome('sendTyping');
  outcome('sendMessage', { message: 'hello' });
  assert.deepEqual(asked.slice(2), [['typing', true], ['typing', false], ['say', 'hello']], 'a message ends it');
});

test('G2.5: polling that is stopped holds what comes back', () => {
  const { outcome, service, talking, words } = world();
  talking();
  assert.deepEqual(outcome('stopPoll'), { ok: undefined });
  service.notice(run(said(3, ADA, 'one')));
  assert.deepEqual(words(), ['pollingStopped']);
  assert.deepEqual(outcome('startPoll'), { ok: undefined });
  assert.deepEqual(words(), ['pollingStarted', 'agentTypingStopped', 'messageReceived']);
});

test('G2.5: transcript, agents and statistics of a session', () => {
  const { outcome, service, talking } = world();
  talking();
  service.notice(run(said(9, ADA, 'Hello')));
  const { messages, originalMessages } = outcome('getTranscript').ok;
  assert.deepEqual([messages.length, originalMessages.length], [3, 3]);
  assert.deepEqual(outcome('getAgents').ok.agents[2].name, 'Ada');
  const { agents, ...times } = outcome('getStats').ok;
  assert.equal(agents[2].connected, true);
  assert.deepEqual(times, { startTime: NOON + 1, endTime: NOON + 9, duration: 8 });
  assert.deepEqual(outcome('getSessionData'), { ok: SESSION }, 'G2.2');
});

test('hostile: nothing that a page hands in or changes breaks it', () => {
  const { outcome, service, talking, heard, bus } = world();
  talking();
  const trap = new Proxy({}, { get: () => { throw new Error('no'); }, ownKeys: () => { throw new Error('no'); } });
  for (const command of Object.keys(bus.CXBus.registry?.() ?? {})) assert.ok(command);
  for (const name of ['startChat', 'sendMessage', 'sendTyping', 'updateUserData', 'addPrefilter', 'registerPreProcessor', 'configure', 'sendFile']) {
    const result = outcome(name, trap);
    assert.ok('ok' in result || 'bad' in result || name === 'updateUserData', name);
  }
  heard.splice(0);
  service.notice(run(said(3, ADA, 'Hello')));
  heard[1][1].messages[0].text = 'forged';
  heard[1][1].messages.length = 0;
  assert.equal(outcome('getTranscript').ok.messages.length, 3, 'the list is ours');
  service.notice({ what: 'constructor' });
  service.notice({ what: 'events', events: [null, 7, {}, ...[null, 7, { from: null }, { type: 'Message' }].map((event) => ({ id: {}, event }))] });
});
