/**
 * A registration form of the page's own on the screen: settings of its inputs that our model does not have are put onto the elements, and
 * the page's validators are asked (G3.5).
 */

import { setAttributes } from './elements.js';
import { AUTOCOMPLETE, controlOf } from './fields.js';
import { add, each, isEmpty, read } from './safe.js';

/** @typedef {import('./plain-form.js').FormInput} FormInput */

/** Types that an input may have in place of the one that the core drew. */
const TYPES = /^(text|tel|email|number|date|datetime-local|time|month|week|url|search|password|color|range)$/;
/** Attributes that the core sets, or that a page must not set. */
const KEPT = ['name', 'type', 'value', 'checked', 'required', 'readonly', 'disabled', 'data-test', 'data-do', 'data-message', 'autofocus', 'class'];

export class Checks {
  #fields;
  /** Names of fields that a validator refused. */
  #bad = new Set();

  /** @param {import('./fields.js').Fields} fields */
  constructor(fields) {
    this.#fields = fields;
  }

  /** A field was drawn. @param {FormInput} input @param {HTMLElement} row */
  drawn(input, row) {
    decorate(input, row);
    if (this.#bad.has(input.name)) this.#mark(input.name);
  }

  /** All fields were drawn: the field with `autofocus` gets the focus. @param {FormInput[]} inputs */
  focus(inputs) {
    const first = inputs.find((input) => input.attributes.autofocus !== undefined && input.attributes.autofocus !== false);
    this.#focus(first && this.#row(first.name));
  }

  /** An event of the form. @param {Event} event `focusout`, `change`, `keyup` or `input`. */
  heard(event) {
    if (event.type === 'input') {
      // The core has set the errors of its fields again.
      this.#bad.forEach((name) => this.#mark(name));
      return;
    }
    const control = /** @type {Element | null} */ (event.target)?.closest?.('.field')?.querySelector('[data-test]');
    const name = control?.getAttribute('data-test')?.slice('field-'.length);
    const input = this.#fields.definition?.inputs.find((one) => one.name === name);
    if (!input?.validate || (event.type === 'keyup' && !input.whileTyping)) return;
    // A validator may return nothing: the field then keeps its mark until the validator is asked again.
    this.#check(input, event);
  }

  /** Asks the validators of all fields. @param {unknown} event @returns {boolean} Whether the form may be submitted. */
  passes(event) {
    /** @type {string[]} */
    const refused = [];
    each(this.#fields.definition?.inputs, (input) => {
      if (input.spec.visible_customer !== false && !this.#check(input, event)) add(refused, input.name);
    });
    if (!refused.length) return true;
    if (this.#lacks()) {
      // The core refuses the form as well, and draws the empty fields anew with their errors. The marks are set after that.
      this.#fields.given.later(() => each(refused, (name) => this.#mark(name)));
      return true;
    }
    this.#focus(refused.map((name) => this.#row(name)).find((row) => row));
    return false;
  }

  /** @param {string} name */
  #row(name) {
    return this.#fields.row(name);
  }

