/** A widget's root: a shadow root, or in the page's own document the element that holds the widget. */

/**
 * Whether we made the element that holds it (`made`), the content of an element of the page's own to be restored when we leave it (`kept`), whether
 * a widget is in it (`taken`), whether the focus was inside when it was placed (`was`), and the launcher that was put into its place last.
 *
 * @typedef {(ShadowRoot | HTMLElement) & { made?: boolean, kept?: Node[], taken?: boolean, was?: boolean, launcher?: Element | null }} Root
 */

/** The class of elements that hold a widget in the page's document. */
export const LIGHT = 'chinwag-light';

/** The element that holds the widget around a node. @param {Node} inside @returns {HTMLElement} */
export const host_of = (inside) => {
  const { host } = /** @type {ShadowRoot} */ (inside.getRootNode());
  return /** @type {HTMLElement} */ (host ?? /** @type {Element} */ (inside).closest('.' + LIGHT));
};
/** The element with the focus in a widget. @param {Root} root @returns {Element | undefined} */
export const active = (root) => {
  const { activeElement } = /** @type {ShadowRoot} */ (root.getRootNode());
  return activeElement && activeElement !== root && root.contains(activeElement) ? activeElement : undefined;
};
