/** Finds the elements of a widget, to save their content when another core takes over. */

/** Where a widget is drawn: its shadow root, or its element where there is none. @param {Element | null} element */
export const rootOf = (element) => element?.shadowRoot ?? element;

/** @param {Element | null} element Of a widget. @returns {HTMLTextAreaElement | null | undefined} */
export const composerOf = (element) => rootOf(element)?.querySelector('[part=composer]');
