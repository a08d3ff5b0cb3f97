/** Addresses: which may be followed, and which of them are the site's own. The scripts in `js/` read addresses by this too. */

/**
 * An address that may be followed, read by the browser's parser; `undefined` for any other (`may_follow` of src/text/links.rs).
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

/** Origins whose links stay in the tab: those of the site, where the conversation is there again on the next page. @type {string[]} */
let home = [];
/** @param {boolean} kept Whether the conversation goes on when another page is loaded. @param {string} origins Between spaces. */
export const at_home = (kept, origins) => {
  home = kept ? [location.origin, ...origins.split(' ')] : [];
};
/** @param {URL} url */
export const is_home = (url) => url.host && home.includes(url.origin);
