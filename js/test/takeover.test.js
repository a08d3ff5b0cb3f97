/** The configuration of the next core: widgets on the screen are shown at once, hidden widgets are not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hiddenBy, forgetOpened } from '../lasting.js';
import { asLeft } from '../takeover.js';

/** Calls of the page, as the instance keeps them. @param {[string, object][]} calls */
const lasting = (calls) => new Map(calls.map(([name, payload]) => [JSON.stringify(payload), /** @type {[string, string]} */ ([name, JSON.stringify(payload)])]));

const ONE = { element: 'ctw-1', id: 'sales' };

test('the last word about a widget counts, by either of its names or about all', () => {
  /** @type {[[string, object][], boolean][]} */
  const table = [
    [[], false],
    [[['hide', {}]], true],
    [[['hide', { widget: 'sales' }]], true],
    [[['hide', { widget: 'ctw-1' }]], true],
    [[['hide', { widget: 'other' }]], false],
    [[['hide', {}], ['show', { widget: 'sales' }]], false],
    [[['show', { widget: 'sales' }], ['hide', {}]], true],
    [[['hide', { widget: 'sales' }], ['setConsent', { given: true }], ['setVisitor', { values: [] }]], true],
  ];
  for (const [calls, expected] of table) assert.equal(hiddenBy(lasting(calls))(ONE), expected, JSON.stringify(calls));
});

test('a widget that was hidden and then opened is not hidden by the next core, others are', () => {
  const calls = lasting([['hide', {}], ['setConsent', { given: true }]]);
  forgetOpened(calls, [ONE, { element: 'ctw-2', id: 'other' }], () => false);
  assert.deepEqual([...calls.values()][0], ['hide', '{}'], 'nothing was opened');
  forgetOpened(calls, [ONE, { element: 'ctw-2', id: 'other' }], (element) => element === 'ctw-1');
  assert.deepEqual([...calls.values()], [['setConsent', '{"given":true}'], ['hide', '{"widget":"ctw-2"}']]);
});

test('widgets come as they were, and open by themselves only if they were not there yet', () => {
  const rules = { pages: ['/x'], after: 5000, open_after: 900, only_available: true };
  const config = JSON.stringify({ brand: 1, widgets: [{ element: 'a', rules }, { element: 'b', rules }, { element: 'c', rules }] });
  const after = JSON.parse(asLeft(config, ({ element }) => element === 'b', (element) => element !== 'c'));
  assert.deepEqual(after.widgets.map((/** @type {any} */ one) => [one.rules.after, one.rules.open_after]), [[0, 0], [0xffffffff, 0], [5000, 900]]);
  assert.deepEqual([after.brand, after.widgets[0].rules.pages], [1, ['/x']]);
});
