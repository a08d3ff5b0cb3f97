/**
 * The contract of WebChat (G3.1 to G3.5) and of the further plugins (G3.8), as tables: every command with its results and errors,
 * every event with its place in the order, every field of the metadata. The core's view is a stub here.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { element, there, world } from './genesys/webchat-world.js';

test('G3.2: what commands reject with when the window is closed', () => {
  const table = [
    ['close', 'already closed'],
    ['endChat', 'there is no active chat session to end'],
    ['injectMessage', 'No chat session to inject into.'],
    ['showChatButton', 'Chat button is not enabled in the configuration, or already visible. Ignoring command.'],
    ['hideChatButton', 'Chat button is already hidden. Ignoring command.'],
    ['showOverlay', 'WebChat is not currently open. Ignoring command.'],
    ['hideOverlay', 'WebChat is not currently open. Ignoring command.'],
    ['hide', 'WebChat is not open or is already hidden.'],
    ['show', 'WebChat is not open or is already showing.'],
    ['configure', 'Invalid configuration'],
  ];
  for (const [command, text] of table) assert.deepEqual(world().outcome(command), { bad: text }, command);
});

test('G3.2: what commands reject with when the window is open', () => {
  const table = [
    ['open', 'already opened'],
    ['invite', 'Chat is already open. Ignoring invite command.'],
    ['reInvite', 'Chat is already open. Ignoring invite command.'],
    ['endChat', 'there is no active chat session to end'],
    ['injectMessage', 'No chat session to inject into.'],
    ['show', 'WebChat is not open or is already showing.'],
  ];
  for (const [command, text] of table) {
    const it = world();
    it.outcome('open');
    assert.deepEqual(it.outcome(command), { bad: text }, command);
  }
});

test('G3.2: all commands resolve with nothing, injectMessage with the element', () => {
  const table = [
    [[], 'open'],
    [['open'], 'close'],
    [['open'], 'minimize'],
    [[], 'minimize'],
    [['open'], 'showOverlay', { html: 'x' }],
    [['open'], 'hideOverlay'],
    [['open'], 'hide'],
    [['open', 'hide'], 'show'],
    [[], 'invite'],
    [[], 'reInvite', { statusCode: 240 }],
    [[], 'configure', { emojis: true }],
  ];
  for (const [before, command, options] of table) {
    const it = world();
    before.forEach((one) => it.outcome(one));
    assert.deepEqual(it.outcome(command, options), { ok: undefined }, command);
  }
  const it = world();
  it.talking();
  const { ok } = it.outcome('injectMessage', { type: 'text', text: 'Hello', name: 'Shop' });
  assert.equal(ok[0].tag, 'li');
  assert.equal(ok.jquery, '3');
  assert.deepEqual(it.outcome('endChat'), { ok: undefined });
});

test('G3.2 open: no widget to show, or no core at all, is the second text', () => {
  const it = world();
  it.view.missing = true;
  assert.deepEqual(it.outcome('open'), { bad: 'WindowManager.registerDockView failed' });
  assert.deepEqual(it.outcome('open'), { bad: 'WindowManager.registerDockView failed' }, 'and it can be tried again');
  assert.deepEqual(world({}, { core: { then: (_ok, bad) => bad() } }).outcome('open'), { bad: 'WindowManager.registerDockView failed' });
});

test('G3.2 minimize: by what is asked for, toggling when nothing is', () => {
  const it = world();
  it.outcome('open');
  it.names();
  for (const [options, name] of [
    [{ minimized: true }, ['minimized']],
    [{ minimized: true }, []],
    [{}, ['unminimized']],
    [{}, ['minimized']],
    [{ minimized: false }, ['unminimized']],
    [{ minimized: 'yes' }, ['minimized']],
  ]) {
    it.outcome('minimize', options);
    assert.deepEqual(it.names(), name, JSON.stringify(options));
  }
});

test('G3.2 close: asks when a chat goes on or the form is filled in, and closes when the visitor agrees', () => {
  const chat = world();
  chat.talking(true);
  assert.deepEqual(chat.outcome('close'), { ok: undefined });
  assert.deepEqual([chat.shown(), chat.names()], [['ask end'], []]);
  chat.webchat.pressed('end-confirm', {});
  assert.deepEqual(chat.names(), ['completed', 'closed']);

  const kept = world();
  kept.talking();
  kept.outcome('close');
  kept.webchat.pressed('end-cancel', {});
  kept.outcome('endChat');
  assert.deepEqual(kept.names(), ['cancelled'], 'the visitor wanted to stay: the window does');

  const form = world();
  form.outcome('open');
  form.webchat.touched({ type: 'input' });
  form.names();
  form.shown();
  form.outcome('close');
  const [[, words, agree]] = form.shown();
  assert.deepEqual([words, form.names()], ['Are you sure you want to close the chat window?', []]);
  agree();
  assert.deepEqual(form.names(), ['cancelled', 'closed']);

  const quick = world({ confirmFormCloseEnabled: false });
  quick.outcome('open');
  quick.webchat.touched({ type: 'input' });
  quick.names();
  quick.outcome('close');
  assert.deepEqual(quick.names(), ['cancelled', 'closed']);
});

test('G3.3: the four sequences', () => {
  const never = world();
  never.outcome('open');
  never.outcome('close');
  assert.deepEqual(never.names(), ['opened', 'cancelled', 'closed']);

  const left = world();
  left.outcome('open');
  left.webchat.filled([]);
  left.service.publish('started', {});
  left.outcome('endChat');
  left.outcome('close');
  assert.deepEqual(left.names(), ['opened', 'submitted', 'started', 'cancelled', 'closed']);

  const refused = world();
  refused.refuse({ statusCode: 2, errors: [{ code: 240, advice: 'closed' }] });
  refused.outcome('open');
  refused.webchat.filled([]);
  assert.deepEqual(refused.heard.at(-1)[1].errors, [240]);
  assert.deepEqual(refused.names(), ['opened', 'submitted', 'rejected']);
  refused.outcome('close');
  assert.deepEqual(refused.names(), ['closed']);

  const whole = world();
  whole.outcome('open');
  whole.webchat.filled([]);
  whole.service.publish('started', {});
  whole.service.publish('agentConnected', { numAgentsConnected: 1 });
  whole.outcome('endChat');
  whole.outcome('close');
  assert.deepEqual(whole.names(), ['opened', 'submitted', 'started', 'completed', 'closed']);
});

test('G3.3: every field of the metadata, all false at first', () => {
  const it = world();
  it.outcome('open');
  const [[, block]] = it.heard;
  const names = [
    'proactive', 'proactiveData', 'prefilled', 'autoSubmitted', 'coBrowseInitiated', 'filesUploaded', 'numAgents', 'userMessages', 'agentMessages',
    'systemMessages', 'errors', 'form', 'started', 'cancelled', 'rejected', 'completed', 'closed', 'agentReached', 'botReached', 'supervisorReached',
    'waitingForAgent',
  ];
  for (const name of names) assert.equal(block[name], false, name);
  assert.deepEqual(Object.keys(block).sort(), [...names, 'opened', 'elapsed', 'id'].sort());
  assert.equal(block.id, 'id-1');
  assert.ok(block.opened > 1_600_000_000_000 && block.elapsed >= 0);
});

test('G3.3: what the metadata counts', () => {
  const it = world();
  it.outcome('open', { proactive: true, proactiveData: { rule: 7 }, id: 'mine', form: { firstname: 'Vera', autoSubmit: true } });
  assert.ok(it.shown().includes('submit'));
  it.webchat.filled([{ name: 'firstname', value: 'Vera' }]);
  it.service.publish('started', {});
  for (const name of ['agentConnected', 'botConnected', 'supervisorConnected']) it.service.publish(name, { numAgentsConnected: 2 });
  const message = (type, kind = 'Message') => ({ type: kind, text: 'x', from: { type, name: '' } });
  const messages = [message('Client'), message('Agent'), message('Supervisor'), message('External'), message('Agent', 'ParticipantJoined')];
  it.service.publish('messageReceived', { messages, originalMessages: messages, restoring: false });
  it.service.publish('messageReceived', { messages, originalMessages: messages, restoring: true });
  it.service.publish('error', { statusCode: 2, errors: [{ code: 500 }] });
  it.outcome('endChat');
  const block = it.heard.at(-1)[1];
  const table = {
    proactive: true,
    proactiveData: { rule: 7 },
    prefilled: true,
    autoSubmitted: true,
    id: 'mine',
    numAgents: 2,
    userMessages: 1,
    agentMessages: 2,
    systemMessages: 2,
    errors: [500],
    form: { firstname: 'Vera' },
  };
  for (const [name, value] of Object.entries(table)) assert.deepEqual(block[name], value, name);
  for (const name of ['opened', 'started', 'completed', 'agentReached', 'botReached', 'supervisorReached']) assert.ok(block[name] > 1_600_000_000_000, name);
  assert.ok(block.waitingForAgent >= 0 && block.cancelled === false && block.rejected === false && block.closed === false);
  assert.deepEqual(it.plugin.data('metadata'), block, 'G1.9: WebChat.metadata');
});

test('G3.3 messageAdded: all its fields, only when there is a subscriber', () => {
  const it = world();
  it.talking();
  const message = { type: 'Message', text: 'Hello', index: 3, from: { type: 'Agent', name: 'Ada' } };
  const original = { id: 'm_3', type: 'Message', text: 'Hello' };
  it.service.publish('messageReceived', { messages: [message], originalMessages: [original], restoring: false });
  const [[name, data]] = it.heard;
  assert.equal(name, 'messageAdded');
  assert.deepEqual(Object.keys(data).sort(), ['data', 'html', 'id', 'index', 'message', 'originalMessage', 'prevMessageHTML', 'transcript']);
  assert.deepEqual([data.data, data.message, data.originalMessage, data.index, data.id], [message, message, original, 3, 'cx-chat-index-3']);
  assert.equal(data.html[0].id, 'cx-chat-index-3');
  assert.equal(typeof data.html.find, 'function');
});

test('G3.2 open: form false, attached data, what goes where on submit (G3.5)', () => {
  const it = world();
  it.outcome('open', { form: false, userData: { a: 1, both: 'user' }, attachedData: { b: 2, both: 'attached' } });
  assert.deepEqual(it.shown()[0], ['define', undefined]);
  it.webchat.filled([]);
  assert.deepEqual(it.asked, [['startChat', { userData: { a: 1, b: 2, both: 'attached' } }]]);

  const form = world({ form: { inputs: [{ name: 'firstname' }, { name: 'nickname' }, { name: 'order' }, { id: 'nameless' }, { name: 'page', type: 'hidden', value: () => 'here' }] } });
  form.outcome('open', { userData: { kept: true } });
  form.webchat.filled(['firstname', 'nickname', 'order', 'nameless', 'page'].map((name) => ({ name, value: name.toUpperCase() })));
  assert.deepEqual(form.asked, [['startChat', { firstname: 'FIRSTNAME', nickname: 'NICKNAME', userData: { kept: true, order: 'ORDER', page: 'PAGE' } }]]);
  assert.deepEqual(form.heard.at(-1)[1].form, { firstname: 'FIRSTNAME', nickname: 'NICKNAME', order: 'ORDER', page: 'PAGE' });
});

test('G3.2: a before of the page steps in between the visitor and open, close, startChat', () => {
  const it = world({ chatButton: { enabled: true } });
  it.page.before('WebChat.open', (options) => ({ ...options, formJSON: { inputs: [{ name: 'vip' }] } }));
  it.page.before('WebChatService.startChat', (options) => ({ ...options, subject: 'changed' }));
  assert.equal(it.webchat.pressed('launch', {}), true);
  const [[, form]] = it.shown().filter((one) => one[0] === 'define');
  assert.deepEqual(form.fields.map(({ name }) => name), ['vip']);
  it.webchat.filled([{ name: 'vip', value: 'yes' }]);
  assert.equal(it.asked[0][1].subject, 'changed');
});

test('G3.1: actions of the visitor in the window', () => {
  const it = world();
  it.talking(true);
  it.webchat.heard('closed');
  assert.deepEqual(it.names(), ['minimized']);
  it.webchat.heard('opened');
  assert.deepEqual(it.names(), ['unminimized']);
  it.service.publish('ended');
  it.webchat.heard('closed');
  assert.deepEqual(it.names(), ['completed', 'closed']);
});

test('G3.1: the next page of the tab goes on where this one was', () => {
  const before = world();
  before.talking(true);
  before.outcome('minimize', { minimized: true });
  const kept = JSON.parse(before.stored.get('_genesys.widgets.webchat.state'));
  assert.equal(kept.metadata.form, undefined, 'G1.12: nothing that people filled in');
  const after = world({}, { kept });
  after.service.publish('restored');
  assert.deepEqual(after.shown(), ['showButton']);
  assert.equal(after.heard.at(-1)[1].agentReached, kept.metadata.agentReached);
  after.outcome('endChat');
  assert.deepEqual(after.names(), ['opened', 'completed']);
  const phone = world({ minimizeOnMobileRestore: true }, { kept: { ...kept, stage: 'open' } });
  phone.bus.registerPlugin('App').data('mobileMode', true);
  phone.service.publish('restored');
  assert.deepEqual(phone.shown(), ['minimize'], 'G3.4 minimizeOnMobileRestore');
  const fresh = world();
  fresh.service.publish('restored');
  assert.deepEqual([fresh.shown(), fresh.names()], [[], []], 'a session that the page runs by itself opens no window');
});

test('G3.1: a window that is closed before the start is answered leaves no session behind', () => {
  const it = world();
  it.outcome('open');
  it.webchat.filled([]);
  it.outcome('close');
  it.service.publish('started', {});
  assert.deepEqual(it.asked.map(([name]) => name), ['startChat', 'endChat']);
  assert.deepEqual(it.names(), ['opened', 'submitted', 'cancelled', 'closed']);
});

test('G3.4 chatButton and autoInvite', () => {
  const off = world();
  assert.equal(off.timers.length, 0);
  const on = world({ chatButton: { enabled: true }, autoInvite: { enabled: true, timeToInviteSeconds: 10, inviteTimeoutSeconds: 30 } });
  assert.deepEqual(on.timers.map(([millis]) => millis), [1000, 10_000]);
  on.timers[0][1]();
  assert.deepEqual([on.shown(), on.names()], [['button'], ['chatButtonDisplayed']]);
  assert.deepEqual(on.outcome('showChatButton'), { bad: 'Chat button is not enabled in the configuration, or already visible. Ignoring command.' });
  on.timers[1][1]();
  assert.deepEqual([on.shown(), on.asked[0][0]], [['no button'], 'toast'], 'hideDuringInvite');
  assert.deepEqual(Object.keys(on.asked[0][1]).sort(), ['body', 'buttons', 'controls', 'title', 'type']);
  on.timers.at(-1)[1]();
  assert.deepEqual(on.shown(), ['button'], 'after inviteTimeoutSeconds');
  assert.deepEqual(on.outcome('hideChatButton'), { ok: undefined });
  on.outcome('open');
  on.outcome('close');
  assert.ok(on.shown().includes('button'), 'closed: it is there again');
  const old = world({ proactive: { enabled: true, idleTimer: 3, cancelTimer: 4 } });
  assert.deepEqual(old.timers.map(([millis]) => millis), [3000]);
  assert.deepEqual(world({ autoInvite: { enabled: true } }).timers.map(([millis]) => millis), [5000]);
});

test('G3.4: emojis, the menu of actions, the length of messages', () => {
  const table = [
    [{}, { 'cx-no-emoji': true, 'cx-no-end': false }, 500],
    [{ emojis: true, maxMessageLength: 80 }, { 'cx-no-emoji': false, 'cx-no-end': false }, 80],
    [{ emojiList: '😀:smile', actionsMenu: false }, { 'cx-no-emoji': false, 'cx-no-end': true }, 500],
  ];
  for (const [options, flags, limit] of table) {
    const it = world();
    it.outcome('configure', { some: 1, ...options });
    assert.deepEqual(it.shown(), [['fit', flags, limit]]);
  }
});

test('G3.4 servicePlugin: another engine', () => {
  const it = world({ servicePlugin: 'Engine' });
  const engine = it.bus.registerPlugin('Engine');
  engine.registerCommand('startChat', ({ deferred }) => {
    engine.publish('started');
    deferred.resolve();
  });
  engine.ready();
  it.outcome('open');
  it.webchat.filled([]);
  assert.deepEqual(it.names(), ['opened', 'submitted', 'started']);
});

test('hostile: options of every wrong type, getters that throw, nothing breaks and everything is answered', () => {
  const bad = { get form() { throw new Error('no'); }, get userData() { throw new Error('no'); }, get html() { throw new Error('no'); }, get text() { throw new Error('no'); } };
  const odd = [bad, { form: 7, formJSON: 'x', userData: [1], attachedData: null, id: {}, minimized: 'x' }, { formJSON: { inputs: [null, 7, 'x', { name: {} }, bad, { options: bad, type: 'select' }] } }, [], { bubble: 3, text: {}, name: [] }];
  for (const command of ['open', 'close', 'minimize', 'endChat', 'invite', 'reInvite', 'injectMessage', 'showChatButton', 'hideChatButton', 'showOverlay', 'hideOverlay', 'hide', 'show', 'configure']) {
    for (const options of odd) {
      for (const started of [false, true]) {
        const it = world();
        if (started) it.talking(true);
        const result = it.outcome(command, options);
        assert.equal(Object.keys(result).length, 1, `${command} is answered once`);
        assert.deepEqual(it.reported, [], command);
      }
    }
  }
});

test('G3.5: the window waits for what a form of the page\'s own needs, says why it cannot be had, and tries again', async () => {
  const loads = [];
  const settled = () => new Promise((go) => setTimeout(go));
  const it = world({ form: { inputs: [{ name: 'vip' }] } }, { more: () => new Promise((come, fail) => loads.push({ come, fail })) });
  const first = it.outcome('open');
  assert.deepEqual([first, it.names()], [{}, []]);
  assert.deepEqual(it.outcome('open'), { bad: 'already opened' }, 'a second one meanwhile');
  loads[0].fail(new Error('the server cannot be reached'));
  await settled();
  assert.deepEqual([first, it.webchat.stage()], [{ bad: 'the server cannot be reached' }, 'closed']);
  const plain = it.outcome('open', { formJSON: { inputs: 'none' } });
  assert.deepEqual(plain, { ok: undefined }, 'the form of ours needs nothing');
  it.outcome('close');
  const again = it.outcome('open');
  const { definitionOf } = await import('../compat/genesys/form.js');
  const { Checks } = await import('../compat/genesys/checks.js');
  loads[1].come({ definitionOf, Checks });
  await settled();
  assert.deepEqual(again, { ok: undefined });
  const [[, form]] = it.shown().filter((one) => one[0] === 'define').slice(-1);
  assert.deepEqual(form.fields.map(({ name }) => name), ['vip']);
});

test('G3.2: markup in injectMessage waits for what cleans it, and what comes behind waits too', async () => {
  const loads = [];
  const settled = () => new Promise((go) => setTimeout(go));
  const it = world({}, { more: () => new Promise((come, fail) => loads.push({ come, fail })) });
  it.talking();
  const lines = () => it.shown().filter((one) => one[0] === 'inject');
  const marked = it.outcome('injectMessage', { type: 'html', text: '<b>First</b>' });
  const plain = it.outcome('injectMessage', { type: 'text', text: 'Second' });
  assert.deepEqual([marked, plain, lines()], [{}, {}, []]);
  loads[0].come({});
  await settled();
  assert.ok('ok' in marked && 'ok' in plain);
  assert.deepEqual(lines().map(([, , content]) => content), ['<b>First</b>', 'Second']);
  const bad = it.outcome('showOverlay', { html: '<p>x</p>' });
  assert.deepEqual(bad, { ok: undefined });
});
