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
