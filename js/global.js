/** `window.Chinwag`: what the page put there before, and what a script of ours puts there. */

import { createApi } from './api.js';
import { ChinwagError } from './error.js';
import { isPlain, readCalls } from './options.js';

/** @typedef {import('./types.js').Chinwag & { options?: import('./options.js').Options, listening?: () => import('./options.js').EarlyCall[] }} Running */

const GLOBAL = 'Chinwag';

/**
 * What is there now, which may be anything.
 *
 * @param {Record<string, unknown>} page
 * @returns {{ found: unknown, running: Running | undefined }} `running`: one of ours.
 * @throws {ChinwagError} It cannot be read.
 */
export function readGlobal(page) {
  try {
    const found = page[GLOBAL];
    return { found, running: isRunning(found) ? found : undefined };
  } catch (error) {
    throw unusable(error);
  }
}

/**
 * Takes what the page asked for before: its calls, or who listens to one that failed, which is taken down.
 *
 * @param {ReturnType<typeof readGlobal>} before
 * @returns {import('./options.js').EarlyCall[]}
 */
export function takeCalls({ found, running }) {
  if (!running) return readCalls(found);
  const calls = running.listening?.() ?? [];
  running.destroy();
  return calls;
}

/**
 * Gives the page its API.
 *
 * @param {Record<string, unknown>} page
 * @param {import('./instance.js').Instance} chat
 * @param {import('./options.js').Options} options
 * @param {import('./options.js').EarlyCall[]} calls
 * @param {string} version
 * @throws {ChinwagError} It cannot be set.
 */
export function setGlobal(page, chat, options, calls, version) {
  const api = createApi(chat, version, () => {
    if (page[GLOBAL] === api) delete page[GLOBAL];
  });
  Object.defineProperties(api, { options: { value: options }, listening: { value: () => chat.listeners.calls() } });
  if (!Reflect.set(page, GLOBAL, api)) throw unusable();
  api.push(...calls);
}

/** @param {unknown} [cause] */
function unusable(cause) {
  return new ChinwagError('misuse', `window.${GLOBAL} is unusable`, cause);
}

/** @param {unknown} value @returns {value is Running} */
function isRunning(value) {
  return isPlain(value) && typeof value.version === 'string' && typeof value.destroy === 'function';
}
