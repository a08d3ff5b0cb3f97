/**
 * The link between the bus and the core: the shim's `Chat` over the core's second build, whose Genesys dialect tells in notices what
 * happens (src/dialects/genesys.rs).
 */

import { Chat } from '../../chat.js';
import { END, NUDGE, SEND_MESSAGE } from '../../verbs.js';

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
 * @property {{ name: string, value: string }[]} [values]
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

/**
 * Whom the core talks to.
 *
 * @typedef {object} Ears
 * @property {(notice: Notice) => void} told
 * @property {(event: { name: string, element?: string }) => void} heard An event of the core's own vocabulary.
 * @property {(element: Element, id: string) => void} drawn A line of the page's is on the screen.
 * @property {import('./core-view.js').Site} site
 */

/** The shim, with what the second build of the core asks for. */
export class GenesysChat extends Chat {
  /** @type {Limits} */ #limits;
  /** @type {Ears} */ #ears;

  /**
   * @param {import('../../options.js').Options} options
   * @param {import('../../chat.js').Files} files
   * @param {Limits} limits
   * @param {Ears} ears
   */
  constructor(options, files, limits, ears) {
    super(options, files);
    this.#limits = limits;
    this.#ears = ears;
  }

  /** @override With one chat in it, whose coming and going is the facade's matter. */
  async askConfig() {
    return this.#ears.site.adapt(await super.askConfig());
  }

  /** @override @param {Record<string, string | undefined>} texts */
  host(texts) {
    const { restoreTimeout, pollExceptionLimit } = this.#limits;
    const more = { restore_within: `${restoreTimeout}`, poll_exception_limit: `${pollExceptionLimit}`, hands_over: 'yes' };
    const host = super.host({ ...texts, ...more });
    return {
      ...host,
      event: (/** @type {string} */ json) => {
        const fresh = host.event(json);
        this.#ears.heard(JSON.parse(json));
        return fresh;
      },
      notice: (/** @type {string} */ json) => this.#ears.told(JSON.parse(json)),
      drawn: (/** @type {Element} */ element, /** @type {string} */ id) => this.#ears.drawn(element, id),
    };
  }

  /** @returns {Link} */
  link() {
    // The time of leaving counts for coming back.
    addEventListener('pagehide', () => this.run(KEEP));
    const chat = () => this.#ears.site.chat;
    return {
      begin: (values) => this.run(BEGIN_WITH, chat(), JSON.stringify(values)),
      end: () => this.run(END, chat()),
      say: (text) => this.run(SEND_MESSAGE, chat(), text),
      typing: (on) => this.run(TYPING, chat(), on ? 'yes' : ''),
      wake: () => this.run(NUDGE),
    };
  }
}
