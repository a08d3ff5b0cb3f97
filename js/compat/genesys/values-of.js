/** The values that a conversation begins with, from the page's options for the start of a chat (G2.5 `startChat`, G4.2). */

import { add, copy, each, isArray, isObject, keys, read } from './safe.js';

/** Parameters that are not attached data (G4.2). */
const NAMED = ['nickname', 'firstname', 'lastname', 'email', 'subject'];
/** The most values that a page may attach; the server has the same limits. */
const MOST = 64;
const LONGEST_NAME = 64;
const LONGEST_VALUE = 4096;

/**
 * Attached data as a flat dictionary of texts; a nested value becomes `outer[inner]`, as it would on the wire.
 *
 * @param {unknown} given An object, its JSON text, or nothing.
 * @returns {Record<string, string> | undefined} Nothing when the text is not JSON.
 */
export function userDataOf(given) {
  /** @type {Record<string, string>} */
  const out = {};
  if (given === undefined || given === null || given === '') return out;
  let data = given;
  if (typeof given === 'string') {
    try {
      data = JSON.parse(given);
    } catch {
      return undefined;
    }
  }
  if (isObject(data) && !isArray(data)) flatten(data, '', out, 0);
  return out;
}

/** @param {unknown} data @param {string} prefix @param {Record<string, string>} out @param {number} depth */
function flatten(data, prefix, out, depth) {
  const members = copy(data);
  each(keys(members), (key) => {
    const value = members[key];
    const name = prefix ? `${prefix}[${key}]` : key;
    if (isObject(value)) {
      if (depth < 3) flatten(value, name, out, depth + 1);
    } else if (/^(string|number|boolean)$/.test(typeof value) && name.length <= LONGEST_NAME) {
      out[name] = `${value}`.slice(0, LONGEST_VALUE);
    }
  });
}

/**
 * @param {unknown} options Of `startChat`: named parameters are its members or in `form`.
 * @param {Record<string, string>} userData
 * @returns {{ name: string, value: string }[]}
 */
export function valuesOf(options, userData) {
  /** @type {{ name: string, value: string }[]} */
  const values = [];
  const form = copy(read(options, 'form'));
  const put = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    if (values.length < MOST && /^(string|number|boolean)$/.test(typeof value) && `${value}` !== '') {
      add(values, { name, value: `${value}`.slice(0, LONGEST_VALUE) });
    }
  };
  each(NAMED, (name) => put(name, read(options, name) ?? form[name]));
  each(keys(form), (name) => {
    if (!NAMED.includes(name)) put(name, form[name]);
  });
  each(keys(userData), (name) => put(name, userData[name]));
  return values;
}
