/** What a page can do: `window.Chinwag`, and what `createChinwag` gives. */

import { isCall } from './options.js';

/** @typedef {import('./chat.js').Chat} Chat */
/** @typedef {import('./listeners.js').Listener} Listener */

/**
 * @typedef {object} WidgetState
 * @property {string} element Id of its element on the page.
 * @property {string} widget Its id in the site's configuration.
 * @property {'chat' | 'callback_now' | 'callback_later' | 'click_to_call'} kind
 * @property {boolean} shown Whether any part of it is on the screen.
 * @property {boolean} open Whether its panel is open.
 * @property {'engagement' | 'form' | 'starting' | 'queued' | 'online' | 'ended' | 'survey' | 'thanks' | 'requested' | 'refused'} stage
 * @property {number} unread Messages that came while the panel was closed.
 */

/**
 * @typedef {object} State
 * @property {'loading' | 'ready' | 'failed' | 'destroyed'} status
 * @property {'idle' | 'connecting' | 'online' | 'reconnecting' | 'stopped'} link
 * @property {string} locale
 * @property {WidgetState[]} widgets In the order of the configuration.
 */

/**
 * @typedef {object} Chinwag
 * @property {string} version
 * @property {Promise<void>} ready Settles once the widgets are there, or rejects with a `ChinwagError`.
 * @property {(widget?: string) => void} open Opens a widget's panel. Widgets are named by their element's id or their own;
 *   left out: the first.
 * @property {(widget?: string) => void} close Closes the panel; left out: of all.
 * @property {(widget?: string) => void} show Shows what rules or `hide` keep away; left out: all.
 * @property {(widget?: string) => void} hide Hides a widget altogether; left out: all.
 * @property {(text: string, widget?: string) => void} sendMessage Sends a message in the conversation that goes on. Without one
 *   the text waits in the composer: only the visitor begins a conversation.
 * @property {(widget?: string) => void} end Ends the conversation, or leaves the queue.
 * @property {(values: Record<string, string | number | boolean>) => void} setVisitor Fills form fields, by name.
 * @property {(given: boolean) => void} setConsent What the visitor said about being remembered. `false` deletes what is stored.
 * @property {(locale: string) => void} setLocale Changes the language.
 * @property {(page?: { url?: string, title?: string }) => void} setPage After a change of route; left out: what the address bar says.
 * @property {(name: string, listener: Listener) => () => void} on Hears an event, or all with `'*'`. Returns what takes it off.
 * @property {(name: string, listener?: Listener) => void} off
 * @property {() => State} getState
 * @property {() => void} replay Posts every message of this page to other vendors' listeners again, for one that came late.
 * @property {() => void} forget Ends everything and deletes what is stored about the visitor.
 * @property {() => void} destroy Takes everything off the page.
 * @property {(...calls: [string, ...unknown[]][]) => void} push Calls by name: `push(['open', 'sales-chat'])`.
 * @property {{ push: (...calls: [string, ...unknown[]][]) => void }} q The same, so that the snippet for early calls works late too.
 */

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
