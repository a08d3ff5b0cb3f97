/** The listeners of a widget: on its own elements, the window and the page around it. */

import { let_go } from './focus.js';
import { lift } from './place.js';
import { host_of } from './root.js';

/** The argument of the widget's callback: an event, the name of a timer, or the entries of a `ResizeObserver`. @typedef {any} Call */

/** The condition under which the panel fills the screen, as in `panel.css`. */
const NARROW = '(max-width: 30em), (max-height: 26em)';

/** Registers the callback for every event that concerns a widget; returns a handle that removes the listeners. @param {import('./root.js').Root} root @param {(call: Call) => void} call */
export const listen = (root, call) => {
  const narrow = matchMedia(NARROW);
  const off = new AbortController();
  const sizes = new ResizeObserver(call);
  // Listeners of inner elements run first. Only the event `scroll` does not bubble, so it is captured.
  /** @param {EventTarget | null | undefined} target @param {string} names */
  const on = (target, names) =>
    names.split(' ').forEach((name) => target?.addEventListener(name, call, { capture: name === 'scroll', signal: off.signal }));
  on(root, 'click input keydown keyup keypress submit scroll files');
  on(narrow, 'change');
  on(document, 'visibilitychange');
  on(globalThis.visualViewport, 'resize scroll');
  // A dialog of the page that keeps the focus would notice these events and take the focus back.
  /** @param {Event} event */
  const keep = (event) => root.contains(/** @type {Node} */ (event.target)) && event.stopPropagation();
  for (const name of ['focusin', 'focusout']) root.addEventListener(name, keep, { signal: off.signal });
  root.addEventListener('pointerdown', () => let_go(host_of(root)), { capture: true, signal: off.signal });
  // An element as large as the window changes its size when the page moves fixed elements into a box of its own.
  const place = new ResizeObserver(() => lift(root));
  place.observe(/** @type {Element} */ (root.querySelector('.window')));
  off.signal.addEventListener('abort', () => [sizes, place].forEach((observer) => observer.disconnect()));
  return { watch: (/** @type {Element} */ element) => sizes.observe(element), narrow: () => narrow.matches, stop: () => off.abort() };
};

/** Whether the page is hidden. */
export const is_away = () => document.hidden;
/** The control that an event happened on. @param {Call} call */
export const control = (call) => call.target.closest('[data-do]');
