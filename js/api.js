/** What a page can do: `window.Chinwag`, and what `createChinwag` gives. */

import { isCall } from './options.js';
import { CLOSE, END, FORGET, HIDE, OPEN, SEND_MESSAGE, SET_CONSENT, SET_VISITOR, SHOW } from './verbs.js';

/** @typedef {import('./chat.js').Chat} Chat */
/** @typedef {import('./types.js').Chinwag} Chinwag */

/**
 * @param {Chat} chat
 * @param {string} version
 * @param {() => void} [gone] Told when it was destroyed.
 * @returns {Chinwag}
 */
export function createApi(chat, version, gone) {
  const push = (/** @type {unknown[]} */ ...calls) => {
    calls.forEach((call) => {
      if (!isCall(call)) return;
      const method = Object.hasOwn(api, call[0]) ? /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (api))[call[0]] : undefined;
      if (typeof method === 'function') Reflect.apply(method, api, call.slice(1));
    });
  };
  /** @type {Chinwag} */
  const api = {
    version,
    ready: chat.ready,
    open: (widget) => chat.run(OPEN, name(widget)),
    close: (widget) => chat.run(CLOSE, name(widget)),
    show: (widget) => chat.run(SHOW, name(widget)),
    hide: (widget) => chat.run(HIDE, name(widget)),
    sendMessage: (text, widget) => chat.run(SEND_MESSAGE, name(widget), String(text)),
    end: (widget) => chat.run(END, name(widget)),
    setVisitor: (values) => {
      // Own members only, as text.
      const entries = Object.entries(values ?? {}).filter(([, value]) => /^(string|number|boolean)$/.test(typeof value));
      chat.run(SET_VISITOR, JSON.stringify(entries.map(([name, value]) => ({ name, value: String(value) }))));
    },
    // Anything but a clear yes is no.
    setConsent: (given) => chat.run(SET_CONSENT, given === true ? 'yes' : ''),
    setLocale: (locale) => void chat.setLocale(String(locale)).catch(() => {}),
    setPage: (page) => chat.setPage(name(page?.url), name(page?.title)),
    on: (event, listener) => {
      chat.listeners.on(String(event), listener);
      return () => chat.listeners.off(String(event), listener);
    },
    off: (event, listener) => chat.listeners.off(String(event), listener),
    getState: () => chat.state(),
    replay: () => chat.replay(),
    forget: () => chat.run(FORGET),
    destroy: () => {
      chat.destroy();
      gone?.();
    },
    push,
    q: { push },
  };
  return api;
}

/** A name, or nothing. @param {unknown} value @returns {string | undefined} */
function name(value) {
  return typeof value === 'string' && value ? value : undefined;
}
