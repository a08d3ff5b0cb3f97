/** A file of ours that is fetched when it is first needed. */

import { follow } from './deferred.js';
import { add, each } from './safe.js';

/**
 * @template T
 * @typedef {object} Chunk
 * @property {(use: (found: T) => unknown, failed: (why: unknown) => unknown) => void} want Calls `use` at once when the file is there and no call waits for it; calls that
 *   wait are done in their order. `failed` gets the reason as a text when the file cannot be fetched, and an exception of `use`. After a failure the next
 *   call fetches again.
 * @property {(work: () => unknown) => void} behind Runs the work after the calls that wait; at once when none does.
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
        // Calls that are made meanwhile are done after the others.
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
