/**
 * The core's later parts, with what belongs to them: fetched when the launchers stand, and tried again until they are there. A page fetches each
 * once; a core that takes the place of another one gets what was fetched.
 */

import { ChinwagError } from './error.js';
import { fetchModule } from './fetching.js';
import { quiet } from './page.js';

/**
 * @typedef {object} Part A file of wasm.
 * @property {string} url
 * @property {string} [integrity]
 */

/**
 * @typedef {object} Later Where the later parts are.
 * @property {Part} conversation What only a conversation needs, or somebody who begins one.
 * @property {Part} [requests] The link to another product's chat server, where the page names one.
 * @property {Part} view What the launchers open.
 * @property {() => Promise<string>} style How to get its style sheet.
 * @property {() => Promise<string>} english How to get the English words, which stand in for those that a language does not have.
 */

/**
 * @typedef {object} First What is fetched at once, and what sends files.
 * @property {string} wasm
 * @property {string} [integrity] Of the wasm.
 * @property {() => Promise<typeof import('./files.js')>} [uploads] How to get what sends files.
 * @property {Record<string, () => Promise<string | undefined>>} texts How to get the texts, by locale.
 */

/** @typedef {First & Later} Files Where everything is. */

/** Tries are at most so far apart. */
const LONGEST_MS = 60_000;

export class Parts {
  /** @type {Later} */ #later;
  /** @type {() => boolean} */ #wanted;
  /** @type {Promise<WebAssembly.Module[]> | undefined} */ #conversation;
  /** @type {Promise<{ module: WebAssembly.Module, css: string, english: string }> | undefined} */ #view;

  /**
   * @param {Later} later
   * @param {() => boolean} wanted Whether anybody waits for them still.
   */
  constructor(later, wanted) {
    this.#later = later;
    this.#wanted = wanted;
  }

  /** What a conversation needs, to be added to the core in this order. */
  conversation() {
    return (this.#conversation ??= this.#fetchConversation());
  }

  /** What the launchers open. It can be added once the conversation is. */
  view() {
    return (this.#view ??= this.#fetchView());
  }

  async #fetchConversation() {
    const { conversation, requests } = this.#later;
    const fetched = (requests ? [conversation, requests] : [conversation]).map((part) => this.#until(() => fetchModule(part.url, part.integrity)));
    fetched.forEach(quiet);
    const modules = [];
    for (const module of fetched) modules.push(await module);
    return modules;
  }

  async #fetchView() {
    const { view, style, english } = this.#later;
    const [looks, words] = [this.#until(style), this.#until(english)];
    quiet(looks);
    quiet(words);
    const module = await this.#until(() => fetchModule(view.url, view.integrity));
    return { module, css: await looks, english: await words };
  }

  /**
   * Tries until it works, or until it is clear that it never will.
   *
   * @template T
   * @param {() => Promise<T>} load
   * @returns {Promise<T>}
   */
  async #until(load) {
    for (let wait = 1000; ; wait = wait > LONGEST_MS / 2 ? LONGEST_MS : wait * 2) {
      try {
        return await load();
      } catch (error) {
        if (!this.#wanted()) throw new ChinwagError('aborted');
        if (error instanceof ChinwagError && !error.retryable) throw error;
        await new Promise((go) => setTimeout(go, wait));
      }
    }
  }
}
