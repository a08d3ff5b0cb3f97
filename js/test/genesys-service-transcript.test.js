/** The contract of WebChatService (G2), continued: a page's work on the transcript, participants, and hostile pages. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADA, CLIENT, NOON, SESSION, answer, joined, left, run, said, told, world } from './genesys/service-world.js';

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
