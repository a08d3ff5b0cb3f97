/** Checks that the page has all that the widget needs, before it starts (quality R26, R55). */

import { ChinwagError } from './error.js';
import { lacking } from './natives.js';

/** How long a task may be late before the page's timers count as dead. It is waited for twice, because a busy page delays all tasks. */
const LATE_MS = 3000;

/**
 * Waits for the next task. Fails when the page's timers do not work.
 *
 * @returns {Promise<void>}
 * @throws {ChinwagError} `unsupported`, with the name of the function that is missing or does not work.
 */
export async function checkPage() {
  if (lacking) throw new ChinwagError('unsupported', lacking);
  await firstTask();
  const draw = () => crypto.getRandomValues(new Uint32Array(4)).join();
  // Ids and secrets are made of these numbers: with equal numbers, two visitors would be the same person.
  if (draw() === draw()) throw new ChinwagError('unsupported', 'crypto.getRandomValues gives the same numbers twice');
}

/** The next task. @returns {Promise<void>} */
export const pause = () => new Promise((go) => setTimeout(go));

/** @returns {Promise<void>} */
function firstTask() {
  return new Promise((go, stop) => {
    const dead = (/** @type {string} */ how) => stop(new ChinwagError('unsupported', `setTimeout ${how}`));
    let starting = true;
    setTimeout(() => (starting ? dead('calls at once') : go()));
    starting = false;
    const watch = (/** @type {() => void} */ then) => AbortSignal.timeout?.(LATE_MS).addEventListener('abort', then);
    watch(() => watch(() => dead('does not call')));
  });
}

/** Waits for the document's body. @param {AbortSignal} signal @returns {Promise<void>} */
export function bodyOf(signal) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (document.body?.tagName === 'FRAMESET') reject(new ChinwagError('unsupported', 'a page of frames: the script belongs into one of them'));
      else resolve();
    };
    if (document.body) look();
    else document.addEventListener('DOMContentLoaded', look, { once: true, signal });
    signal.addEventListener('abort', () => reject(new ChinwagError('aborted')), { once: true });
  });
}

/**
 * The browser's time zone. The older API (`Intl.DateTimeFormat`) loads the data for dates: one task of 15 ms on a desktop, 60 on a phone.
 *
 * @returns {string | undefined}
 */
export function timeZone() {
  try {
    return Temporal.Now.timeZoneId();
  } catch {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}

/** Marks a rejection as handled, when another caller awaits the same promise. @param {Promise<unknown>} promise */
export async function quiet(promise) {
  try {
    await promise;
  } catch {
    // The other caller gets the error.
  }
}
