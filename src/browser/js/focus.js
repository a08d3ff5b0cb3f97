/** The focus: finds it, moves it, and makes the rest of the page inert. */

import { active, host_of } from './root.js';
import { find } from './tree.js';

/** @typedef {import('./root.js').Root} Root */
/** @typedef {import('./tree.js').El} El */

/** Whether an element is on the screen and can take the focus. @param {Element | null | undefined} element */
const isReachable = (element) =>
  element?.getClientRects().length && !element.hasAttribute('disabled') && getComputedStyle(element).visibility !== 'hidden';
/** @param {Root} root */
export const is_lost = (root) => !isReachable(active(root));

/** Takes the focus from the page's own control first: a dialog of the page then does not learn which element gets it next. @param {Element | null} host Of the widget. */
export const let_go = (host) => {
  const other = host && /** @type {HTMLElement | null} */ (document.activeElement);
  if (other && !host.contains(other) && other !== document.body) other.blur();
};
/** Focuses an element, also when a dialog of the page tries to keep the focus. @param {HTMLElement | null} element */
export const settle = (element) => {
  if (element) let_go(host_of(element));
  element?.focus();
};
/** @param {El} element @param {string} selector */
export const focus = (element, selector) => settle(find(element, selector));

/** Keeps the focus inside the panel: after the last control comes the first. True when it moved the focus. @param {Root} root @param {El} panel @param {boolean} back */
export const turn = (root, panel, back) => {
  /** @type {HTMLElement[]} */
  const stops = [...panel.querySelectorAll(/** @type {'a'} */ ("button,a[href],input,select,textarea,[tabindex='0']"))].filter(isReachable);
  if (back) stops.reverse();
  const here = active(root);
  if (here && here !== stops.at(-1) && !(back && here === panel)) return false;
  stops[0]?.focus();
  return true;
};

/** Makes the rest of the page inert; returns the elements that were not inert before. @param {Root} root */
export const seclude = (root) => {
  const taken = [];
  for (let here = /** @type {Element | null} */ (host_of(root)); here && here !== document.body; here = here.parentElement) {
    for (const other of here.parentElement?.children ?? []) {
      if (other !== here && !other.hasAttribute('inert')) {
        other.setAttribute('inert', '');
        taken.push(other);
      }
    }
  }
  return taken;
};
/** @param {Element[]} taken */
export const release = (taken) => taken.forEach((other) => other.removeAttribute('inert'));
