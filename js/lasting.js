/** Calls of the page whose effect lasts: they are repeated to a core that takes the place of another one. */

const LASTING = /^set(Consent|Visitor)$|^(hide|show)$/;

/** The last call about each subject, as name and payload, in the order of the calls. @typedef {Map<string, [string, string]>} Lasting */

/** @param {Lasting} lasting @param {string} name @param {string} payload */
export function note(lasting, name, payload) {
  if (!LASTING.test(name)) return;
  const about = name === 'setConsent' ? name : payload;
  lasting.delete(about);
  lasting.set(about, [name, payload]);
}

/** A widget of the configuration, as far as the loader reads it. @typedef {{ element?: string, id?: string, rules?: object }} Spec */

/** Returns a function that tells whether the page has hidden a widget. @param {Lasting} lasting @returns {(widget: Spec) => boolean} */
export function hiddenBy(lasting) {
  const calls = [...lasting.values()].reverse().map(([name, payload]) => /** @type {const} */ ([name, JSON.parse(payload).widget]));
  return ({ element, id }) => {
    const last = calls.find(([name, widget = element]) => (name === 'hide' || name === 'show') && (widget === element || widget === id));
    return last?.[0] === 'hide';
  };
}

/**
 * Forgets that the page hid widgets which it then opened: `open` shows a hidden widget, and is not repeated itself.
 *
 * @param {Lasting} lasting
 * @param {Spec[]} widgets
 * @param {(element: string) => boolean} isShown Whether the page was told last that a widget is shown.
 */
export function forgetOpened(lasting, widgets, isShown) {
  const hidden = widgets.filter(hiddenBy(lasting));
  const rest = hidden.filter(({ element }) => !isShown(`${element}`));
  if (rest.length === hidden.length) return;
  lasting.forEach(([name], about) => name === 'hide' && lasting.delete(about));
  rest.forEach(({ element }) => note(lasting, 'hide', JSON.stringify({ widget: element })));
}
