/** Passes on the output of a core: events to the facade and to the page's listeners, messages to the window. */

import { ChinwagError, report } from './error.js';

/**
 * @param {import('./listeners.js').Listeners} listeners
 * @param {string} server Its base address.
 * @param {(event: import('./listeners.js').AnyEvent) => boolean} heard Called with each event first. Returns whether the page gets it.
 * @returns {[host: Partial<import('#glue').Host>, replay: () => void]} Functions for every core of the page; and one that posts the messages of
 *   this page again.
 */
export function createRelay(listeners, server, heard) {
  /** Messages posted on this page, as JSON. @type {string[]} */
  const posted = [];
  /** Whether the console has the line that sockets do not work. */
  let named = false;
  const send = (/** @type {string} */ json) => postMessage(JSON.parse(json), '/');
  const host = {
    event: (/** @type {string} */ json) => {
      const event = JSON.parse(json);
      if (!heard(event)) return false;
      const { name, code } = event;
      // Only the page's author can fix these: they are reported once.
      if (!named && name === 'link' && (code === 'unsupported' || code === 'socket_blocked')) {
        named = true;
        report(new ChinwagError(code, code === 'unsupported' ? 'WebSocket' : new URL(server).origin.replace(/^http/, 'ws')));
      }
      return listeners.tell(event);
    },
    post: (/** @type {string} */ json) => {
      posted.push(json);
      send(json);
    },
    changed: () => listeners.changed(),
    before: (/** @type {string} */ kind, /** @type {string} */ json) => listeners.before.ask(kind, json),
  };
  return [host, () => posted.forEach(send)];
}
