/**
 * jQuery (G1.14): the page's own, else ours, which is fetched when it is first needed. Ours never becomes a global of the page.
 */

import { follow } from './deferred.js';
import { add, each, read } from './safe.js';

/** jQuery's function, of any version. @typedef {any} JQuery */

/**
 * @typedef {object} JQuerySource
 * @property {() => JQuery | undefined} here Returns the jQuery that is loaded now, if any.
 * @property {(next: ($: JQuery | undefined) => void) => void} want Calls back at once when it is loaded; without a value when it cannot be loaded.
 */

/**
 * @param {object} page
 * @param {(() => unknown) | undefined} load Fetches ours; its result is waited for.
 * @param {(error: unknown) => void} warn Called when that fails.
 * @returns {JQuerySource}
 */
export function createJquery(page, load, warn) {
  /** @type {JQuery | undefined} */
  let ours;
  /** The callbacks that wait for it. @type {((found: JQuery | undefined) => void)[] | undefined} */
  let waiting;

  const here = () => {
    const own = read(page, 'jQuery');
    // A global `jQuery` that is another function is not used.
    return typeof own === 'function' && read(own, 'fn') ? own : ours;
  };
  const done = (/** @type {JQuery | undefined} */ found) => {
    const told = waiting;
    waiting = undefined;
    each(told, (next) => next(found));
  };
  return {
    here,
    want: (next) => {
      const found = here();
      if (found || !load) return next(found);
      if (waiting) return add(waiting, next);
      waiting = [next];
      const failed = (/** @type {unknown} */ error) => {
        warn(error);
        done(undefined);
      };
      try {
        follow(
          load(),
          (/** @type {JQuery} */ loaded) => {
            if (read(page, 'jQuery') === loaded) loaded.noConflict(true);
            ours = loaded;
            done(here());
          },
          failed,
        );
      } catch (error) {
        failed(error);
      }
    },
  };
}

/**
 * Fetches our file of jQuery (`jquery-chunk.js`), which leaves the function at its own script element.
 *
 * @param {Document} document
 * @param {string} address
 * @param {string} [integrity]
 * @param {string} [nonce] Of the page's policy.
 * @returns {Promise<JQuery>}
 */
export function jqueryFrom(document, address, integrity, nonce) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    if (nonce) script.nonce = nonce;
    if (integrity) {
      script.integrity = integrity;
      script.crossOrigin = 'anonymous';
    }
    script.onload = () => {
      script.remove();
      resolve(read(script, 'jquery'));
    };
    script.onerror = () => {
      script.remove();
      reject(new Error('Chinwag: jQuery could not be loaded'));
    };
    script.src = address;
    (document.head ?? document.documentElement).appendChild(script);
  });
}
