/** What the runtime needs of the browser: frames, time, chance, socket, storage, and the channel between tabs. */

/** Calls with `false` before the next frame is shown; where none is (a hidden page), after a while. */
export const next_frame = (call) => {
  let frame, timer;
  const done = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    call(false);
  };
  frame = requestAnimationFrame(done);
  timer = setTimeout(done, 250);
};

/** The device's time when the page was loaded and what has passed since: it never goes back. */
export const now = () => performance.timeOrigin + performance.now();
export const random = () => crypto.getRandomValues(new Uint32Array(1))[0];

/** Characters of the longest frame (`limits::FRAME_BYTES`). */
const FRAME = 262144;
const VIOLATION = 'securitypolicyviolation';
/**
 * A socket, or nothing when the browser has none or refuses at once. `heard` is called with `true`, a text, or the number that closed
 * it; with 0 when the page's policy forbids it, which looks like a failed connection otherwise.
 */
export const open_socket = (url, heard) => {
  try {
    const socket = new WebSocket(url);
    socket.onopen = () => heard(true);
    // A longer one than a frame may be is not even copied: the link ends, and comes back after a while.
    socket.onmessage = ({ data }) => data && typeof data === 'string' && (data.length > FRAME ? (socket.close(), heard(1009)) : heard(data));
    socket.onclose = ({ code }) => heard(code);
    // Some browsers name the whole address, some only its origin.
    socket.forbidden = ({ disposition, blockedURI }) => disposition !== 'report' && /^wss?:/.test(blockedURI) && url.startsWith(blockedURI) && heard(0);
    document.addEventListener(VIOLATION, socket.forbidden);
    return socket;
  } catch (error) {
    // Some browsers throw where the policy forbids it, one of them with a name of its own, and where a page with https asks for one without.
    if (/^(SecurityError|NS_ERROR_CONTENT_BLOCKED)$/.test(error?.name) && (url.startsWith('wss:') || location.protocol !== 'https:')) heard(0);
    return undefined;
  }
};
/**
 * The same by requests that wait for their answer (docs/protocol.md, section 9): one that waits, and one that brings what is said, so
 * that both directions keep their order. Whatever else than the server's own answer comes is the end of it, as of a socket.
 */
export const open_poll = (url, heard) => {
  const stop = new AbortController();
  const { signal } = stop;
  const waiting = [];
  let secret = '';
  let busy;
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
  const over = (code) => {
    if (signal.aborted) return;
    stop.abort();
    heard(code);
  };
  const watch = (work) =>
    work().catch(() => {
      try {
        over(1006);
      } catch {
        // The core is gone.
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
      waiting.push(frame);
      if (busy) return;
      busy = true;
      watch(async () => {
        while (waiting.length) await ask(...waiting.splice(0, 16));
        busy = false;
      });
    },
  };
};
/** Nothing is heard of it any more. */
export const close_socket = (socket) => {
  document.removeEventListener(VIOLATION, socket.forbidden);
  socket.onopen = socket.onmessage = socket.onclose = null;
  try {
    socket.close();
  } catch {
    // It is gone.
  }
};
/** If the socket is gone, its end is told anyway. */
export const transmit = (socket, text) => {
  try {
    socket.send(text);
  } catch {
    // It does not take anything yet, or any more.
  }
};

const area = (lasting) => (lasting ? localStorage : sessionStorage);
/** Either area may be missing or throw; then a text lives as long as the page. */
export const load = (lasting, key) => {
  try {
    return area(lasting).getItem(key) ?? '';
  } catch {
    return '';
  }
};
/** False when it is not there afterwards: some areas take everything and keep nothing. */
export const keep = (lasting, key, text) => {
  try {
    if (text) area(lasting).setItem(key, text);
    else area(lasting).removeItem(key);
    return !text || area(lasting).getItem(key) === text;
  } catch {
    return false;
  }
};

/** What the tabs of an origin hear of each other. Closed while the page rests in the back/forward cache, which it would keep it out of. */
let channel, tune, rest;
export const open_channel = (name, heard) => {
  close_channel();
  tune = () => {
    try {
      channel ??= new BroadcastChannel(name);
      channel.onmessage = ({ data }) => typeof data === 'string' && heard(data);
    } catch {
      // There is none here: each tab is alone.
    }
  };
  rest = new AbortController();
  const on = (event, call) => addEventListener(event, call, { signal: rest.signal });
  on('pagehide', shut);
  on('pageshow', tune);
  tune();
};
const shut = () => {
  channel?.close();
  channel = undefined;
};
export const close_channel = () => {
  rest?.abort();
  tune = undefined;
  shut();
};
export const left_out = (kind, widget) =>
  console.warn(`Chinwag: "${widget}" is left out: this version has no "${kind}" [unknown_widget]`);
export const tell_tabs = (text) => {
  tune?.();
  channel?.postMessage(text);
};
