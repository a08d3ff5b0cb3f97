/** Asks now and then whether agents are available, as long as no socket tells. */

const POLL_MS = 60_000;
/** While the visitor is told that no agent is available. */
const REFUSED_POLL_MS = 5_000;

export class Availability {
  /** @type {() => Promise<boolean | undefined>} */ #ask;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {() => Promise<boolean | undefined>} ask Asks. Gives whether the visitor waits for it; nothing: it is over. */
  constructor(ask) {
    this.#ask = ask;
  }

  /** @param {number} [wait] Milliseconds until it is asked next. */
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
