/** What the page does of itself that concerns the widget. */

/**
 * Listens until the signal is aborted. Patches nothing: a change of route by `history.pushState` is seen through the Navigation
 * API where there is one; elsewhere the page calls `setPage`.
 *
 * @param {AbortSignal} signal
 * @param {{ nudge: () => void, moved: () => void, changed: () => void }} told
 */
export function watchPage(signal, { nudge, moved, changed }) {
  const on = (/** @type {EventTarget | undefined} */ target, /** @type {string} */ name, /** @type {() => void} */ then) =>
    target?.addEventListener(name, then, { signal });
  on(window, 'online', nudge);
  on(window, 'pageshow', nudge);
  on(document, 'visibilitychange', () => {
    if (document.visibilityState === 'visible') nudge();
  });
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
