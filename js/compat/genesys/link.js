/**
 * The link between the bus and the core: a facade of the page's widget set, over the core's second build. The Genesys dialect of that build reports in
 * notices what happens in the chat (src/dialects/genesys.rs).
 */

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
 * @property {(isActive: () => boolean, merge: (data: Record<string, unknown>) => Record<string, unknown>) => Record<string, import('./commands.js').Handler>} [commands]
 *   Commands of WebChatService that a chat server of the vendor's answers itself.
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
 * The connection to a chat server of the vendor's (`server-chunk.js`).
 *
 * @typedef {object} Service
 * @property {string} address
 * @property {Record<string, string>} options
 * @property {() => string} config Returns a configuration in place of the site's.
 * @property {(chat: GenesysInstance, told: Ears['told']) => Requests} requests
 */

/**
 * The requests to such a server, which the core orders.
 *
 * @typedef {object} Requests
 * @property {(upload: number) => unknown} terms
 * @property {(outcome: import('./gms.js').Outcome) => void} replied
 * @property {NonNullable<Link['commands']>} commands
 */

/** Connects the page's widget set with the bus: commands go to the core, its events and notices to the plugins. */
export class GenesysInstance {
  /** @type {import('../../instance.js').Instance | undefined} */ #chat;
  /** @type {Ears} */ #ears;
  /** @type {Requests | undefined} */ #requests;
  /** @type {Promise<void>} Settles once a core runs that can hold a conversation; rejected when none does. */ ready;

  /**
   * @param {(facade: import('../../script.js').Facade) => Promise<void>} join Joins the page's widget set. Settles when it is ready for the facade.
   * @param {Limits} limits
   * @param {Ears} ears
   * @param {Service} [service]
   */
  constructor(join, { restoreTimeout, pollExceptionLimit }, ears, service) {
    this.#ears = ears;
    this.#requests = service?.requests(this, ears.told);
    // When another script was first, its site decides how conversations begin.
    const own = { poll_exception_limit: `${pollExceptionLimit}` };
    const view = { root: ears.light() ? 'light' : 'shadow', names: JSON.stringify(NAMES) };
    const texts = { ...own, restore_within: `${restoreTimeout}`, hands_over: 'yes', ...view, ...service?.options, service: service?.address };
    this.ready = join({
      attached: (chat) => (this.#chat = chat),
      config: service?.config,
      adapt: (config) => ears.site.adapt(config),
      texts: ears.site.follows ? own : texts,
      host: {
        notice: (/** @type {string} */ json) => ears.told(JSON.parse(json)),
        terms: (/** @type {number} */ upload) => this.#requests?.terms(upload),
        outcome: (/** @type {import('./gms.js').Outcome} */ outcome) => this.#requests?.replied(outcome),
        slot: (/** @type {string} */ name, /** @type {HTMLElement} */ place, /** @type {string} */ id) => ears.site.slots.built(name, place, id),
      },
      heard: ears.heard,
    }).then(() => this.#chat?.talks);
    // Each command that waits for `ready` handles the error itself.
    this.ready.catch(() => {});
  }

  /**
   * Calls a command of the core, like `Instance.call`.
   *
   * @template {keyof import('../../port.js').Commands} N
   * @param {N} name
   * @param {{} extends import('../../port.js').Commands[N] ? [payload?: import('../../port.js').Commands[N]] : [payload: import('../../port.js').Commands[N]]} given
   */
  call(name, ...given) {
    this.#chat?.call(name, ...given);
  }

  /** @returns {import('../../types.js').State} */
  state() {
    return /** @type {import('../../instance.js').Instance} */ (this.#chat).state();
  }

  /** @type {import('../../instance.js').Instance['before']} */
  before(...given) {
    return /** @type {import('../../instance.js').Instance} */ (this.#chat).before(...given);
  }

  /** @param {string} locale @returns {Promise<void>} */
  async setLocale(locale) {
    // When another script was first, its language is the page's.
    if (!this.#ears.site.follows) await this.#chat?.setLocale(locale);
  }

  /** @returns {Link} */
  link() {
    const of = () => ({ widget: this.#ears.site.chat || undefined });
    return {
      begin: (values) => this.call('start', { ...of(), values }),
      end: () => this.call('end', of()),
      say: (text) => this.call('sendMessage', { ...of(), text }),
      typing: (on) => this.call('setTyping', { ...of(), on }),
      wake: () => this.call('nudge'),
      data: (values) => this.call('addData', { ...of(), values }),
      notice: (text) => this.call('addNotice', { ...of(), text }),
      commands: this.#requests?.commands,
    };
  }
}
