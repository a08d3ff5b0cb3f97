/**
 * The link between the bus and the core: the shim's `Chat` over the core's second build, whose Genesys dialect tells in notices what
 * happens (src/dialects/genesys.rs).
 */

import { Chat } from '../../chat.js';
import { END, NUDGE, OPEN, CLOSE, SEND_MESSAGE, SHOW, HIDE } from '../../verbs.js';

/** Verbs that only this build of the core knows (src/browser/page.rs). */
const BEGIN_WITH = 20;
const TYPING = 21;
const KEEP = 22;

/**
 * @typedef {object} Notice
 * @property {string} what
 * @property {Record<string, unknown>} [session]
 * @property {Record<string, any>[]} [events]
 * @property {boolean} [restoring]
 * @property {boolean} [over]
 * @property {string} [id]
 * @property {string} [code]
 */

/**
 * What WebChatService asks of a link.
 *
 * @typedef {object} Link
 * @property {(values: { name: string, value: string }[]) => void} begin
 * @property {() => void} end
 * @property {(text: string) => void} say
 * @property {(on: boolean) => void} typing
 * @property {() => void} wake
 * @property {(data: Record<string, string>, deferred: import('./deferred.js').Deferred) => void} [update]
 * @property {(text: string, deferred: import('./deferred.js').Deferred) => void} [notice]
 */

/**
 * What the page's configuration says about it.
 *
 * @typedef {object} Limits
 * @property {number} restoreTimeout Milliseconds.
 * @property {number} pollExceptionLimit
 */

/** The shim, with what the second build of the core asks for. */
export class GenesysChat extends Chat {
  /** @type {Limits} */ #limits;
  /** @type {(notice: Notice) => void} */ #told;

  /**
   * @param {import('../../options.js').Options} options
   * @param {import('../../chat.js').Files} files
   * @param {Limits} limits
   * @param {(notice: Notice) => void} told
   */
  constructor(options, files, limits, told) {
    super(options, files);
    this.#limits = limits;
    this.#told = told;
  }

  /** @override @param {Record<string, string | undefined>} texts */
  host(texts) {
    const { restoreTimeout, pollExceptionLimit } = this.#limits;
    return {
      ...super.host({ ...texts, restore_within: `${restoreTimeout}`, poll_exception_limit: `${pollExceptionLimit}` }),
      notice: (/** @type {string} */ json) => this.#told(JSON.parse(json)),
    };
  }

  /** @returns {Link & { open: () => void, close: () => void, show: () => void, hide: () => void }} */
  link() {
    // The time of leaving counts for coming back.
    addEventListener('pagehide', () => this.run(KEEP));
    return {
      begin: (values) => this.run(BEGIN_WITH, '', JSON.stringify(values)),
      end: () => this.run(END),
      say: (text) => this.run(SEND_MESSAGE, '', text),
      typing: (on) => this.run(TYPING, '', on ? 'yes' : ''),
      wake: () => this.run(NUDGE),
      open: () => this.run(OPEN),
      close: () => this.run(CLOSE),
      show: () => this.run(SHOW),
      hide: () => this.run(HIDE),
    };
  }
}
