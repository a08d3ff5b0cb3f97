/** The composer: its text field, and the picker of emoji. */

import { css, grow } from './tree.js';

/** @typedef {import('./tree.js').El} El */
/** @typedef {import('./tree.js').Words} Words */

/** Makes a text field as high as its text. @param {El} field */
export const fit_text = (field) => {
  css(field, 'height', 'auto');
  if (field.scrollHeight) css(field, 'height', field.scrollHeight + 'px');
};
/** Deletes so many characters in front of the caret. @param {HTMLTextAreaElement} field @param {number} count */
export const cut = (field, count) => {
  const end = field.selectionEnd;
  field.setRangeText([...field.value.slice(0, end)].slice(0, -count).join(''), 0, end, 'end');
};
/** @param {HTMLTextAreaElement} field @param {string} text */
export const insert = (field, text) => field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');

/** Fills the picker with the emoji that the style sheet lists, once. @param {El} grid @param {Words} words */
export const lay_out_emoji = (grid, words) => {
  const listed = getComputedStyle(grid).getPropertyValue('--list').replace(/["']/g, '').trim();
  if (grid.firstChild || !listed) return;
  for (const sign of listed.split(/\s+/)) grow(grid, '', '<button :pick tabindex=-1', words).append(sign);
  /** @type {El} */ (grid.firstElementChild).tabIndex = 0;
};
/**
 * Moves the focus in a grid of eight columns. True when the key was an arrow key, Home or End.
 *
 * @param {El} grid
 * @param {El} from
 * @param {string} key
 * @param {boolean} rtl
 */
export const walk = (grid, from, key, rtl) => {
  const keys = /** @type {HTMLElement[]} */ ([...grid.children]);
  const step = /** @type {Record<string, number>} */ ({ ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1, ArrowUp: -8, ArrowDown: 8, Home: -99, End: 99 })[key];
  const index = keys.indexOf(from);
  if (index < 0 || !step) return false;
  const to = /** @type {HTMLElement} */ (keys[Math.max(0, Math.min(keys.length - 1, index + step))]);
  from.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
  return true;
};
