/** `Common.Generate` (G1.13): containers, buttons, icons, inputs and forms of the usual class names. Words are set as text. */

import { element, fill, setAttributes, textOf } from './elements.js';
import { copy, each, isArray, numberOf, read } from './safe.js';

/** @typedef {Record<string, unknown>} Section */

/**
 * @param {Document} document
 * @param {() => ((element: HTMLElement) => unknown) | undefined} jquery
 * @param {(work: () => void, time: number) => unknown} wait
 */
export function createGenerate(document, jquery, wait) {
  /** jQuery's wrapping of an element when there is jQuery. @param {HTMLElement} made @returns {any} */
  const wrapped = (made) => jquery()?.(made) ?? made;
  const { make, button, icon, buttons, input } = createParts(document);

  return {
    /**
     * @param {unknown} given `{type, title, body, icon, controls: 'close' | 'minimize' | 'all', classes, buttons}`
     */
    Container: (given) => {
      const { type = 'generic', title, body, icon: picture, controls, classes, buttons: row } = copy(given);
      const made = make('div', `cx-widget cx-${word(type) || 'generic'} ${word(classes)}`.trim(), undefined);
      const bar = make('div', 'cx-titlebar', picture === undefined ? undefined : icon(picture));
      bar.append(make('span', 'cx-title', title));
      const control = make('div', 'cx-buttons-window-control', undefined);
      if (controls === 'minimize' || controls === 'all') control.append(button('cx-button-minimize', '\u2013', 'Minimize'));
      if (controls === 'close' || controls === 'all') control.append(button('cx-button-close', '\u00d7', 'Close'));
      bar.append(control);
      made.append(bar, make('div', 'cx-body', body));
      if (row) made.append(make('div', 'cx-footer', buttons(row)));
      return wrapped(made);
    },
    Buttons: (/** @type {unknown} */ given) => wrapped(buttons(given)),
    Icon: (/** @type {unknown} */ name) => wrapped(icon(name)),
    Input: (/** @type {unknown} */ given) => wrapped(input(given)),
    /** @param {unknown} given `{inputs: [...]}` (G3.5) */
    Form: (given) => {
      const inputs = read(given, 'inputs');
      const form = make('form', 'cx-form', undefined);
      const body = make('div', 'cx-form-wrapper', undefined);
      each(isArray(inputs) ? inputs : [], (one) => {
        const field = input(one);
        const label = make('label', 'cx-label', textOf(read(one, 'label')));
        if (field.id) label.setAttribute('for', field.id);
        body.append(make('div', 'cx-input-container', [label, field]));
      });
      form.append(body);
      return wrapped(form);
    },
    /** Counts whole seconds down. @param {unknown} given `{seconds, onEnd}` */
    Countdown: (given) => {
      const made = make('span', 'cx-countdown', undefined);
      const done = read(given, 'onEnd');
      const tick = (/** @type {number} */ left) => {
        made.textContent = `${left}`;
        if (left > 0) wait(() => tick(left - 1), 1000);
        else if (typeof done === 'function') done();
      };
      tick(Math.min(86_400, Math.max(0, Math.floor(numberOf(read(given, 'seconds'), 0)))));
      return wrapped(made);
    },
  };
}

/** Makes their elements. @param {Document} document */
function createParts(document) {
  const make = (/** @type {string} */ tag, /** @type {string} */ name, /** @type {unknown} */ content) => element(document, tag, name, content);

  /** @param {string} name @param {unknown} label @param {string} [title] */
  const button = (name, label, title) => {
    const made = make('button', name, label);
    made.setAttribute('type', 'button');
    if (title) made.setAttribute('aria-label', title);
    return made;
  };

  /** @param {unknown} name */
  const icon = (name) => {
    const made = make('span', `cx-icon${typeof name === 'string' && /^[\w-]+$/.test(name) ? ` cx-icon-${name}` : ''}`, undefined);
    made.setAttribute('aria-hidden', 'true');
    if (typeof name !== 'string') fill(made, name);
    return made;
  };

  /** @param {unknown} given `{type: 'binary' | 'default' | 'primary', primary, secondary}` @returns {HTMLElement} */
  const buttons = (given) => {
    const { type = 'primary', primary, secondary } = copy(given);
    const made = make('div', 'cx-button-container', undefined);
    if (type === 'binary' || type === 'default') made.append(button('cx-btn cx-btn-default', secondary ?? (type === 'default' ? primary : undefined)));
    if (type !== 'default') made.append(button('cx-btn cx-btn-primary', primary));
    return made;
  };

  /** @param {unknown} given Attributes of the field, `label`, `type`, `options`. @returns {HTMLElement} */
  const input = (given) => {
    const { label: _, type = 'text', options, value, ...attributes } = copy(given, {});
    const tag = type === 'select' || type === 'textarea' ? `${type}` : 'input';
    const made = /** @type {HTMLInputElement} */ (make(tag, 'cx-input', undefined));
    setAttributes(made, tag === 'input' ? { ...attributes, type } : attributes);
    each(isArray(options) ? options : [], (one) => {
      const option = /** @type {HTMLOptionElement} */ (make('option', '', textOf(one)));
      setAttributes(option, copy(one, {}));
      made.append(option);
    });
    if (typeof value === 'string' || typeof value === 'number') made.value = `${value}`;
    return made;
  };

  return { make, button, icon, buttons, input };
}

/** @param {unknown} value Class names. @returns {string} */
function word(value) {
  return typeof value === 'string' ? value : '';
}
