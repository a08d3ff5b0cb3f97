/**
 * The link between the bus and the core: the shim's `Instance` over the core's second build, whose Genesys dialect tells in notices what
 * happens (src/dialects/genesys.rs).
 */

import { Instance } from '../../instance.js';
import { REFUSALS } from './asks.js';
import { NAMES } from './names.js';

/**
 * @typedef {object} Notice
 * @property {string} what
 * @property {Record<string, unknown>} [session]
 * @property {import('./transcript.js').RunEvent[]} [events]
 * @property {boolean} [restoring]
 * @property {boolean} [over]
 * @property {string} [id]
 * @property {string} [code]
 * @property {{ name: string, value: string }[]} [values]
 * @property {string} [operation]
 * @property {number} [number] Of a command.
 * @property {number} [status] Of HTTP.
 * @property {string} [body]
 * @property {number} [idle] Seconds.
 */

/**
 * The commands that WebChatService gives to a link.
 *
 * @typedef {object} Link
 * @property {(values: { name: string, value: string }[]) => void} begin
 * @property {() => void} end
 * @property {(text: string) => void} say
 * @property {(on: boolean) => void} typing
 * @property {() => void} wake
 * @property {(values: { name: string, value: string }[]) => void} data
 * @property {(text: string) => void} notice
 * @property {(what: Record<string, unknown>, deferred: import('./deferred.js').Deferred, file?: unknown) => void} [ask] An operation that only a chat
 *   server's link has. Left out for a link to our own server.
 */

/**
 * The limits in the page's configuration.
 *
 * @typedef {object} Limits
 * @property {number} restoreTimeout Milliseconds.
 * @property {number} pollExceptionLimit
 */

/**
 * The listeners of the core.
 *
 * @typedef {object} Ears
 * @property {(notice: Notice) => void} told
 * @property {(event: { name: string, element?: string }) => void} heard An event of the core's own vocabulary.
 * @property {() => boolean} light Whether the widget stands in the page's own document.
 * @property {import('./core-view.js').Site} site
 */

/**
 * A chat server of the vendor's to talk to (`gms.js`).
 *
 * @typedef {object} Service
 * @property {string} address
 * @property {Record<string, string>} options
 * @property {() => string} config Stands in for the site's configuration.
 * @property {(chat: GenesysInstance) => import('./gms.js').Requests} requests
 */

/** The shim, with what the second build of the core asks for. */
export class GenesysInstance extends Instance {
  /** @type {Limits} */ #limits;
  /** @type {Ears} */ #ears;
  /** @type {Service | undefined} */ #service;
  /** @type {import('./gms.js').Requests | undefined} */ #requests;

  /**
   * @param {import('../../options.js').Options} options
   * @param {import('../../instance.js').Files} files
   * @param {Limits} limits
   * @param {Ears} ears
   * @param {Service} [service]
   */
  constructor(options, files, limits, ears, service) {
    super(options, files);
    this.#limits = limits;
    this.#ears = ears;
    this.#service = service;
    this.#requests = service?.requests(this);
  }

  /** @override With one chat in it, whose coming and going is the facade's matter. */
  async askConfig() {
    return this.#ears.site.adapt(this.#service ? this.#service.config() : await super.askConfig());
  }

  /** @override @param {Record<string, string | undefined>} texts */
  host(texts) {
    const { restoreTimeout, pollExceptionLimit } = this.#limits;
    const more = { restore_within: `${restoreTimeout}`, poll_exception_limit: `${pollExceptionLimit}`, hands_over: 'yes' };
    const view = { root: this.#ears.light() ? 'light' : 'shadow', names: JSON.stringify(NAMES) };
    const host = super.host({ ...texts, ...more, ...view, ...this.#service?.options, service: this.#service?.address });
    return {
      ...host,
      event: (/** @type {string} */ json) => {
        const fresh = host.event(json);
        this.#ears.heard(JSON.parse(json));
        return fresh;
      },
      notice: (/** @type {string} */ json) => this.#ears.told(JSON.parse(json)),
      terms: (/** @type {number} */ upload) => this.#requests?.terms(upload),
      outcome: (/** @type {import('./gms.js').Outcome} */ outcome) => this.#requests?.replied(outcome, REFUSALS),
      slot: (/** @type {string} */ name, /** @type {HTMLElement} */ place, /** @type {string} */ id) => this.#ears.site.slots.built(name, place, id),
    };
  }

  /** A page that is hidden or has lost the focus asks less often (G2.1 `sleepEnabled`). */
  #followSleep() {
    let asleep = false;
    const look = () => {
      const now = document.hidden || !document.hasFocus();
      if (now === asleep) return;
      asleep = now;
      this.call('sleep', { on: now });
      this.#ears.told({ what: now ? 'sleeping' : 'waking' });
    };
    document.addEventListener('visibilitychange', look);
    ['blur', 'focus'].forEach((name) => addEventListener(name, look));
  }

  /** @returns {Link} */
  link() {
    const of = () => ({ widget: this.#ears.site.chat || undefined });
    if (this.#service?.options.sleep_enabled === 'true') this.#followSleep();
    return {
      begin: (values) => this.call('start', { ...of(), values }),
      end: () => this.call('end', of()),
      say: (text) => this.call('sendMessage', { ...of(), text }),
      typing: (on) => this.call('setTyping', { ...of(), on }),
      wake: () => this.call('nudge'),
      data: (values) => this.call('addData', { ...of(), values }),
      notice: (text) => this.call('addNotice', { ...of(), text }),
      ask: this.#requests?.ask,
    };
  }
}
