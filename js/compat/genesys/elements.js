/** Elements for Common: made without a parser, or found in a value of the page (an element, a jQuery object). */

import { isArray, isObject, read } from './safe.js';

/** An element, a wrapper around one (jQuery), or text. @typedef {unknown} Content */

/**
 * The element in a value of the page.
 *
 * @param {unknown} value An element or jQuery's wrapping of one.
 * @returns {HTMLElement | undefined}
 */
export function elementOf(value) {
  const own = read(value, 'nodeType') === 1 ? value : read(value, '0');
  return read(own, 'nodeType') === 1 ? /** @type {HTMLElement} */ (own) : undefined;
}

/**
 * @param {Document} document
 * @param {string} tag
 * @param {string} [name] Classes.
 * @param {Content} [content] Text is never parsed as markup.
 * @returns {HTMLElement}
 */
export function element(document, tag, name, content) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  fill(made, content);
  return made;
}

/** @param {HTMLElement} to @param {Content} content */
export function fill(to, content) {
  if (isArray(content)) {
    for (let at = 0; at < content.length; at += 1) fill(to, content[at]);
    return;
  }
  const child = elementOf(content);
  if (child) to.append(child);
  else if (typeof content === 'string' || typeof content === 'number') to.append(`${content}`);
}

/**
 * Sets attributes that the page named. Those that would run code are left out.
 *
 * @param {HTMLElement} to
 * @param {Record<string, unknown>} attributes
 */
export function setAttributes(to, attributes) {
  Object.keys(attributes).forEach((name) => {
    const value = attributes[name];
    if (!/^[a-z][a-z\d-]*$/i.test(name) || /^(on|style$|srcdoc$|href$|src$|action$|formaction$)/i.test(name)) return;
    if (value === true) to.setAttribute(name, '');
    else if (typeof value === 'string' || typeof value === 'number') to.setAttribute(name, `${value}`);
  });
}

/** @param {unknown} value @returns {string} */
export function textOf(value) {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : isObject(value) ? textOf(read(value, 'text')) : '';
}
