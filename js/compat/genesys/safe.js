/**
 * Functions of the language and the browser that the bus uses, saved when the script starts: a page that replaces methods of built-ins later
 * changes nothing here (quality R26, R53). Own lists are walked by index, because iterators can be replaced too.
 */

const page = globalThis;

export const { apply, set: assign } = page.Reflect;
export const { create, keys, is } = page.Object;
export const { isArray } = page.Array;
export const { now } = page.Date;
export const { setTimeout: after } = page;

export const indexOf = uncurried(page.String.prototype.indexOf);
export const slice = uncurried(page.String.prototype.slice);
export const lower = uncurried(page.String.prototype.toLowerCase);

const SHOWN = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\u{1d159}]/u;
const test = uncurried(page.RegExp.prototype.test);
/** Whether a text has no visible characters, as `is_empty` in src/text/mod.rs. @param {string} text */
export const isEmpty = (text) => !test(SHOWN, text);

const { console } = page;
const { log, error: complain } = console;

/** Writes to the page's console. Only used when the page has switched on the log. @param {unknown[]} words */
export const print = (...words) => void apply(log, console, words);

/** Writes a warning to the page's console. @param {unknown[]} words */
export const warn = (...words) => void apply(complain, console, words);

/** Reports an exception of the page's own code like the page's other errors. @param {unknown} error */
export const report = (error) => {
  after(() => {
    throw error;
  }, 0);
};

/**
 * An object without prototype, as a dictionary: no key has a meaning of its own.
 *
 * @template T
 * @returns {Record<string, T>}
 */
export const dict = () => create(null);

/**
 * Walks a list of our own; items that are added meanwhile are not visited.
 *
 * @template T
 * @param {ArrayLike<T> | undefined} list
 * @param {(item: T) => void} visit
 */
export function each(list, visit) {
  const end = list ? list.length : 0;
  for (let at = 0; at < end; at += 1) visit(/** @type {T} */ (/** @type {ArrayLike<T>} */ (list)[at]));
}

/**
 * @template T
 * @param {T[]} list
 * @param {T} item
 */
export function add(list, item) {
  list[list.length] = item;
}

/** @param {unknown} value A number, or one as text. @param {number} otherwise @returns {number} */
export function numberOf(value, otherwise) {
  const found = typeof value === 'number' || typeof value === 'string' ? +value : NaN;
  return is(found, NaN) || value === '' ? otherwise : found;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} Arrays are objects, functions are not (G1.6). */
export const isObject = (value) => typeof value === 'object' && value !== null;

/**
 * A member of a value that the page handed in. Its getters may throw.
 *
 * @param {unknown} object
 * @param {string} key
 * @returns {unknown} Nothing when it cannot be read.
 */
export function read(object, key) {
  try {
    return isObject(object) || typeof object === 'function' ? /** @type {Record<string, unknown>} */ (object)[key] : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a member; an object that cannot be written is left alone. @param {object} object @param {string} key @param {unknown} value */
export function write(object, key, value) {
  try {
    return assign(object, key, value);
  } catch {
    return false;
  }
}

/**
 * Own members of a value that the page handed in, in their order, into a dictionary. Those that cannot be read are left out, and so
 * is `__proto__`, which would not stay a plain member when it is copied on (quality S15).
 *
 * @param {unknown} object
 * @param {Record<string, unknown>} [into]
 * @returns {Record<string, unknown>}
 */
export function copy(object, into = dict()) {
  if (!isObject(object)) return into;
  /** @type {string[]} */
  let names = [];
  try {
    names = keys(object);
  } catch {
    // A proxy that refuses to list its members.
  }
  each(names, (name) => {
    if (name !== '__proto__') into[name] = read(object, name);
  });
  return into;
}

/**
 * @template {(...args: any[]) => unknown} F
 * @param {F} method
 * @returns {(self: ThisParameterType<F> extends never ? unknown : string | RegExp, ...args: Parameters<F>) => ReturnType<F>}
 */
function uncurried(method) {
  return (self, ...args) => /** @type {ReturnType<F>} */ (apply(method, self, args));
}
