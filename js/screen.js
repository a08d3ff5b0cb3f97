/** Finds the elements of a widget, to save their content when another core takes over. */

import { leave } from '../src/browser/js/place.js';

/** Where a widget is drawn: its shadow root, or its element where there is none. @param {Element | null} element */
export const rootOf = (element) => element?.shadowRoot ?? element;

/** @param {Element | null} element Of a widget. @returns {HTMLTextAreaElement | null | undefined} */
export const composerOf = (element) => rootOf(element)?.querySelector('[part=composer]');

/** Takes widgets off the page that their core could not take off, because it trapped. @param {Element[]} elements */
export const takeOff = (elements) => elements.forEach((element) => leave(/** @type {ShadowRoot | HTMLElement} */ (rootOf(element))));
