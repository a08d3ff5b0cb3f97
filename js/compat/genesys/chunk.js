/** A file of ours that comes when it is first needed. */

import { follow } from './deferred.js';
import { add, each } from './safe.js';

/**
 * @template T
 * @typedef {object} Chunk
 * @property {(use: (found: T) => unknown, failed: (why: unknown) => unknown) => void} want At once when it is there and nothing waits for it; what
 *   waits is done in its order. `failed` is told the reason in words when it cannot be had, and what `use` throws. After a failure the next
 *   one tries again.
 * @property {(work: () => unknown) => void} behind Behind what waits; at once when nothing does.
 */

/**
 * @template T
 * @param {() => unknown} load Fetches it; its result is waited for.
 * @param {(error: unknown) => void} report Where exceptions go.
 * @returns {Chunk<T>}
 */
export function createChunk(load, report) {
  /** @type {T | undefined} */
  let here;
  /** @typedef {[use: () => unknown, failed: (why: unknown) => unknown][]} Waiting */
  /** @type {Waiting | undefined} */
  let waiting;
  return {
    behind: (work) => (waiting ? add(waiting, [work, work]) : void work()),
    want: (use, failed) => {
      const run = () => {
        try {
          use(/** @type {T} */ (here));
        } catch (error) {
          failed(error);
          report(error);
        }
      };
      if (waiting) return add(waiting, [run, failed]);
      if (here) return run();
      /** @type {Waiting} */
      const all = (waiting = [[run, failed]]);
      const came = (/** @type {T} */ found) => {
        here = found;
        // What comes meanwhile is done behind the others.
        for (let at = 0; at < all.length; at += 1) all[at]?.[0]();
        waiting = undefined;
      };
      return follow(load(), came, (error) => {
        waiting = undefined;
        each(all, ([, refuse]) => refuse(error.message));
      });
    },
  };
}
