/** Polls whether agents are available, as long as there is no socket that reports it. */

const POLL_MS = 60_000;
/** The interval while a visitor is told that no agent is available. */
const REFUSED_POLL_MS = 5_000;

export class Availability {
  /** @type {() => Promise<boolean | undefined>} */ #ask;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /**
   * @param {() => Promise<boolean | undefined>} ask Asks the server. Returns whether a visitor waits for an agent; nothing when the core is gone,
   *   which ends the polling.
   */
  constructor(ask) {
    this.#ask = ask;
  }

  /** @param {number} [wait] Milliseconds until the server is asked next. */
  plan(wait = POLL_MS) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), wait);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  async #look() {
    const waits = await this.#ask();
    if (waits !== undefined) this.plan(waits ? REFUSED_POLL_MS : POLL_MS);
  }
}
