/** Lines on the console. */

/** @param {string} kind @param {string} widget */
export const left_out = (kind, widget) =>
  console.warn(`Chinwag: "${widget}" is left out: this version has no "${kind}" [unknown_widget]`);
/** @param {string} field @param {string} expected */
export const unreadable = (field, expected) =>
  console.warn(`Chinwag: left out of what the server says: ${field || 'a frame'}: expected ${expected} [malformed]`);
