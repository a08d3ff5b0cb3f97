/** Watches the page: visibility, network, routes, and elements of ours that it removes. */

const MINUTE_MS = 60_000;
/** How often per minute the page may take our elements away before we stay away: of itself, and when it goes to another page. */
const RETURNS = 3;
const MOVES = 60;
/** Tells whether the document's listeners are still there. */
const PROBE = 'chinwag-probe';

/**
 * @typedef {object} Callbacks
 * @property {(visible: boolean, network?: 'online' | 'offline') => void} watched Whether the page is seen, now and whenever that may have
 *   changed; and the browser's last event about the network.
 * @property {() => void} leaves The visitor leaves the page, or goes to another window, and may not come back.
 * @property {() => void} moved The visitor may be on another page.
 * @property {() => void} removed The page does not want us.
 * @property {() => void} erased The page wrote its document anew: every listener is gone.
 */

export class Watch {
  /** Times at which our elements were put back. @type {number[]} */ #returns = [];
  /** The same, at a change of page. @type {number[]} */ #moves = [];
  /** The page when we looked last. @type {unknown[]} */ #page = [];

  /** The page has gone to another one: the removals so far do not count. */
  moved() {
    this.#returns = [];
  }

  /**
   * Listens, and keeps elements on the page, until the signal is aborted. Patches nothing: a change of route by `history.pushState` is
   * seen through the Navigation API where there is one; elsewhere the page calls `setPage`.
   *
   * @param {Element[]} elements
   * @param {AbortSignal} signal
   * @param {Callbacks} callbacks
   */
  start(elements, signal, { watched, leaves, moved, removed, erased }) {
    const on = (/** @type {EventTarget | undefined} */ target, /** @type {string} */ name, /** @type {() => void} */ then) =>
      target?.addEventListener(name, then, { signal });
    const look = (/** @type {'online' | 'offline' | undefined} */ network) => watched(document.visibilityState === 'visible', network);
    on(window, 'online', () => look('online'));
    on(window, 'offline', () => look('offline'));
    on(window, 'pageshow', () => look(undefined));
    on(document, 'visibilitychange', () => look(undefined));
    look(undefined);
    on(window, 'pagehide', leaves);
    on(window, 'blur', leaves);
    on(window, 'popstate', moved);
    on(window, 'hashchange', moved);
    on(/** @type {{ navigation?: EventTarget }} */ (window).navigation, 'navigatesuccess', moved);
    let heard = false;
    on(document, PROBE, () => (heard = true));

    const observer = new MutationObserver(() => {
      watchParents();
      const lost = elements.filter((element) => !element.isConnected);
      if (!lost.length || !document.body) return;
      heard = false;
      document.dispatchEvent(new Event(PROBE));
      if (!this.#mayReturn()) removed();
      else if (!heard) erased();
      else lost.forEach(putBack);
    });
    const watchParents = () => {
      // A page that swaps its body, or all of its document: the new one is watched too.
      observer.disconnect();
      [document, document.documentElement, document.body].forEach((node) => node && observer.observe(node, { childList: true }));
    };
    watchParents();
    this.#page = here();
    signal.addEventListener('abort', () => observer.disconnect());
  }

  /** Counts. Another address or another body is a change of page. */
  #mayReturn() {
    const page = here();
    const moved = page.some((part, at) => part !== this.#page[at]);
    this.#page = page;
    const times = moved ? this.#moves : this.#returns;
    const now = performance.now();
    while (now - (times[0] ?? now) > MINUTE_MS) times.shift();
    return times.push(now) <= (moved ? MOVES : RETURNS);
  }
}

/** Where we are. */
const here = () => [location.href, document.body];

/** A new body may bring an element of that id: a place for the widget, or a copy that the page kept. @param {Element} element */
function putBack(element) {
  const other = document.getElementById(element.id);
  if (other) other.replaceWith(element);
  else document.body.append(element);
}