  /** @param {HTMLElement | undefined} row */
  #focus(row) {
    if (row) controlOf(row)?.focus();
  }

  /** Shows whether a validator refuses a field. @param {string} name */
  #mark(name) {
    const row = this.#row(name);
    const control = row && controlOf(row);
    if (!row || !control) return;
    const on = this.#bad.has(name);
    row.classList.toggle('cx-error', on);
    control.classList.toggle('cx-error', on);
    // An error that the core shows stays.
    if (!on && !row.hasAttribute('data-own-error')) return;
    row.toggleAttribute('data-own-error', on);
    row.toggleAttribute('data-bad', on);
    control.setAttribute('aria-invalid', `${on}`);
    const error = /** @type {HTMLElement | null} */ (row.querySelector('.error'));
    const words = error?.querySelector('span');
    if (!error || !words) return;
    words.textContent = on ? this.#fields.given.invalid() : '';
    error.hidden = !on;
    control.setAttribute('aria-describedby', [...row.querySelectorAll('.hint,.error:not([hidden])')].map((part) => part.id).join(' '));
  }

  /** Asks the page's validator of a field. @param {FormInput} input @param {unknown} event @returns {boolean} Whether the value is accepted. */
  #check(input, event) {
    const { jquery, CXBus, common, report } = this.#fields.given;
    const bad = this.#bad;
    const row = this.#row(input.name);
    const $ = jquery();
    if (!input.validate || !row || !$) return !bad.has(input.name);
    /** @type {unknown} */
    let verdict;
    try {
      verdict = input.validate(event, $(row), $(controlOf(row)), $(row.querySelector('.label')), $, CXBus, common);
    } catch (error) {
      report(error);
    }
    if (verdict === true) bad.delete(input.name);
    else if (verdict === false) bad.add(input.name);
    this.#mark(input.name);
    return !bad.has(input.name);
  }

  /** Whether a mandatory field is empty. */
  #lacks() {
    return this.#fields.definition?.inputs.some(({ name, spec }) => {
      const row = this.#row(name);
      if (!row || !spec.mandatory || !spec.editable) return false;
      const controls = /** @type {HTMLInputElement[]} */ ([...row.querySelectorAll('input,textarea,select')]);
      return !controls.some((control) => (/^(checkbox|radio)$/.test(control.type) ? control.checked : !isEmpty(control.value)));
    });
  }
}

/** Sets the page's attributes, classes and labels on a field. @param {FormInput} input @param {HTMLElement} row */
function decorate(input, row) {
  const control = controlOf(row);
  if (!control) return;
  // A group of answers without a label is still named for screen readers.
  if (!input.spec.label) row.querySelector('.control')?.setAttribute('aria-label', input.name);
  const attributes = { ...input.attributes };
  each(KEPT, (name) => delete attributes[name]);
  const { id } = attributes;
  if (typeof id === 'string' && id && input.type !== 'radio') {
    control.id = id;
    row.querySelector('label.label')?.setAttribute('for', id);
  }
  delete attributes.id;
  if (control.localName === 'input' && TYPES.test(input.type)) {
    control.setAttribute('type', input.type);
    control.setAttribute('dir', 'auto');
  }
  control.setAttribute('name', input.name);
  control.classList.add('cx-input');
  const auto = AUTOCOMPLETE[input.name];
  if (auto) control.setAttribute('autocomplete', auto);
  else control.removeAttribute('autocomplete');
  setAttributes(control, attributes);
  const { text: _text, for: _for, ...labels } = input.labels;
  const label = row.querySelector('.label');
  if (label) setAttributes(/** @type {HTMLElement} */ (label), labels);
  if (control.localName === 'select') regroup(/** @type {HTMLSelectElement} */ (control), input);
}

/** Puts options into the groups that the page made of them, and disables those that cannot be chosen. @param {HTMLSelectElement} select @param {FormInput} input */
function regroup(select, input) {
  const { document } = /** @type {{ document: Document }} */ ({ document: select.ownerDocument });
  const own = [...select.options];
  const chosen = select.value;
  /** @type {HTMLOptGroupElement | undefined} */
  let group;
  const blank = input.options.find((option) => option.value === '');
  const [none] = own;
  // The core's own first option says that nothing is chosen: it gets the page's text, or is removed when the page has no such option.
  if (none && none.value === '') {
    if (blank) none.textContent = blank.label;
    else none.remove();
  }
  each(input.options, (option) => {
    const made = own.find((one) => one.value === option.value);
    if (!made) return;
    made.disabled = option.disabled;
    if (!option.group) return;
    if (group?.label !== option.group) {
      group = document.createElement('optgroup');
      group.label = option.group;
      select.append(group);
    }
    group.append(made);
  });
  if (read(select, 'value') !== chosen) select.value = chosen;
}
