/**
 * Trees of elements from templates, and their texts and attributes. Text is set as text and attributes one by one; nothing here parses HTML or
 * makes a style attribute from text.
 *
 * Wherever there is a `selector`, an empty one means the element itself.
 */

import { careful } from './careful.js';

/**
 * Any element of the widget; some hold the values that are drawn already (`known`, `accent`).
 *
 * @typedef {HTMLElement & { known?: string, accent?: string }} El
 */
/** @typedef {import('./words.js').Words} Words */
/** Any control of a form. Controls that are not `<input>` lack its special members. @typedef {HTMLInputElement} Control */

/** Outlines of the icons, in a square of 24. */
export const RING = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z';
/** @satisfies {Record<string, string>} */
export const SIGNS = {
  chat: 'M21 11.5a8.4 8.4 0 0 1-8.5 8.3 9 9 0 0 1-3.6-.8L3.5 20.5l1.6-4.6A8 8 0 0 1 4 11.5a8.4 8.4 0 0 1 8.5-8.3A8.4 8.4 0 0 1 21 11.5Z',
  phone: 'M6.2 3.5h3l1.6 4.3-2 1.6a12 12 0 0 0 5.8 5.8l1.6-2 4.3 1.6v3a1.8 1.8 0 0 1-2 1.8A16.3 16.3 0 0 1 4.4 5.5a1.8 1.8 0 0 1 1.8-2Z',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M5.5 9l6.5 6.5L18.5 9',
  minimise: 'M5 17.5h14',
  more: 'M12 5.5v.1M12 12v.1M12 18.5v.1',
  send: 'M4.5 12 3.6 4.9a.6.6 0 0 1 .9-.6l16 7.2a.6.6 0 0 1 0 1l-16 7.2a.6.6 0 0 1-.9-.6L4.5 12Zm0 0h7',
  smile: RING + 'M8.5 14a4.2 4.2 0 0 0 7 0M9 9.5v.4M15 9.5v.4',
  check: 'M5 12.5l4.7 4.7L19.5 7.4',
  alert: RING + 'M12 7.7v5M12 16.2v.1',
  clock: RING + 'M12 7.2V12l3.2 2',
  star: 'M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8L12 3.6Z',
};
export const CONTROLS = 'input,textarea,select';

/** The element itself, or the first element inside that matches. @param {El} element @param {string} selector */
export const find = (element, selector) => (selector ? /** @type {El | null} */ (element.querySelector(selector)) : element);
/** Like [`find`], for an element that exists. @type {(element: El, selector: string) => El} */
const part = /** @type {any} */ (find);
/** The controls of a field. @param {El} field @returns {Control[]} */
export const controls = (field) => [.../** @type {NodeListOf<Control>} */ (field.querySelectorAll(CONTROLS))];
/** Sets an attribute, if its value differs. @param {Element | null | undefined} element @param {string} name @param {string} value */
export const attribute = (element, name, value) => {
  if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
};

/** An icon. It is hidden from assistive technology: the control around it has the name. @param {string} path */
export const sign = (path) => {
  /** @param {string} tag @param {string} name @param {string} value */
  const make = (tag, name, value) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    element.setAttribute(name, value);
    return element;
  };
  const svg = make('svg', 'viewBox', '0 0 24 24');
  attribute(svg, 'aria-hidden', 'true');
  svg.append(make('path', 'd', path));
  return svg;
};

/** Further class names, by class, or by tag and class (`li.row`). Without a prototype, so that members which the page added to it are not found. @type {Record<string, string>} */
let names = /** @type {any} */ ({ __proto__: null });
/** @param {string} json */
export const set_names = (json) => void (names = { __proto__: null, ...(json && JSON.parse(json)) });

/**
 * Builds a tree from a template of ours: tokens separated by spaces.
 *
 *     <tag.class.class   opens an element          >        closes it
 *     name=value         an attribute of it        name     one without a value
 *     @key               a text of the language    ~name    an icon
 *     #name              its hook for tests        :act     a button with that action
 *
 * In a value `+` stands for a space, `$` for the number, and `@key` for a text. Classes get their further names here (`set_names`).
 */
export const build = careful(
  /** @param {string} template @param {Words} [words] The texts for `@key`. @param {number} [number] @returns {El} */
  (template, words, number) => {
    const tree = new DocumentFragment();
    /** @type {any} */
    let here = tree;
    /** @param {string} key */
    const word = (key) => /** @type {Words} */ (words).get(key);
    for (const token of template.split(' ')) {
      const [, mark, name = '', value = ''] = /** @type {RegExpExecArray} */ (/^([^\w$]?)([^=]*)=?(.*)$/.exec(token));
      /** @param {string} name @param {string} value */
      const set = (name, value) => here.setAttribute(name, value);
      if (mark === '<') {
        const [tag = '', ...classes] = name.split('.');
        const element = document.createElement(tag);
        here.append(element);
        here = element;
        if (classes[0]) set('class', classes.flatMap((part) => [part, names[part] ?? names[`${tag}.${part}`]]).filter(Boolean).join(' '));
      } else if (mark === '>') here = here.parentNode;
      else if (mark === '@') here.append(word(name));
      else if (mark === '~') here.append(sign(SIGNS[/** @type {keyof typeof SIGNS} */ (name)]));
      else if (mark === '#') set('data-test', name);
      else if (mark === ':') {
        set('type', 'button');
        set('data-do', name);
        set('data-test', name);
      } else set(name, value[0] === '@' ? word(value.slice(1)) : value.replace(/\+/g, ' ').replace('$', String(number)));
    }
    return /** @type {El} */ (tree.firstChild);
  },
);

/**
 * Builds a tree at the end of an element.
 *
 * @param {El} element
 * @param {string} selector
 * @param {string} template See [`build`].
 * @param {Words} [words]
 * @param {number} [number]
 */
export const grow = (element, selector, template, words, number) => {
  const made = build(template, words, number);
  find(element, selector)?.append(made);
  return made;
};

/** Replaces all text, if it differs: the same text again would be announced to screen readers and would clear a selection. */
export const write_text = careful(
  /** @param {El} element @param {string} selector @param {string} text */
  (element, selector, text) => {
    const found = find(element, selector);
    if (found && found.textContent !== text) found.textContent = text;
  },
);
/** Like [`write_text`], with a text of the language. @param {El} element @param {string} selector @param {Words} words @param {string} key */
export const write_word = (element, selector, words, key) => write_text(element, selector, words.get(key));
export const put = careful(
  /** @param {El} element @param {string} selector @param {string} name @param {string} value */
  (element, selector, name, value) => attribute(find(element, selector), name, value),
);
/** Appends a text. */
export const add_text = careful(
  /** @param {El} element @param {string} selector @param {string | Node} text */
  (element, selector, text) => part(element, selector).append(text),
);
/** @param {El} element @param {string} selector @param {string} name @param {boolean} on */
export const toggle = (element, selector, name, on) => find(element, selector)?.toggleAttribute(name, on);
/** Sets a property of the element's own style. @param {HTMLElement} element @param {string} name @param {string} value */
export const css = (element, name, value) => element.style.setProperty(name, value);
/** Sets a property of the element's own style to a length in pixels. @param {HTMLElement} element @param {string} name @param {number} length */
export const length_css = (element, name, length) => css(element, name, length + 'px');
