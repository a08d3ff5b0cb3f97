/** The whole panel: its pages, and its size on a small screen. */

import { build, css } from './tree.js';

/** @typedef {import('./tree.js').El} El */

/** Replaces a page of the panel by another; the old page fades out above the new one. @param {El} main @param {El} page */
export const swap = (main, page) => {
  const old = /** @type {El | null} */ (main.firstElementChild);
  const shown = old?.getClientRects().length;
  /** @type {[Element, number][]} */
  const scrolled = shown ? [old, ...old.querySelectorAll('.log,.fields')].map((part) => [part, part.scrollTop]) : [];
  main.replaceChildren(page);
  if (!shown) return;
  const ghost = build('<div.ghost aria-hidden=true inert');
  // So that the old page is not taken for the new one, it is no form any more, and has no hooks.
  const stand = build('<div');
  stand.className = old.className;
  stand.append(...old.childNodes);
  stand.querySelectorAll('[data-test]').forEach((part) => part.removeAttribute('data-test'));
  ghost.append(stand);
  main.append(ghost);
  scrolled.forEach(([part, top]) => ((part === old ? stand : part).scrollTop = top));
  const go = () => ghost.remove();
  ghost.animate({ opacity: [1, 0] }, { duration: 160, fill: 'forwards' }).finished.then(go, go);
};

/** Keeps a full-screen panel inside the area that the on-screen keyboard leaves free. @param {El} panel @param {boolean} on */
export const fit_screen = (panel, on) => {
  const area = on && globalThis.visualViewport;
  css(panel, '--vh', area ? area.height + 'px' : '');
  css(panel, '--vt', area ? area.offsetTop + 'px' : '');
};
