import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Before, KINDS } from '../before.js';

const SEND = JSON.stringify({ widget: 'w', by: 'visitor', text: 'hi' });
const values = [{ name: 'email', value: 'a@b.c' }];
const SUBMIT = JSON.stringify({ widget: 'w', by: 'page', survey: false, values });

test('without a listener, and with one that returns nothing, the action goes on unchanged', () => {
  const before = new Before();
  assert.equal(before.ask('send', SEND), '');
  before.add('send', () => {});
  before.add('close', () => false);
  assert.equal(before.ask('send', SEND), '');
});

test('each listener sees what those before it have changed, and the first that stops it is the last', () => {
  const before = new Before();
  /** @type {unknown[]} */
  const seen = [];
  before.add('send', ({ text }) => ({ text: `${text}!` }));
  before.add('send', (asked) => {
    seen.push(asked);
    // The arguments are a copy: only the answer counts.
    asked.text = 'lost';
  });
  assert.deepEqual(JSON.parse(before.ask('send', SEND)), { widget: 'w', by: 'visitor', text: 'hi!' });
  assert.deepEqual(seen.length, 1);
  before.add('send', () => false);
  before.add('send', () => assert.fail('it is stopped'));
  assert.equal(before.ask('send', SEND), 'false');
});

test('a listener can be taken off, also while it is asked, and handed to another one', () => {
  const before = new Before();
  let asked = 0;
  const off = before.add('close', () => {
    asked += 1;
    off();
  });
  before.add('close', () => void (asked += 10));
  before.ask('close', '{}');
  before.ask('close', '{}');
  assert.equal(asked, 21);
  const other = new Before();
  for (const [, kind, listener] of before.calls()) other.add(/** @type {string} */ (kind), /** @type {() => void} */ (listener));
  other.ask('close', '{}');
  assert.equal(asked, 31);
  before.close();
  assert.equal(before.ask('close', '{}'), 'false');
  assert.equal(asked, 31);
});

test('one that throws counts as no answer, is reported as the page\'s, and the next is asked', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const before = new Before();
  before.add('send', () => {
    throw new Error('theirs');
  });
  before.add('send', () => ({ text: 'two' }));
  assert.equal(JSON.parse(before.ask('send', SEND)).text, 'two');
  assert.throws(() => t.mock.timers.tick(1), /theirs/);
});

test('an answer of a wrong form is one line that names the fault, and the action goes on', (t) => {
  /** @type {string[]} */
  const said = [];
  t.mock.method(console, 'error', (/** @type {unknown} */ line) => said.push(String(line)));
  /** @type {[string, string, unknown, string][]} */
  const cases = [
    ['send', SEND, { text: 5 }, 'before send: text: '],
    ['send', SEND, { text: null }, 'before send: text: '],
    ['send', SEND, { txet: 'x' }, 'before send: txet: '],
    ['send', SEND, { widget: 'other' }, 'before send: widget: '],
    ['send', SEND, { values }, 'before send: values: '],
    ['send', SEND, 'x', 'before send: the answer'],
    ['send', SEND, null, 'before send: the answer'],
    ['send', SEND, true, 'before send: the answer'],
    ['send', SEND, Promise.resolve(false), 'before send: the answer'],
    ['submit', SUBMIT, { values: { email: 'x' } }, 'before submit: values: '],
    ['submit', SUBMIT, { values: [{ name: 'email', value: 7 }] }, 'before submit: values: '],
    ['submit', SUBMIT, { values: [null] }, 'before submit: values: '],
    ['submit', SUBMIT, { survey: true }, 'before submit: survey: '],
  ];
  for (const [kind, json, answer, line] of cases) {
    said.length = 0;
    const before = new Before();
    before.add(kind, () => answer);
    assert.equal(before.ask(kind, json), '', line);
    assert.equal(said.length, 1, line);
    assert.ok(said[0]?.includes(line), said[0]);
  }
});

test('the kinds are those of the table', () => {
  const document = readFileSync(new URL('../../docs/port.md', import.meta.url), 'utf8').split('\n## Before\n')[1] ?? '';
  assert.deepEqual(KINDS, [...document.matchAll(/^\| `(\w+)` \|/gm)].map(([, kind]) => kind));
});
