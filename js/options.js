/**
 * Where the shim learns what it is to do: the script tag's attributes and an object that the page left. Nothing here touches the
 * page beyond reading; everything else is plain functions (tested in `test/options.test.js`).
 */

/**
 * @typedef {object} Options
 * @property {string} site The site's key.
 * @property {string} server Base address of the server, with a slash at the end.
 * @property {string} [locale] A BCP 47 tag; left out: the page's language.
 * @property {boolean} [consent] What the visitor said about being remembered; left out: nothing yet.
 * @property {string} [label] Words on the first launcher.
 * @property {string} [accent] Colour of the first launcher, `#rgb` or `#rrggbb`.
 * @property {boolean} [launcher] Whether to draw a launcher before anything is loaded. Default true.
 * @property {string} [contactHref] Where a plain link leads if the widget cannot start.
 * @property {string} [contactLabel] Words of that link.
 */

/** A call that was made before the script was there: name and arguments. @typedef {[string, ...unknown[]]} EarlyCall */

/** Attributes of the script tag, and members of the page's object. */
const NAMES = ['site', 'server', 'locale', 'consent', 'label', 'accent', 'launcher', 'contactHref', 'contactLabel'];

/**
 * Reads the options of a script tag and of the object that the page left in the global. The object wins.
 *
 * @param {Record<string, string | undefined>} attributes `dataset` of the tag, or anything like it.
 * @param {unknown} preset What the global held; anything but a plain object is ignored (quality S16).
 * @param {string} src Where the script came from.
 * @returns {Options | null} Null when no site is named.
 */
export function readOptions(attributes, preset, src) {
  /** @type {Record<string, unknown>} */
  const found = Object.create(null);
  for (let at = 0; at < NAMES.length; at += 1) {
    const name = /** @type {string} */ (NAMES[at]);
    const own = isPlain(preset) && Object.hasOwn(preset, name) ? preset[name] : attributes[name];
    if (typeof own === 'string' || typeof own === 'boolean') found[name] = own;
  }
  const site = text(found.site);
  const server = baseOf(text(found.server), src);
  if (!site || !server) return null;
  return {
    site,
    server,
    locale: text(found.locale),
    consent: consentOf(found.consent),
    label: text(found.label),
    accent: colour(text(found.accent)),
    launcher: found.launcher !== 'none' && found.launcher !== false,
    contactHref: text(found.contactHref),
    contactLabel: text(found.contactLabel),
  };
}

/**
 * The calls that the page left: `window.Chinwag = {q: [['open']]}`, or the list itself.
 *
 * @param {unknown} preset
 * @returns {EarlyCall[]}
 */
export function readCalls(preset) {
  const list = isPlain(preset) && Object.hasOwn(preset, 'q') ? preset.q : preset;
  /** @type {EarlyCall[]} */
  const calls = [];
  if (Array.isArray(list)) {
    for (let at = 0; at < list.length; at += 1) if (isCall(list[at])) calls.push(list[at]);
  }
  return calls;
}

/**
 * @param {unknown} call
 * @returns {call is EarlyCall}
 */
export function isCall(call) {
  return Array.isArray(call) && typeof call[0] === 'string';
}

/**
 * Whether something is an object that a page wrote down as `{...}`: an element or a window of that name is not (quality S16).
 *
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isPlain(value) {
  if (typeof value !== 'object' || value === null) return false;
  const parent = Object.getPrototypeOf(value);
  // An object of another frame has another Object.prototype, which has no parent either.
  return parent === null || (Object.getPrototypeOf(parent) === null && Object.hasOwn(parent, 'hasOwnProperty'));
}

/**
 * The base address of the server: what was given, else the folder of the script.
 *
 * @param {string | undefined} given
 * @param {string} src
 * @returns {string | undefined} Ends with a slash; nothing when it is no http address.
 */
export function baseOf(given, src) {
  try {
    const url = given ? new URL(given.replace(/\/*$/, '/'), src || undefined) : new URL('.', src);
    return /^https?:$/.test(url.protocol) ? url.origin + url.pathname : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The file of texts for a language: of the whole tag, else of its first part.
 *
 * @template T
 * @param {Record<string, T>} texts By locale.
 * @param {string} locale
 * @returns {T | undefined} Nothing for the language that is built in, or one that there is no file of.
 */
export function textsFor(texts, locale) {
  const wanted = locale.toLowerCase();
  const keys = Object.keys(texts);
  const exact = keys.find((key) => key.toLowerCase() === wanted);
  const near = keys.find((key) => key.toLowerCase() === wanted.split('-')[0]);
  const key = exact ?? near;
  return key === undefined ? undefined : texts[key];
}

/**
 * An address without what may hold secrets (quality P10).
 *
 * @param {string} href
 * @returns {string}
 */
export function plainAddress(href) {
  return /** @type {string} */ (href.split(/[?#]/, 1)[0]);
}

/**
 * A link that may be offered.
 *
 * @param {string | undefined} href
 * @returns {string | undefined} Nothing unless it leads to a page, a mail or a telephone.
 */
export function safeLink(href) {
  if (!href) return undefined;
  try {
    const url = new URL(href);
    return /^(https?|mailto|tel):$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** @param {unknown} value @returns {string | undefined} */
function text(value) {
  return typeof value === 'string' && value ? value : undefined;
}

/** @param {unknown} value @returns {boolean | undefined} Anything unknown is no consent and no refusal. */
function consentOf(value) {
  if (value === true || value === 'true' || value === 'granted') return true;
  return value === false || value === 'false' || value === 'denied' ? false : undefined;
}

/** @param {string | undefined} value @returns {string | undefined} */
function colour(value) {
  return value && /^#([\da-f]{3}|[\da-f]{6})$/i.test(value) ? value : undefined;
}
