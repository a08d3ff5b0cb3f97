/** What the page does of itself that concerns the widget. */

/**
 * Listens until the signal is aborted. Patches nothing: a change of route by `history.pushState` is seen through the Navigation
 * API where there is one; elsewhere the page calls `setPage`.
 *
 * @param {AbortSignal} signal
 * @param {{ watched: (visible: boolean, network?: 'online' | 'offline') => void, moved: () => void, changed: () => void }} told
 *   `watched`: whether it is seen, now and whenever that may have changed; and what the browser just said about the network.
 */
export function watchPage(signal, { watched, moved, changed }) {
  const on = (/** @type {EventTarget | undefined} */ target, /** @type {string} */ name, /** @type {() => void} */ then) =>
    target?.addEventListener(name, then, { signal });
  const look = (/** @type {'online' | 'offline' | undefined} */ network) => watched(document.visibilityState === 'visible', network);
  on(window, 'online', () => look('online'));
  on(window, 'offline', () => look('offline'));
  on(window, 'pageshow', () => look(undefined));
  on(document, 'visibilitychange', () => look(undefined));
  look(undefined);
  on(window, 'popstate', moved);
  on(window, 'hashchange', moved);
  on(/** @type {{ navigation?: EventTarget }} */ (window).navigation, 'navigatesuccess', moved);

  const observer = new MutationObserver(() => {
    watchParents();
    changed();
  });
  const watchParents = () => {
    // A page that swaps its body: the new one is watched too.
    observer.disconnect();
    observer.observe(document.documentElement, { childList: true });
    if (document.body) observer.observe(document.body, { childList: true });
  };
  watchParents();
  signal.addEventListener('abort', () => observer.disconnect());
}
