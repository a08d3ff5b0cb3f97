import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Listeners } from '../listeners.js';

test('a listener hears its event, and the one for all hears every one', () => {
  const listeners = new Listeners();
  /** @type {string[]} */
  const heard = [];
  listeners.on('opened', () => heard.push('named'));
  listeners.on('*', (event) => heard.push(event.name));
  listeners.tell({ name: 'opened', element: 'a' });
  listeners.tell({ name: 'closed', element: 'a' });
  assert.deepEqual(heard, ['named', 'opened', 'closed']);
});

test('r25_a_listener_that_throws_stops_nobody', (t) => {
  const listeners = new Listeners();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let heard = 0;
  listeners.on('opened', () => {
    throw new Error('theirs');
  });
  listeners.on('opened', () => (heard += 1));
  assert.equal(listeners.tell({ name: 'opened' }), true);
  assert.equal(heard, 1);
  // It is reported as their error, not swallowed.
  assert.throws(() => t.mock.timers.tick(1), /theirs/);
});

test('who listens can be handed to another one', () => {
  const [one, other] = [new Listeners(), new Listeners()];
  let heard = 0;
  one.on('opened', () => (heard += 1));
  one.on('*', () => (heard += 1));
  for (const [, name, listener] of one.calls()) other.on(/** @type {string} */ (name), /** @type {() => void} */ (listener));
  other.tell({ name: 'opened' });
  assert.equal(heard, 2);
});

test('a listener can take itself off while it is called', () => {
  const listeners = new Listeners();
  let calls = 0;
  const once = () => {
    calls += 1;
    listeners.off('opened', once);
  };
  listeners.on('opened', once);
  listeners.tell({ name: 'opened' });
  listeners.tell({ name: 'opened' });
  assert.equal(calls, 1);
});

test('events that happen once on a page are told once, also when a core is started again', () => {
  const listeners = new Listeners();
  const tell = (/** @type {string} */ name) => listeners.tell({ name, element: 'a', conversation: name.startsWith('chat') ? 'c' : undefined });
  assert.deepEqual(['loaded', 'shown', 'chatStarted', 'chatOnline'].map(tell), [true, true, true, true]);
  assert.deepEqual(['loaded', 'shown', 'chatRestored', 'chatOnline'].map(tell), [false, false, false, false]);
  assert.deepEqual(['hidden', 'hidden', 'shown'].map(tell), [true, false, true]);
  assert.deepEqual(['chatFinished', 'chatFinished'].map(tell), [true, false]);
});
