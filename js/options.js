/**
 * The page's options: the script tag's attributes and an object that the page left. Nothing here touches the
 * page except to read it; everything else is plain functions (tested in `test/options.test.js`).
 */

import { followed } from '../src/browser/js/href.js';
import { rgb } from '../src/browser/js/colour.js';

/**
 * @typedef {object} Options
 * @property {string} site The site's key.
 * @property {string} server Base address of the server, with a slash at the end.
 * @property {string} [locale] A BCP 47 tag; left out: the page's language.
 * @property {boolean} [consent] Whether the visitor agreed to be remembered; left out: not asked yet.
 * @property {string} [label] Text on the launcher.
 * @property {string} [accent] Accent colour, `#rrggbb` or `#rgb`.
 * @property {'shadow' | 'light' | 'none'} [root] Where it is drawn: in shadow roots, in the page's own document, or not at all (the page draws it).
 * @property {boolean} launcher Whether to draw a launcher before anything is loaded.
 * @property {string} [contactHref] Where a plain link leads if the widget cannot start.
 * @property {string} [contactLabel] Text of that link.
 */

/** A call that was made before the script ran: name and arguments. @typedef {[string, ...unknown[]]} EarlyCall */

/**
 * Attributes of the script tag, and members of the page's object: how each is read (nothing: it has the wrong form), and the form
 * that it has to have.
 *
 * @type {Record<string, [(value: unknown, base: string) => unknown, string]>}
 */
const FIELDS = {
  site: [text, "the site's key"],
  server: [(value, base) => text(value) && baseOf(text(value), base), 'an http or https address'],
  locale: [text, 'a language tag'],
  consent: [consentOf, 'granted or denied'],
  label: [text, 'a text'],
  accent: [colour, 'a colour as #rrggbb or #rgb'],
  launcher: [launcherOf, 'button or none'],
  root: [(value) => rootOf(value), 'shadow, light or none'],
  contactHref: [safeLink, 'an https:, mailto: or tel: address'],
  contactLabel: [text, 'a text'],
};

/**
 * Reads the options of a script tag and of the object that the page left in the global. The object wins. Never throws, not even for
 * hostile objects.
 *
 * @param {Record<string, string | undefined>} attributes `dataset` of the tag, or anything like it.
 * @param {unknown} preset What the global held; anything but a plain object is ignored (quality S16).
 * @param {string} src Where the script came from: its folder is the server unless one is named.
 * @param {string[]} [wrong] Gets a line for each option that is missing or cannot be used: its name and the form that it has to have.
 * @param {string} [base] The base for a relative address of the server.
 * @returns {Options | null} Null without a site or a server.
 */
export function readOptions(attributes, preset, src, wrong = [], base = src) {
  /** @type {Record<string, any>} */
  const found = Object.create(null);
  const complain = (/** @type {string} */ name) => {
    const line = `${name}: ${FIELDS[name]?.[1]}`;
    if (!wrong.includes(line)) wrong.push(line);
  };
  Object.entries(FIELDS).forEach(([name, [read]]) => {
    /** @type {unknown} */
    let given = attributes[name];
    try {
      if (isPlain(preset) && Object.hasOwn(preset, name)) given = preset[name];
    } catch {
      complain(name);
    }
    if (given === undefined || given === null) return;
    if (given !== '') found[name] = read(given, base);
    // An empty option counts as left out, but an empty `server` is reported: a template may have left it blank.
    if (found[name] === undefined && (given !== '' || name === 'server')) complain(name);
  });
  if (!('server' in found)) found.server = baseOf(undefined, src);
  ['site', 'server'].forEach((name) => found[name] ?? complain(name));
  return found.site && found.server ? /** @type {Options} */ ({ ...found, launcher: found.launcher ?? true }) : null;
}

/**
 * The tag that a script of ours came in. There is no current script in a module or when a tag manager ran the text, and a tag manager
 * may drop the tag's attributes.
 *
 * @param {RegExp} file The end of its address.
 * @returns {HTMLScriptElement | undefined}
 */
