/**
 * A build of the core on this page: the script that brought it, and the parts of its module. Each part is fetched once, the later ones when the
 * launchers are drawn, and again until the download works. A core that replaces another one gets the parts that were fetched.
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
 * @property {Part} conversation The code for conversations.
 * @property {Part} [requests] The link to another product's chat server, where the page names one.
 * @property {Part} view The code for panels, forms and transcripts.
 * @property {() => Promise<string>} style Fetches its style sheet.
 * @property {() => Promise<string>} english Fetches the English texts, which are used for texts that a language lacks.
 */

/**
 * @typedef {object} First The first part, and files besides the module.
 * @property {string} wasm Its address.
 * @property {string} [integrity] Of the wasm.
 * @property {() => Promise<typeof import('./files.js')>} [uploads] Fetches the code that sends files.
 * @property {Record<string, () => Promise<string | undefined>>} texts Fetch the texts, by locale.
 */

/** @typedef {First & Later} Files The addresses of all files. */

/** The longest time between two tries. */
const LONGEST_MS = 60_000;

export class Build {
  #wanted;
  /** @type {WebAssembly.Module | undefined} */ #first;
  /** @type {Promise<WebAssembly.Module[]> | undefined} */ #conversation;
  /** @type {Promise<{ module: WebAssembly.Module, css: string, english: string }> | undefined} */ #view;

  /**
   * @param {import('./script.js').Script} script
   * @param {string} server Its base address.
   * @param {() => boolean} wanted Whether the parts are still needed: otherwise no further try is made.
   */
  constructor(script, server, wanted) {
    this.script = script;
    this.files = script.files(server);
    this.#wanted = wanted;
  }

  /**
   * Returns the first part. A download that failed is repeated by the next call only.
   *
   * @throws {ChinwagError} It cannot be fetched or compiled.
   */
  async first() {
    return (this.#first ??= await fetchModule(this.files.wasm, this.files.integrity));
  }

  /** The parts for conversations, to be added to the core in this order. */
  conversation() {
    return (this.#conversation ??= this.#fetchConversation());
  }

  /** The view with its style sheet and English texts. It is added after the parts for conversations. */
  view() {
    return (this.#view ??= this.#fetchView());
  }

  async #fetchConversation() {
    const { conversation, requests } = this.files;
    const fetched = (requests ? [conversation, requests] : [conversation]).map((part) => this.#until(() => fetchModule(part.url, part.integrity)));
    fetched.forEach(quiet);
    const modules = [];
    for (const module of fetched) modules.push(await module);
    return modules;
  }

  async #fetchView() {
    const { view, style, english } = this.files;
    const [looks, words] = [this.#until(style), this.#until(english)];
    quiet(looks);
    quiet(words);
    const module = await this.#until(() => fetchModule(view.url, view.integrity));
    return { module, css: await looks, english: await words };
  }

  /**
   * Repeats a download until it works, or until its error shows that it never will.
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
