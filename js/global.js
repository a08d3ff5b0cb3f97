/** The global `window.Chinwag`: reads the options and calls that the page left there, and sets the API. */

import { createApi } from './api.js';
import { ChinwagError } from './error.js';
import { isPlain, readCalls } from './options.js';

/** @typedef {import('./types.js').Chinwag & { options?: import('./options.js').Options, listening?: () => import('./options.js').EarlyCall[] }} Running */

const GLOBAL = 'Chinwag';

/**
 * Reads the global, which may hold any value.
 *
 * @param {Record<string, unknown>} page
 * @returns {{ found: unknown, running: Running | undefined }} `running`: one of ours.
 * @throws {ChinwagError} The global cannot be read.
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
 * Takes the calls that the page made before the script ran. When the global is an API that failed, that one is destroyed, and its listeners are
 * returned as calls.
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
 * @throws {ChinwagError} The global cannot be set.
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
