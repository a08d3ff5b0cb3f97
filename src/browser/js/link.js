/** Links: those in messages, and those that lead to another way of reaching the site. */

import { followed, is_home } from './href.js';
import { careful } from './careful.js';
import { add_text, build, find, grow } from './tree.js';

/** @typedef {import('./tree.js').El} El */
/** @typedef {import('./tree.js').Words} Words */

/**
 * A link to an address, nothing when the address may not be followed; and the real host, where the text of the link looks like another host.
 *
 * @param {string} address
 * @param {string} shown
 * @param {string} look The host that the text looks like.
 * @param {boolean} [stays] In the tab, if it leads to the site itself.
 * @returns {[link?: El, host?: string]}
 */
const link = (address, shown, look, stays) => {
  const url = followed(address);
  if (!url) return [];
  try {
    const host = url.hostname || (look && new URL('http://' + look).hostname);
    const made = build((stays && is_home(url) ? '<a' : '<a target=_blank') + ' rel=noopener+noreferrer');
    /** @type {HTMLAnchorElement} */ (/** @type {unknown} */ (made)).href = url.href;
    made.append(shown);
    // Some letters outside ASCII become ASCII letters in lower case.
    return [made, !/[^ -~]/.test(look) && host === look.toLowerCase() ? '' : host];
  } catch {
    return [];
  }
};
/** Appends a link (src/text/links.rs), or its text where the address may not be followed. The real host is shown when the text looks like another host. */
export const add_link = careful(
  /** @param {El} element @param {string} selector @param {string} address @param {string} shown @param {string} look @param {boolean} stays */
  (element, selector, address, shown, look, stays) => {
    const [made, host] = link(address, shown, look, stays);
    add_text(element, selector, made ?? shown);
    // An element of its own: a text by the writer of the message cannot look like this.
    if (host) grow(element, selector, '<span.host').append(` (${host})`);
  },
);
/** A link that leads away from the chat to another way of reaching the site, if it may be followed. @param {El} element @param {string} selector @param {string} address @param {string} label */
export const contact = (element, selector, address, label) => {
  const [made] = link(address, label, '');
  if (!made || !label) return;
  made.className = 'contact';
  find(element, selector)?.append(made);
};
/** A paragraph with the link to the privacy notice, if its address may be followed. @param {El} element @param {string} address @param {Words} words */
export const privacy = (element, address, words) => {
  const [made] = link(address, words.get('privacy'), '');
  if (!made) return;
  grow(element, '', '<p.privacy').append(made);
};
