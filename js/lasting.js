/** Calls that go on to count when another core takes the place of the one that was told. */

const LASTING = /^set(Consent|Visitor)$|^(hide|show)$/;

/** Name and payload, the last about each subject, which goes last. @typedef {Map<string, [string, string]>} Lasting */

/** @param {Lasting} lasting @param {string} name @param {string} payload */
export function note(lasting, name, payload) {
  if (!LASTING.test(name)) return;
  const about = name === 'setConsent' ? name : payload;
  lasting.delete(about);
  lasting.set(about, [name, payload]);
}
