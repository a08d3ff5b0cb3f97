/**
 * The contract of WebChatService (G2), as a table: every command with its results and errors, every event with its payload and
 * its place in the order. The link is played here; its notices are those of the core's dialect (tests/genesys.rs).
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADA, CLIENT, NOON, SESSION, answer, joined, left, run, said, world } from './genesys/service-world.js';

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

test('G2.7: endChat tells that all participants have left, and ends once', () => {
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

test('G2.5 sendMessage: while disconnected it is kept, and the promise settles at once', () => {
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
