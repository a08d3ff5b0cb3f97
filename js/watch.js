/** Watches the page: visibility, network, routes, and elements of ours that the page removes. */

const MINUTE_MS = 60_000;
/** How often per minute our elements are put back: after a removal on the same page, and, counted apart, at a change of page. */
const RETURNS = 3;
const MOVES = 60;
/** An event that tests whether the document still has our listeners. */
const PROBE = 'chinwag-probe';

/**
 * @typedef {object} Callbacks
 * @property {(visible: boolean, network?: 'online' | 'offline') => void} watched Called with whether the page is visible, now and whenever that may have
 *   changed; and the browser's last event about the network.
 * @property {() => void} leaves The visitor leaves the page, or switches to another window, and may not return.
 * @property {() => void} moved The visitor may be on another page.
 * @property {() => void} removed The page removed our elements too often: they are not put back any more.
 * @property {() => void} erased The page wrote its document anew: every listener is gone.
 */

export class Watch {
  /** The times at which our elements were put back. @type {number[]} */ #returns = [];
  /** The times at which they were put back at a change of page. @type {number[]} */ #moves = [];
  /** The address and body at the last check. @type {unknown[]} */ #page = [];

  /** The page has gone to another one: the removals so far do not count. */
  moved() {
    this.#returns = [];
  }

  /**
   * Listens, and keeps elements on the page, until the signal is aborted. No function of the page is patched: a change of route by
   * `history.pushState` is noticed through the Navigation API where the browser has it; elsewhere the page calls `setPage`.
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
      // The page may replace its body, or the whole document: the new elements are watched too.
      observer.disconnect();
      [document, document.documentElement, document.body].forEach((node) => node && observer.observe(node, { childList: true }));
    };
    watchParents();
    this.#page = here();
    signal.addEventListener('abort', () => observer.disconnect());
  }

  /** Counts a removal, and decides whether the elements are put back. Another address or another body is a change of page. */
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

/** The address and the body, which identify a page. */
const here = () => [location.href, document.body];

/** A new body may bring an element of that id: a place for the widget, or a copy that the page kept. @param {Element} element */
function putBack(element) {
  const other = document.getElementById(element.id);
  if (other) other.replaceWith(element);
  else document.body.append(element);
}
