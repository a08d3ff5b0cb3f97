import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guard, guarded } from '../guard.js';

/** @param {Record<string, Function>} functions */
const exportsOf = (functions) => /** @type {Record<string, Function>} */ (/** @type {unknown} */ (guarded(/** @type {any} */ (functions))));

test('r17_a_trap_is_told_once_and_the_core_is_not_entered_again', () => {
  let told = 0;
  let entered = 0;
  guard.trapped = () => (told += 1);
  const core = exportsOf({
    trap: () => {
      entered += 1;
      throw new WebAssembly.RuntimeError('unreachable');
    },
    add: (/** @type {number} */ a, /** @type {number} */ b) => a + b,
    restart: () => 'fresh',
  });
  assert.equal(core.add?.(1, 2), 3);
  assert.equal(core.trap?.(), undefined);
  assert.equal(core.trap?.(), undefined);
  assert.equal(core.add?.(1, 2), undefined);
  assert.deepEqual([told, entered], [1, 1]);
  guard.open = true;
  assert.equal(core.restart?.(), 'fresh');
  guard.open = false;
  assert.equal(core.restart?.(), undefined);
});

test('a trap in an inner call stops the outer calls too', () => {
  guard.trapped = () => {};
  let after = false;
  const core = exportsOf({
    outer: () => {
      core.inner?.();
      after = true;
    },
    inner: () => {
      throw new WebAssembly.RuntimeError('unreachable');
    },
  });
  core.outer?.();
  assert.equal(after, false);
});
