/** The browser's storage. */

/** @param {boolean} lasting Kept for the device, not only for the tab. */
const area = (lasting) => (lasting ? localStorage : sessionStorage);
/** Either area may be missing or throw; a text is then kept as long as the page. @param {boolean} lasting @param {string} key */
export const load = (lasting, key) => {
  try {
    return area(lasting).getItem(key) ?? '';
  } catch {
    return '';
  }
};
/**
 * Stores a text. False when it cannot be read afterwards: some areas accept a text without storing it.
 *
 * @param {boolean} lasting
 * @param {string} key
 * @param {string} text Empty: the stored text is deleted.
 */
export const keep = (lasting, key, text) => {
  try {
    if (text) area(lasting).setItem(key, text);
    else area(lasting).removeItem(key);
    return !text || area(lasting).getItem(key) === text;
  } catch {
    return false;
  }
};
