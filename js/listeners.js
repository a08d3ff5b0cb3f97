/** The page's listeners, by event. */

import { Before } from './before.js';

/** The members of an event that this file reads. @typedef {{ name: string, element?: string, conversation?: string, [more: string]: unknown }} AnyEvent */
/** @typedef {(event: any) => void} Listener */

/** The name for listeners of all events. */
const ALL = '*';

export class Listeners {
  before = new Before();
  /** @type {Map<string, Set<Listener>>} */ #by = new Map();
  /** Events that the page has received, by widget or conversation, so that the next core does not repeat them. @type {Set<string>} */
  #told = new Set();
  /** The number of unread messages that the page was told last, by widget. @type {Map<string | undefined, unknown>} */
  #unread = new Map();

  /** @param {string} name @param {Listener} listener */
  on(name, listener) {
    if (typeof listener !== 'function') return;
    const set = this.#by.get(name) ?? new Set();
    this.#by.set(name, set.add(listener));
  }

  /** @param {string} name @param {Listener} [listener] Left out: all listeners of that name. */
  off(name, listener) {
    if (listener) this.#by.get(name)?.delete(listener);
    else this.#by.delete(name);
  }

  clear() {
    this.#by.clear();
    this.before.close();
  }

  /** The listeners, as calls that register them elsewhere. @returns {import('./options.js').EarlyCall[]} */
  calls() {
    const on = [...this.#by].flatMap(([name, set]) => [...set].map((listener) => /** @type {[string, string, Listener]} */ (['on', name, listener])));
    return [...on, ...this.before.calls()];
  }

  /**
   * Calls the listeners of an event.
   *
   * @param {AnyEvent} event
   * @returns {boolean} False, and no listener was called, if the event can only happen once and has happened.
   */
  tell(event) {
    if (!this.#isNew(event)) return false;
    this.#call(event.name, event);
    this.#call(ALL, event);
    return true;
  }

  /** The snapshot changed. Only listeners of `changed` are called, not those of every event: pages that draw the widgets listen to it. */
  changed() {
    this.#call('changed', { name: 'changed' });
  }

  /** @param {string} name @param {AnyEvent} event */
  #call(name, event) {
    // A copy: a listener may remove itself while it is called.
    [...(this.#by.get(name) ?? [])].forEach((listener) => {
      try {
        listener(event);
      } catch (error) {
        // An exception is reported like other errors of the page, and the next listener is called all the same.
        setTimeout(() => {
          throw error;
        }, 0);
      }
    });
  }

  /** Whether the page knows that a widget is on the screen. @param {string} element */
  isShown(element) {
    return this.#told.has(`shown ${element}`);
  }

  /** @param {AnyEvent} event */
  #isNew({ name, element, conversation, count }) {
    const told = this.#told;
    const key = `${name} ${conversation ?? element}`;
    /** True the first time, unless the other event came before. @param {string} other Its key. */
    const once = (other) => !told.has(other) && !told.has(key) && !!told.add(key);
    switch (name) {
      case 'hidden':
        return told.delete(`shown ${element}`);
      case 'closed':
        return told.delete(`opened ${element}`);
      case 'unread': {
        const before = this.#unread.get(element);
        this.#unread.set(element, count);
        return before !== count;
      }
      case 'chatRestored':
        return once(`chatStarted ${conversation}`);
      case 'shown':
      case 'opened':
      case 'loaded':
      case 'chatStarted':
      case 'chatOnline':
      case 'chatFinished':
      case 'surveyStarted':
        return once(key);
      default:
        return true;
    }
  }
}
