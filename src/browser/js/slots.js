/** A facade's content in rows of the transcript (`slot` in `page.rs`). Only in the build for other vendors' pages. */

import { find } from './tree.js';

/** @typedef {import('./tree.js').El} El */

/** The elements for content, by the id of the entry. @type {Map<string, Element>} */
const held = new Map();

/** Puts the earlier element for content into a row that is drawn again, with all its content. @param {El} row @param {string} selector @param {string} id */
export const hold = (row, selector, id) => {
  const place = find(row, selector);
  const before = held.get(id);
  if (before) place?.replaceWith(before);
  else if (place) held.set(id, place);
};
/** The content of an entry has changed: its next row gets an empty element. @param {string} id */
export const forget_content = (id) => held.delete(id);
