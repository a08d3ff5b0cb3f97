/** The browser's storage. */

/** @param {boolean} lasting For the device and not for the tab. */
const area = (lasting) => (lasting ? localStorage : sessionStorage);
/** Either area may be missing or throw; then a text lives as long as the page. @param {boolean} lasting @param {string} key */
export const load = (lasting, key) => {
  try {
    return area(lasting).getItem(key) ?? '';
  } catch {
    return '';
  }
};
/** Stores a text. False when it cannot be read back: some areas accept everything and keep nothing. @param {boolean} lasting @param {string} key @param {string} text Empty: none. */
export const keep = (lasting, key, text) => {
  try {
    if (text) area(lasting).setItem(key, text);
    else area(lasting).removeItem(key);
    return !text || area(lasting).getItem(key) === text;
  } catch {
    return false;
  }
};
