/** Reads from the screen what the next core has to draw again when it takes the place of another one. */

/** Where a widget is drawn: its shadow root, or its element where there is none. @param {Element | null} element */
export const rootOf = (element) => element?.shadowRoot ?? element;

/** @param {Element | null} element Of a widget. @returns {HTMLTextAreaElement | null | undefined} */
export const composerOf = (element) => rootOf(element)?.querySelector('[part=composer]');
