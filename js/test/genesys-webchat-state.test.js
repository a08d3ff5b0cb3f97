/**
 * The state of WebChat's window. `genesys/webchat-states.json` has the outcome of every command, event and press in every state; it was
 * recorded from the window's code before that had a table of transitions.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { TRANSITIONS, WindowState } from '../compat/genesys/webchat-state.js';
import { STATES, STEPS, effect } from './genesys/webchat-steps.js';
import { world } from './genesys/webchat-world.js';

const PLACES = ['closed', 'open', 'minimized', 'hidden', 'hidden-minimized'];
const CHATS = ['none', 'starting', 'abandoned', 'active', 'leaving', 'left'];

test('every command, event and press in every state of the window gives what it gave before', () => {
  const expected = JSON.parse(readFileSync(new URL('./genesys/webchat-states.json', import.meta.url), 'utf8'));
  assert.deepEqual(Object.keys(expected), Object.keys(STATES));
  for (const [state, way] of Object.entries(STATES)) {
    assert.deepEqual(Object.keys(expected[state]), Object.keys(STEPS));
    for (const [step, wanted] of Object.entries(expected[state])) {
      const it = world();
      way(it);
      assert.equal(effect(it, step), wanted, `${step} in ${state}`);
    }
  }
});

test('transitions keep place and chat apart, and name no state that there is not', () => {
  for (const [event, table] of Object.entries(TRANSITIONS)) {
    for (const [from, to] of Object.entries(table)) {
      const kind = PLACES.includes(from) ? PLACES : CHATS;
      assert.ok(kind.includes(from) && kind.includes(to), `${event}: ${from} -> ${to}`);
    }
  }
});

test('a closed window is never hidden, and has no start under way', () => {
  for (const place of PLACES) {
    for (const chat of CHATS) {
      const state = Object.assign(new WindowState(), { place, chat });
      state.to('close');
      assert.deepEqual([state.stage, state.isHidden, state.isMinimized], ['closed', false, false]);
      assert.ok(['none', 'abandoned', 'active'].includes(state.chat), chat);
    }
  }
});

test('a start under way is ended as soon as it begins, also when the window cannot be opened again', () => {
  const it = world();
  it.outcome('open');
  it.webchat.filled([]);
  it.outcome('close');
  it.view.missing = true;
  assert.deepEqual(it.outcome('open'), { bad: 'WindowManager.registerDockView failed' });
  it.service.publish('started', {});
  assert.deepEqual(it.asked.map(([name]) => name), ['startChat', 'endChat']);
});
