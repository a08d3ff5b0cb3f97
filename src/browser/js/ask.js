/** Texts of events, elements and other objects. One function for all, because each import with a text costs as much as this one. */

import { CONTROLS, controls, find } from './tree.js';

/** @typedef {import('./tree.js').El} El */
/** @typedef {import('./listen.js').Call} Call */

/** @type {Record<string, (object: any, name: string) => string>} */
const ANSWERS = {
  /** The kind of an event, or the name of a timer. @param {Call} call */
  kind: (call) => call.type ?? String(call),
  /**
   * The key that was pressed; empty while a character is being composed, because every key then belongs to the composition (older engines report
   * the code 229). Keys that are typed into our fields are not passed on to the page: outside the widget they have no field as their target, and
   * would trigger the page's shortcuts.
   *
   * @param {Call} call
   */
  key: (call) => {
    if (call.target.closest(CONTROLS)) call.stopPropagation();
    return call.isComposing || call.keyCode === 229 ? '' : (call.key ?? '');
  },
  text_of: (/** @type {El} */ element, selector) => find(element, selector)?.textContent ?? '',
  /** The value of a form's field, in the form's notation. @param {El} field */
  read: (field) => {
    const inputs = controls(field);
    const [first] = inputs;
    if (first?.type === 'checkbox') return String(first.checked);
    return (first?.type === 'radio' ? inputs.find((input) => input.checked) : first)?.value ?? '';
  },
  value: (/** @type {HTMLInputElement} */ field) => field.value,
  get: (/** @type {Element} */ element, name) => element.getAttribute(name) ?? '',
};
/** @param {unknown} object @param {string} how @param {string} name @returns {string} */
export const ask = (object, how, name) => /** @type {any} */ (ANSWERS)[how](object, name);
