/**
 * Services of the browser that are not part of the document: frames, time, randomness, socket, storage, the channel between tabs, addresses,
 * colours, words and times of a language. The scripts in `js/` that need addresses and colours before there is a core import them from here.
 */

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
export const unreadable = (field, expected) =>
  console.warn(`Chinwag: left out of what the server says: ${field || 'a frame'}: expected ${expected} [malformed]`);
export const tell_tabs = (text) => {
  tune?.();
  channel?.postMessage(text);
};

// The words of a language, and times as its readers write them.

/** An address that may be followed, read by the browser's parser; nothing for any other (`may_follow` of src/text/links.rs). */
export const followed = (address, base) => {
  try {
    const url = new URL(address, base);
    return /^(https?|mailto|tel):$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
};

// The accent colour of a site: read strictly, and corrected until text on it and text in it can be read.

/** `#rgb` or `#rrggbb` as three numbers, nothing for anything else: what lets something shine through has no contrast of its own. */
export const rgb = (colour) => {
  const [, ...parts] = /^#(..)(..)(..)$/.exec(`${colour}`.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3')) ?? [];
  return parts[0] && parts.every((part) => /^[\da-f]{2}$/i.test(part)) ? parts.map((part) => parseInt(part, 16)) : undefined;
};
const luminance = (colour) =>
  colour.reduce((sum, part, index) => {
    const share = part / 255;
    return sum + [0.2126, 0.7152, 0.0722][index] * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  }, 0.05);
const contrast = (one, other) => {
  const ratio = luminance(one) / luminance(other);
  return ratio < 1 ? 1 / ratio : ratio;
};
/** The nearest colour on the way from one to another that can be read on a ground. */
const toward = (from, end, ground) => {
  for (let step = 0; step < 32; step += 1) {
    const mixed = from.map((part) => Math.trunc((part * (32 - step) + end * step) / 32));
    if (contrast(mixed, ground) >= 4.55) return mixed;
  }
  return [end, end, end];
};
/** What an accent colour comes to: a ground and what stands on it, and the colour of text on light and on dark. */
export const shades = (accent) => {
  const wanted = rgb(accent) ?? [0x2f, 0x55, 0xe0];
  const white = [255, 255, 255];
  // White text is what brands expect; a colour that nearly carries it is darkened a little, a light one carries black.
  const dark = contrast(wanted, white) >= 3;
  return [
    dark ? toward(wanted, 0, white) : wanted,
    dark ? white : [0, 0, 0],
    // The grounds that the style sheet puts accent-coloured text on: the more difficult of each scheme.
    toward(wanted, 0, [0xf3, 0xf4, 0xf7]),
    toward(wanted, 255, [0x26, 0x29, 0x33]),
  ].map((colour) => `rgb(${colour})`);
};

/** The number of a day in the visitor's zone: equal for two times of one day. */
export const day_number = (time) => Math.floor((time - new Date(time).getTimezoneOffset() * 6e4) / 864e5);

/**
 * How the reader writes times: the browser's region, where its language is the page's. A page in `en` is not one in American English, and
 * one in `en-US` has readers elsewhere.
 */
const regional = (locale) => {
  const [, language] = /^([a-z]{2,3})(?:-(?:[a-z]{2}|\d{3}))?$/i.exec(locale) ?? [];
  const same = RegExp(`^${language}-([a-z]{2}|\\d{3})$`, 'i');
  return (language && navigator.languages?.find((tag) => same.test(tag))) || locale;
};

/** The words that stand in for those that a language does not have. They come with the panel: a launcher has hardly any. */
let english = {};
export const learn = (json) => (english = JSON.parse(json));

/** The words of a language, English ones where it has none, and times as its readers write them. */
export class Words {
  constructor(own, locale) {
    try {
      this.own = JSON.parse(own);
    } catch {
      // As good as none.
    }
    this.locale = locale;
    this.region = regional(locale);
    this.formats = {};
  }
  /** One of the others, by its name: of a key and a value, of a key and a number, or of a number. */
  tell(how, key, value, number) {
    return how === 'count' ? this.count(key, number) : key ? this[how](key, value) : this[how](number);
  }
  lang() {
    return this.own ? this.locale : 'en';
  }
  rtl() {
    return /^(ar|fa|he|ur|ps|sd|ug|yi|dv|ckb)(-|$)/.test(this.lang());
  }
  get(key) {
    return String(this.own?.[key] ?? english[key] ?? '');
  }
  /** The text of a key with its blank filled in. */
  fill(key, value) {
    const [before, ...after] = this.get(key).split('{}');
    return after.length ? before + value + after.join('{}') : before;
  }
  /** The text of a key for a number of things. */
  count(key, number) {
    const rules = this.format('PluralRules', this.lang());
    const full = key + '.' + rules.select(number);
    return this.fill(this.get(full) ? full : key + '.other', number);
  }
  /** A formatter of the browser's; for a tag that it does not take the one of its own language. */
  format(kind, locale, options) {
    const make = (locale) => new Intl[kind](locale, options);
    const name = kind + Object.keys(options ?? {});
    try {
      return (this.formats[name] ??= make(locale));
    } catch {
      return (this.formats[name] = make());
    }
  }
  /** Empty for a time that no calendar has. */
  date(options, time) {
    try {
      return this.format('DateTimeFormat', this.region, options).format(time);
    } catch {
      return '';
    }
  }
  time(time) {
    return this.date({ hour: 'numeric', minute: '2-digit' }, time);
  }
  day(time) {
    const ago = day_number(Date.now()) - day_number(time);
    return ago === 0 ? this.get('today') : ago === 1 ? this.get('yesterday') : this.date({ weekday: 'long', day: 'numeric', month: 'long' }, time);
  }
  stamp(time) {
    return this.date({ dateStyle: 'short', timeStyle: 'medium' }, time);
  }
  moment(time) {
    const parts = { weekday: 'long', day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit', timeZoneName: 'long' };
    return this.date(parts, time);
  }
}
