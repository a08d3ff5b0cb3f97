/** The page's extensions (G1.10): functions are called in their order, scripts are loaded from addresses after the start. */

import { apply, each, isObject, keys, numberOf, read } from './safe.js';

/** @typedef {import('./jquery.js').JQuerySource} JQuerySource */

/**
 * Calls one extension. Only a function with a parameter gets jQuery, and waits for it.
 *
 * @param {unknown} extension
 * @param {JQuerySource} jquery
 * @param {unknown[]} rest `CXBus` and `Common`.
 * @param {(error: unknown) => void} report
 * @param {() => void} next Called afterwards.
 */
export function runExtension(extension, jquery, rest, report, next) {
  if (typeof extension !== 'function') return next();
  const run = (/** @type {unknown} */ $) => {
    try {
      apply(extension, undefined, [$, rest[0], rest[1]]);
    } catch (error) {
      report(error);
    }
    next();
  };
  if (numberOf(read(extension, 'length'), 0) > 0) jquery.want(run);
  else run(jquery.here());
}

/**
 * Calls all extensions that are functions, one after the other.
 *
 * @param {unknown} extensions The page's object.
 * @param {(extension: unknown, next: () => void) => void} run
 * @param {() => void} done
 */
export function runExtensions(extensions, run, done) {
  const names = namesOf(extensions);
  let at = 0;
  const step = () => {
    const name = names[at];
    at += 1;
    if (name === undefined) done();
    else run(read(extensions, name), step);
  };
  step();
}

/**
 * Visits the extensions that are addresses.
 *
 * @param {unknown} extensions
 * @param {(address: string) => void} visit
 */
export function eachAddress(extensions, visit) {
  each(namesOf(extensions), (name) => {
    const value = read(extensions, name);
    if (typeof value === 'string' && value) visit(value);
  });
}

/** @param {unknown} extensions @returns {string[]} */
function namesOf(extensions) {
  try {
    return isObject(extensions) ? keys(extensions) : [];
  } catch {
    return [];
  }
}
