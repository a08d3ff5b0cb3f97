/** The page's listeners that are asked before an action takes effect (`docs/port.md`). */

import { ChinwagError, report } from './error.js';
import { isPlain } from './options.js';

/** @typedef {(asked: any) => unknown} BeforeListener */

/** The kinds of questions. */
export const KINDS = ['activate', 'open', 'close', 'end', 'submit', 'stay', 'send', 'start'];

/** The arguments that an answer may have, and how each has to be. @type {Record<string, [(value: any) => boolean, string]>} */
const CHANGES = {
  text: [(text) => typeof text === 'string', 'a text'],
  values: [
    (values) => Array.isArray(values) && values.every((one) => typeof one?.name === 'string' && typeof one.value === 'string'),
    'a list of { name, value }, both texts',
  ],
};

export class Before {
  /** @type {[string, BeforeListener][]} */ #all = [];
  #closed = false;

  /** @param {string} kind @param {BeforeListener} listener @returns {() => void} Removes it. */
  add(kind, listener) {
    /** @type {[string, BeforeListener]} */
    const one = [kind, listener];
    this.#all.push(one);
    return () => void (this.#all = this.#all.filter((other) => other !== one));
  }

  /** The widget is taken down: no listener is asked any more, and every action is stopped. */
  close() {
    this.#all = [];
    this.#closed = true;
  }

  /** The listeners, as calls that register them elsewhere. @returns {import('./options.js').EarlyCall[]} */
  calls() {
    return this.#all.map((one) => ['before', ...one]);
  }

  /**
   * Asks all listeners of a kind, in their order, each with the arguments as the one before it left them.
   *
   * @param {string} kind
   * @param {string} json The arguments.
   * @returns {string} Empty: the action goes on. `false`: it does not. Else the changed arguments, as JSON.
   */
  ask(kind, json) {
    let said = '';
    for (const [, listener] of this.#all.filter(([of]) => of === kind)) {
      try {
        const asked = JSON.parse(said || json);
        const answer = listener({ ...asked });
        if (answer === false) return 'false';
        if (answer !== undefined) said = JSON.stringify({ ...asked, ...changes(kind, asked, answer) });
      } catch (error) {
        if (error instanceof ChinwagError) report(error);
        // An error of the listener: it is reported like other errors of the page, and counts as no answer.
        else
          setTimeout(() => {
            throw error;
          });
      }
    }
    return this.#closed ? 'false' : said;
  }
}

/** @param {string} kind @param {object} asked @param {unknown} answer @returns {Record<string, unknown>} */
function changes(kind, asked, answer) {
  const wrong = (/** @type {string} */ what) => new ChinwagError('misuse', `before ${kind}: ${what}`);
  if (!isPlain(answer)) throw wrong('the answer has to be nothing, false or an object');
  const copy = { ...answer };
  Object.entries(copy).forEach(([name, value]) => {
    const [fits, what] = (name in asked && CHANGES[name]) || [() => false, 'read-only'];
    if (!fits(value)) throw wrong(`${name}: ${what}`);
  });
  return copy;
}
