/** Time, random numbers, and the frames of the screen. */

/** Calls with `false` before the next frame is shown; on a hidden page, which shows none, after a while. @param {(word: false) => void} call */
export const next_frame = (call) => {
  /** @type {number} */
  let frame;
  /** @type {number} */
  let timer;
  const done = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    call(false);
  };
  frame = requestAnimationFrame(done);
  timer = setTimeout(done, 250);
};

/** The device's time when the page was loaded, plus the time since: it never goes back. */
export const now = () => performance.timeOrigin + performance.now();
export const random = () => crypto.getRandomValues(new Uint32Array(1))[0];
