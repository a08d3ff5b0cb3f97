/** What a page can do: `window.Chinwag`, and what `createChinwag` gives. */

import { isCall } from './options.js';

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
    open: (widget) => chat.run((core) => core.open(name(widget))),
    close: (widget) => chat.run((core) => core.close(name(widget))),
    show: (widget) => chat.run((core) => core.show(name(widget))),
    hide: (widget) => chat.run((core) => core.hide(name(widget))),
    sendMessage: (text, widget) => chat.run((core) => core.send_message(String(text), name(widget))),
    end: (widget) => chat.run((core) => core.end(name(widget))),
    setVisitor: (values) => {
      // Own members only, as text.
      const entries = Object.entries(values ?? {}).filter(([, value]) => /^(string|number|boolean)$/.test(typeof value));
      chat.run((core) =>
        core.set_visitor(
          entries.map(([key]) => key),
          entries.map(([, value]) => String(value)),
        ),
      );
    },
    // Anything but a clear yes is no.
    setConsent: (given) => chat.run((core) => core.set_consent(given === true)),
    setLocale: (locale) => void chat.setLocale(String(locale)).catch(() => {}),
    setPage: (page) => chat.setPage(name(page?.url), name(page?.title)),
    on: (event, listener) => {
      chat.listeners.on(String(event), listener);
      return () => chat.listeners.off(String(event), listener);
    },
    off: (event, listener) => chat.listeners.off(String(event), listener),
    getState: () => chat.state(),
    replay: () => chat.replay(),
    forget: () => chat.run((core) => core.forget()),
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
