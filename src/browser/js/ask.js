/** Texts of events, elements and other objects. One function for all, because each import with a text costs as much as this one. */

import { CONTROLS, controls, find } from './tree.js';

/** @typedef {import('./tree.js').El} El */
/** @typedef {import('./listen.js').Call} Call */

/** @type {Record<string, (object: any, name: string) => string>} */
const ANSWERS = {
  /** The kind of an event, or the name of a timer. @param {Call} call */
  kind: (call) => call.type ?? String(call),
  /**
   * The key that was pressed; empty while an input method composes a character, because every key belongs to it then (older engines report the
   * key code 229). Keys for our own fields are kept from the page: seen from outside the widget they have no text field as their target, and
   * would trigger the page's shortcuts.
   *
   * @param {Call} call
   */
  key: (call) => {
    if (call.target.closest(CONTROLS)) call.stopPropagation();
    return call.isComposing || call.keyCode === 229 ? '' : (call.key ?? '');
  },
  text_of: (/** @type {El} */ element, selector) => find(element, selector)?.textContent ?? '',
  /** The value of a form's field, as the form writes it. @param {El} field */
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
