/** Addresses: checks whether a link may lead to them, and whether they are the site's own. The scripts in `js/` use this too. */

/**
 * Parses an address with the browser's parser; nothing for an address that a link must not lead to (`may_follow` of src/text/links.rs).
 *
 * @param {string} address
 * @param {string} [base]
 */
export const followed = (address, base) => {
  try {
    const url = new URL(address, base);
    return /^(https?|mailto|tel):$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
};

/** Origins whose links open in the same tab: those of the site, where the conversation continues on the next page. @type {string[]} */
let home = [];
/** @param {boolean} kept Whether the conversation continues on the next page. @param {string} origins Separated by spaces. */
export const at_home = (kept, origins) => {
  home = kept ? [location.origin, ...origins.split(' ')] : [];
};
/** @param {URL} url */
export const is_home = (url) => url.host && home.includes(url.origin);
