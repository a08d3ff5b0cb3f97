/** A connection by requests, in place of a WebSocket. */

/** @typedef {import('./socket.js').Connection} Connection */
/** @typedef {import('./socket.js').Heard} Heard */

/**
 * A connection by long polling (docs/protocol.md, section 9): one request waits for frames, another one carries the client's frames, so
 * that both directions keep their order. An answer that is not the server's own ends the connection, as an error ends a socket.
 *
 * @param {string} url Of the socket.
 * @param {Heard} heard
 * @returns {Connection}
 */
export const open_poll = (url, heard) => {
  const stop = new AbortController();
  const { signal } = stop;
  /** @type {string[]} */
  const waiting = [];
  let secret = '';
  let busy = false;
  /** @param {string[]} frames */
  const ask = async (...frames) => {
    const body = [secret, ...frames].join('\n');
    const answer = await fetch(url.replace(/^ws/, 'http').replace(/\/ws(\/visitor\/[^/]*)$/, '/poll$1'), {
      method: 'POST',
      body,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal,
    });
    if (!answer.ok) throw answer.status;
    return answer.text();
  };
  /** @param {number} code */
  const over = (code) => {
    if (signal.aborted) return;
    stop.abort();
    heard(code);
  };
  /** @param {() => Promise<void>} work */
  const watch = (work) =>
    work().catch(() => {
      try {
        over(1006);
      } catch {
        // The core has stopped.
      }
    });
  watch(async () => {
    secret = await ask();
    if (!/^[0-9a-f]{64}$/.test(secret)) throw secret;
    heard(true);
    for (;;) {
      const text = await ask();
      if (!text) throw text;
      for (const line of text.split('\n')) {
        if (signal.aborted) return;
        if (line[0] === '{') heard(line);
        else if (line) over(+line || 1006);
      }
    }
  });
  return {
    close: () => stop.abort(),
    send: (frame) => {
      waiting.push(/** @type {string} */ (frame));
      if (busy) return;
      busy = true;
      watch(async () => {
        while (waiting.length) await ask(...waiting.splice(0, 16));
        busy = false;
      });
    },
  };
};
