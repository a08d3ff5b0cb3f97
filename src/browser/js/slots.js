/** A facade's content of rows of the transcript (`slot` in `page.rs`). In the build for other vendors' pages alone. */

import { find } from './tree.js';

/** @typedef {import('./tree.js').El} El */

/** The elements for content, by the id of the entry. @type {Map<string, Element>} */
const held = new Map();

/** When a row is drawn again, the element for its content is the same as before, with all that is in it. @param {El} row @param {string} selector @param {string} id */
export const hold = (row, selector, id) => {
  const place = find(row, selector);
  const before = held.get(id);
  if (before) place?.replaceWith(before);
  else if (place) held.set(id, place);
};
/** The content of the entry has changed: the next element for it is empty. @param {string} id */
export const forget_content = (id) => held.delete(id);
