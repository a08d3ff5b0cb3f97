/** Links: those in messages, and those that lead to another way of reaching the site. */

import { at, build, careful, grow } from './dom.js';

/** Origins whose links stay in the tab: those of the site, where the conversation is there again on the next page. */
let home = [];
export const at_home = (kept, origins) => {
  home = kept ? [location.origin, ...origins.split(' ')] : [];
};
/**
 * A link to an address, or nothing when it is not one that may be followed; and the host, where readers take another (`look`) for it.
 * `stays`: in the tab, if it leads to the site itself.
 */
const link = (address, shown, look, stays) => {
  try {
    const url = new URL(address);
    if (!/^(https?|mailto|tel):$/.test(url.protocol)) return [];
    const host = url.hostname || (look && new URL('http://' + look).hostname);
    const made = build((stays && url.host && home.includes(url.origin) ? '<a' : '<a target=_blank') + ' rel=noopener+noreferrer');
    made.href = url.href;
    made.append(shown);
    // Beyond ASCII there are letters that become one of it when they are made small.
    return [made, !/[^ -~]/.test(look) && host === look.toLowerCase() ? '' : host];
  } catch {
    return [];
  }
};
/** Appends a text. */
export const add_text = careful((element, selector, text) => at(element, selector).append(text));
/** Appends what may be a link (src/text/links.rs) as one, or as text. The host is told when the text looks like another. */
export const add_link = careful((element, selector, address, shown, look, stays) => {
  const [made, host] = link(address, shown, look, stays);
  add_text(element, selector, made ?? shown);
  // No text of the writer's can look like this: it is an element of its own.
  if (host) grow(element, selector, '<span.host').append(` (${host})`);
});
/** A link that leads away from the chat to another way of reaching the site, if it may be followed. */
export const contact = (element, selector, address, label) => {
  const [made] = link(address, label, '');
  if (!made || !label) return;
  made.className = 'contact';
  at(element, selector)?.append(made);
};
/** A paragraph with the link to the privacy notice, if it is one. */
export const privacy = (element, address, words) => {
  const [made] = link(address, words.get('privacy'), '');
  if (!made) return;
  grow(element, '', '<p.privacy').append(made);
};
