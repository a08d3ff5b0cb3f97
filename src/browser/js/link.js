/** Links: in messages, and to other ways of reaching the site. */

import { followed, is_home } from './href.js';
import { careful } from './careful.js';
import { add_text, build, find, grow } from './tree.js';

/** @typedef {import('./tree.js').El} El */
/** @typedef {import('./tree.js').Words} Words */

/**
 * A link to an address, or nothing when links must not lead there; and the host, when its text looks like the address of another host.
 *
 * @param {string} address
 * @param {string} shown
 * @param {string} look The host in the shown text, if it looks like an address.
 * @param {boolean} [stays] The link opens in the same tab, if it leads to the site itself.
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
    // Some letters outside of ASCII become ASCII letters in lower case.
    return [made, !/[^ -~]/.test(look) && host === look.toLowerCase() ? '' : host];
  } catch {
    return [];
  }
};
/** Appends a link (src/text/links.rs), or its text alone when the address is not allowed. The host is shown when the text looks like another host. */
export const add_link = careful(
  /** @param {El} element @param {string} selector @param {string} address @param {string} shown @param {string} look @param {boolean} stays */
  (element, selector, address, shown, look, stays) => {
    const [made, host] = link(address, shown, look, stays);
    add_text(element, selector, made ?? shown);
    // An element of its own: the text of a message cannot imitate it.
    if (host) grow(element, selector, '<span.host').append(` (${host})`);
  },
);
/** Appends a link to another way of reaching the site, if its address is allowed. @param {El} element @param {string} selector @param {string} address @param {string} label */
export const contact = (element, selector, address, label) => {
  const [made] = link(address, label, '');
  if (!made || !label) return;
  made.className = 'contact';
  find(element, selector)?.append(made);
};
/** A paragraph with the link to the privacy notice, if its address is allowed. @param {El} element @param {string} address @param {Words} words */
export const privacy = (element, address, words) => {
  const [made] = link(address, words.get('privacy'), '');
  if (!made) return;
  grow(element, '', '<p.privacy').append(made);
};