export function findScript(file) {
  const { currentScript } = document;
  // An element with that name on the page would replace the property.
  const current = currentScript instanceof HTMLScriptElement && currentScript.src ? currentScript : undefined;
  if (current && (current.dataset.site || file.test(current.src))) return current;
  const ours = Array.from(document.querySelectorAll('script')).filter((script) => file.test(script.src));
  return ours.find((script) => script.dataset.site) ?? ours[0] ?? current;
}

/**
 * The calls that the page left: `window.Chinwag = {q: [['open']]}`, or the list itself.
 *
 * @param {unknown} preset
 * @returns {EarlyCall[]}
 */
export function readCalls(preset) {
  /** @type {EarlyCall[]} */
  const calls = [];
  try {
    const list = isPlain(preset) && Object.hasOwn(preset, 'q') ? preset.q : preset;
    if (Array.isArray(list)) {
      for (let at = 0; at < list.length; at += 1) if (isCall(list[at])) calls.push(list[at]);
    }
  } catch {
    // The calls that were read before it threw count.
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
 * Whether a value is a plain object, as written by `{...}`: an element or a window of that name is not (quality S16).
 *
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isPlain(value) {
  if (typeof value !== 'object' || value === null) return false;
  const parent = Object.getPrototypeOf(value);
  // An object of another frame has that frame's Object.prototype, which has no prototype either.
  return parent === null || (Object.getPrototypeOf(parent) === null && Object.hasOwn(parent, 'hasOwnProperty'));
}

/**
 * The base address of the server: the given address, else the folder of the script.
 *
 * @param {string | undefined} given A whole address, or one that begins with a slash or a dot. A bare host name would be read as a folder.
 * @param {string} src
 * @returns {string | undefined} Ends with a slash; nothing when it is no http address.
 */
export function baseOf(given, src) {
  try {
    if (given && !/^(https?:\/\/|\.{0,2}\/)/i.test(given)) return undefined;
    const url = given ? new URL(given.replace(/\/*$/, '/'), src || undefined) : new URL('.', src);
    return /^https?:$/.test(url.protocol) ? url.origin + url.pathname : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The file of texts for a language: for the whole tag, else for its first part.
 *
 * @template T
 * @param {Record<string, T>} texts By locale.
 * @param {string} locale
 * @returns {T | undefined} Nothing for the built-in language, or a language without a file.
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
 * An address without query and fragment, which may hold secrets (quality P10).
 *
 * @param {string} href
 * @returns {string}
 */
export function plainAddress(href) {
  return /** @type {string} */ (href.split(/[?#]/, 1)[0]);
}

/**
 * Checks the address of a link.
 *
 * @param {unknown} href
 * @returns {string | undefined} The address; nothing unless it is for a web page, a mail or a telephone.
 */
export function safeLink(href) {
  return followed(text(href) ?? '')?.href;
}

/** @param {unknown} value @returns {string | undefined} */
function text(value) {
  return (typeof value === 'string' && value.trim()) || undefined;
}

/** @param {unknown} value @returns {boolean | undefined} An unknown value is neither consent nor refusal. */
function consentOf(value) {
  if (value === true || value === 'true' || value === 'granted') return true;
  return value === false || value === 'false' || value === 'denied' ? false : undefined;
}

/** @param {unknown} value @returns {boolean | undefined} */
function launcherOf(value) {
  if (value === true || value === 'true' || value === 'button') return true;
  return value === false || value === 'false' || value === 'none' ? false : undefined;
}

/** @param {unknown} value */
const rootOf = (value) => (value === 'shadow' || value === 'light' || value === 'none' ? value : undefined);

/** A colour, `#rgb` or `#rrggbb`. @param {unknown} value @returns {string | undefined} */
function colour(value) {
  return typeof value === 'string' && rgb(value) ? value : undefined;
}
