/**
 * The registration form on the screen (G3.5): its elements are in the widget's view, and the core draws and fills them. The code that only forms of
 * the page's own need is in `checks.js`.
 */

import { setAttributes } from './elements.js';
import { each } from './safe.js';

/** @typedef {import('./plain-form.js').Definition} Definition */
/** @typedef {import('./plain-form.js').FormInput} FormInput */

/** Values that browsers may fill in by themselves. @type {Record<string, string>} */
export const AUTOCOMPLETE = { firstname: 'given-name', lastname: 'family-name', email: 'email', nickname: 'nickname', phonenumber: 'tel' };

/**
 * @typedef {object} Given
 * @property {() => import('./jquery.js').JQuery} jquery The one that is loaded now.
 * @property {unknown} CXBus
 * @property {unknown} common
 * @property {() => string} invalid The error of a field that a validator refuses.
 * @property {(work: () => void) => void} later Runs the work in a later task.
 * @property {(error: unknown) => void} report
 */

/** The control of a field. @param {Element} row @returns {HTMLElement | null} */
export const controlOf = (row) => row.querySelector('input,textarea,select');

export class Fields {
  /** @type {Definition | undefined} */
  definition;
  /** A value was changed. */
  touched = false;
  /** The form on the screen. @type {Element | undefined} */
  #form;
  /** Present for a form of the page's own. @type {import('./checks.js').Checks | undefined} */
  #checks;

  /** @param {Given} given */
  constructor(given) {
    this.given = given;
  }

  /** Another form will be shown. @param {Definition | undefined} next @param {typeof import('./checks.js').Checks} [checks] For a form of the page's own. */
  define(next, checks) {
    this.definition = next;
    this.touched = false;
    this.#form = undefined;
    this.#checks = checks && new checks(this);
  }

  /** Whether the form has a validator of the page's. */
  asks() {
    return this.definition?.inputs.some((input) => input.validate) === true;
  }

  /** A form was drawn. @param {Element} drawn */
  drawn = (drawn) => {
    const inputs = this.definition?.inputs;
    if (drawn === this.#form || !inputs) return;
    this.#form = drawn;
    drawn.classList.add('cx-form');
    const checks = this.#checks;
    each(inputs, (input) => {
      const row = this.row(input.name);
      if (row && checks) checks.drawn(input, row);
      else if (row) decorate(input, row);
    });
    checks?.focus(inputs);
  };

  /** An event of the form. @param {Event} event `focusout`, `change`, `keyup` or `input`. */
  heard(event) {
    if (event.type === 'input') this.touched = true;
    this.#checks?.heard(event);
  }

  /** Asks the validators of all fields. @param {unknown} event @returns {boolean} Whether the form may be submitted. */
  passes(event) {
    return this.#checks?.passes(event) ?? true;
  }

  /** @param {string} name @returns {HTMLElement | undefined} The field: label, control, error. */
  row(name) {
    const control = [...(this.#form?.querySelectorAll('[data-test]') ?? [])].find((one) => one.getAttribute('data-test') === `field-${name}`);
    return /** @type {HTMLElement | undefined} */ (control?.closest('.field') ?? undefined);
  }
}

/** Sets the attributes and classes of a field of the form that is not the page's own. @param {FormInput} input @param {HTMLElement} row */
function decorate({ name, attributes: { id, maxlength, placeholder } }, row) {
  const control = controlOf(row);
  if (!control) return;
  row.querySelector('label.label')?.setAttribute('for', `${id}`);
  control.classList.add('cx-input');
  control.removeAttribute('autocomplete');
  setAttributes(control, { id, type: 'text', dir: 'auto', name, autocomplete: AUTOCOMPLETE[name], maxlength, placeholder });
}
