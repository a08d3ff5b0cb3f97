/** Tells the chat server that the visitor types (G2.5, typing): once when typing begins, and once two seconds after it ends. */

/** @typedef {{ set: (work: () => void, millis: number) => unknown, clear: (timer: unknown) => void }} Clock */

/** Typing ends this long after the last key, in milliseconds. */
const WINDOW = 2000;

/**
 * @param {object} given
 * @param {Clock} given.clock
 * @param {(on: boolean) => void} given.tell
 * @param {() => void} given.started
 * @param {() => void} given.stopped
 */
export function createTyping({ clock, tell, started, stopped }) {
  /** @type {unknown} */
  let timer;
  const stop = () => {
    if (timer === undefined) return;
    clock.clear(timer);
    timer = undefined;
    tell(false);
    stopped();
  };
  /** @returns {boolean} Whether typing begins with this key. */
  const type = () => {
    const begins = timer === undefined;
    if (!begins) clock.clear(timer);
    timer = clock.set(stop, WINDOW);
    if (begins) {
      tell(true);
      started();
    }
    return begins;
  };
  return {
    type,
    stop,
    /** The session ended: the agents are not told. */
    forget() {
      if (timer !== undefined) clock.clear(timer);
      timer = undefined;
    },
    /** Follows a field of the page's. @param {HTMLElement} element @param {() => boolean} isActive */
    watch(element, isActive) {
      element.addEventListener('input', () => {
        if (isActive()) type();
      });
    },
  };
}
