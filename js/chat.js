/**
 * One widget set on one page: from nothing to a running core, and what happens when that fails or ends. Both ways of embedding,
 * the script tag and the package, give out what `createChat` returns.
 */

import { attach, closeSockets } from './natives.js';
import { drawContact, drawLauncher } from './corner.js';
import { ChinwagError } from './error.js';
import { fetchConfig, fetchModule } from './fetching.js';
import { guard } from './guard.js';
import { Listeners } from './listeners.js';
import { plainAddress, textsFor } from './options.js';
import { BEGIN, CONFIG, DESTROY, DRESS, FOCUS_LAUNCHER, PRESS, SET_CONSENT, SET_PAGE, TEXTS, WATCHED } from './verbs.js';
import { watchPage } from './watch.js';
import { create, initSync, restart, run, state } from '#glue';

/** @typedef {import('./options.js').Options} Options */
/** @typedef {import('./error.js').ErrorCode} ErrorCode */

/**
 * @typedef {object} Files Where the parts are.
 * @property {string} wasm
 * @property {string} [integrity] Of the wasm.
 * @property {string} panel The wasm of what the launchers open, fetched when those stand.
 * @property {string} [panelIntegrity]
 * @property {() => Promise<string>} style How to get the style sheet of what the launchers open.
 * @property {Record<string, () => Promise<string | undefined>>} texts How to get the texts, by locale.
 */

/** @typedef {'loading' | 'ready' | 'failed' | 'destroyed'} Status */

/** How long after a trap another one is the last. */
const CALM_MS = 60_000;
/** How often the page may take our elements away before we stay away, per minute. */
const RETURNS = 3;
/** How often availability is asked for while no socket is open. */
const POLL_MS = 60_000;
const REFUSED_POLL_MS = 5_000;

export class Chat {
  /** @type {Options} */ #options;
  /** @type {Files} */ #files;
  /** @type {Status} */ #status = 'loading';
  /** Whether there is a core that can be called. */ #core = false;
  /** @type {[number, string, string][]} */ #early = [];
  /** @type {import('./corner.js').CornerElement | undefined} */ #corner;
  #pressed = false;
  #listeners = new Listeners();
  #off = new AbortController();
  #locale = '';
  /** @type {string | undefined} */ #config;
  /** @type {string | undefined} */ #texts;
  /** @type {Element[]} */ #elements = [];
  /** @type {number[]} */ #returns = [];
  #trapped = -Infinity;
  /** The core's second part, once it was fetched. @type {WebAssembly.Module | undefined} */ #panel;
  /** Messages posted on this page, as JSON. @type {string[]} */
  #posted = [];
  #address = '';
  #link = 'idle';
  /** The page's author was told that sockets do not work. */
  #named = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #poll;
  /** @type {Promise<void>} Settles once the core runs, or why it does not. */ ready;

  /**
   * @param {Options} options
   * @param {Files} files
   */
  constructor(options, files) {
    this.#options = options;
    this.#files = files;
    this.#locale = options.locale || document.documentElement.lang || navigator.language || 'en';
    this.ready = this.#start();
    // Whoever wants to know asks; nobody gets an unhandled rejection from us.
    this.ready.catch(() => {});
  }

  /** @returns {Status} */
  get status() {
    return this.#status;
  }

  get listeners() {
    return this.#listeners;
  }

  /**
   * Does something with the core: now, or as soon as there is one, or never.
   *
   * @param {number} verb
   * @param {string} [one]
   * @param {string} [two]
   */
  run(verb, one = '', two = '') {
    if (this.#status === 'loading') this.#early.push([verb, one, two]);
    if (!this.#core || this.#status !== 'ready') return;
    try {
      run(verb, one, two);
    } catch (error) {
      // The glue stumbles over what a core that traps does not answer; the trap itself is dealt with elsewhere.
      if (this.#core) throw error;
    }
  }

  /** @returns {import('./types.js').State} */
  state() {
    const known = this.#core ? JSON.parse(state()) : { link: 'idle', locale: this.#locale, widgets: [] };
    return { status: this.#status, ...known };
  }

  /** Posts again what was posted on this page. */
  replay() {
    this.#posted.forEach((json) => postMessage(JSON.parse(json), '/'));
  }

  /** Changes the language of everything. @param {string} locale @returns {Promise<void>} */
  async setLocale(locale) {
    this.#locale = locale;
    if (this.#status !== 'ready') return;
    const [config, texts] = await Promise.all([this.askConfig(), this.#askTexts()]);
    // Of two changes under way, the later one counts.
    if (this.#locale !== locale || !this.#core) return;
    this.#config = config;
    this.#texts = texts;
    this.run(TEXTS, locale, texts);
    this.run(CONFIG, config);
  }

  /** The visitor is on another page. @param {string} [url] @param {string} [title] */
  setPage(url = location.href, title = document.title) {
    const address = plainAddress(url);
    if (address === this.#address) return;
    this.#address = address;
    this.run(SET_PAGE, address, title);
  }

  /** Takes everything down. */
  destroy() {
    if (this.#status === 'destroyed') return;
    this.#status = 'destroyed';
    // The core tells the page that what was visible is not any more, then it is silent.
    if (this.#core) run(DESTROY, '', '');
    this.#clear();
    this.#listeners.clear();
  }

  async #start() {
    try {
      // In tasks of their own, because each is work enough for one on a slow device: the first run of this file, a page's first
      // request (20 to 40 ms at a quarter of a desk's speed), the others, the launcher. None of them waits for an answer.
      await pause();
      const module = fetchModule(this.#files.wasm, this.#files.integrity);
      await pause();
      const config = this.askConfig();
      const texts = this.#askTexts();
      // Each may fail while another one is waited for.
      module.catch(() => {});
      config.then(
        (text) => {
          this.#config = text;
          // The widget has failed meanwhile: now it is known what to offer in its place.
          if (this.#status === 'failed' && !this.#corner) this.#contact();
        },
        () => {},
      );
      await bodyOf(this.#off.signal);
      await pause();
      if (this.#status !== 'loading') throw new ChinwagError('aborted');
      if (this.#options.launcher) this.#corner = drawLauncher(this.#options, () => (this.#pressed = true));
      const compiled = await module;
      this.#config = await config;
      this.#texts = await texts;
      if (this.#status !== 'loading') throw new ChinwagError('aborted');
      guard.trapped = (error) => this.#trap(error);
      // In pieces, so that the page gets its turn in between on a slow device.
      initSync({ module: compiled });
      await pause();
      this.#create();
      await pause();
      if (this.#status !== 'loading') throw new ChinwagError('aborted');
      this.#begin();
    } catch (error) {
      throw this.#fail(error instanceof ChinwagError ? error : new ChinwagError('unsupported', undefined, error));
    }
  }

  /** Makes a core with what was fetched. */
  #create() {
    const { site, server } = this.#options;
    this.#address = plainAddress(location.href);
    /** @type {Record<string, string | undefined>} */
    const texts = {
      config: this.#config,
      texts: this.#texts,
      site,
      server,
      socket: `${server.replace(/^http/, 'ws')}ws/visitor/${encodeURIComponent(site)}`,
      locale: this.#locale,
      zone: timeZone(),
      url: this.#address,
      title: document.title,
      contact_href: this.#options.contactHref,
      contact_label: this.#options.contactLabel || this.#options.contactHref,
      private: /** @type {{ globalPrivacyControl?: boolean }} */ (navigator).globalPrivacyControl === true ? 'yes' : '',
    };
    try {
      create(this.host(texts));
    } catch (error) {
      throw new ChinwagError('config', String(error));
    }
  }

  /**
   * What the core asks of the page. A facade adds to it.
   *
   * @param {Record<string, string | undefined>} texts
   * @returns {import('#glue').Host}
   */
  host(texts) {
    return {
      text: (name) => texts[name] ?? '',
      event: (json) => this.#event(json),
      post: (json) => this.#post(json),
    };
  }

  /** Puts its widgets on the page. */
  #begin() {
    const { consent } = this.#options;
    this.#core = true;
    this.#status = 'ready';
    this.run(BEGIN);
    if (consent !== undefined) this.run(SET_CONSENT, consent ? 'yes' : '');
    // It trapped on the way: that is dealt with already.
    if (!this.#core) return;
    this.#elements = this.state()
      .widgets.map(({ element }) => document.getElementById(element))
      .filter((element) => element !== null);
    const focused = this.#corner?.remove();
    this.#corner = undefined;
    if (focused) this.run(FOCUS_LAUNCHER);
    if (this.#pressed) this.run(PRESS);
    this.#pressed = false;
    this.#early.splice(0).forEach((call) => this.run(...call));
    this.#off.abort();
    this.#off = new AbortController();
    watchPage(this.#off.signal, {
      watched: (visible, network) => this.run(WATCHED, visible ? 'yes' : '', network),
      moved: () => this.setPage(),
      changed: () => this.#stay(),
    });
    this.#plan();
    void this.#dress();
  }

  /** Fetches what the launchers do not need, now that they stand. @param {number} [wait] Before it is tried again. */
  async #dress(wait = 1000) {
    try {
      const { panel, panelIntegrity, style } = this.#files;
      const looks = style();
      // It may fail while the other one is waited for.
      looks.catch(() => {});
      this.#panel ??= await fetchModule(panel, panelIntegrity);
      const css = await looks;
      if (!this.#core) return;
      attach(this.#panel);
      this.run(DRESS, css);
    } catch (error) {
      if (this.#status !== 'ready') return;
      if (!(error instanceof ChinwagError) || error.retryable) {
        setTimeout(() => this.#dress(Math.min(wait * 2, POLL_MS)), wait);
        return;
      }
      this.run(DESTROY);
      this.#fail(error);
    }
  }

  /** @param {string} text @returns {boolean} Whether the page has not heard it before. */
  #event(text) {
    const event = JSON.parse(text);
    if (event.name === 'link') this.#linked(event);
    // Whether anybody can answer may be a minute old.
    if (event.name === 'refused') this.#plan(0);
    return this.#listeners.tell(event);
  }

  /** @param {{ status: string, code?: string }} event */
  #linked({ status, code }) {
    this.#link = status;
    // What only the page's author can mend is named, once.
    if (this.#named || (code !== 'unsupported' && code !== 'socket_blocked')) return;
    this.#named = true;
    const detail = code === 'unsupported' ? 'WebSocket' : new URL(this.#options.server).origin.replace(/^http/, 'ws');
    console.error(new ChinwagError(code, detail).message);
  }

  /** @param {string} json */
  #post(json) {
    this.#posted.push(json);
    postMessage(JSON.parse(json), '/');
  }

  /** A trap: the core is gone. Once, another takes its place and goes on from what is stored. @param {unknown} error */
  #trap(error) {
    this.#core = false;
    const again = performance.now() - this.#trapped > CALM_MS;
    this.#trapped = performance.now();
    closeSockets();
    // Not from inside the call that trapped.
    setTimeout(() => {
      if (this.#status === 'destroyed') return;
      this.#clear();
      const wrong = new ChinwagError('internal', undefined, error);
      if (!again) {
        this.#fail(wrong);
        return;
      }
      console.error(wrong.message, error);
      try {
        guard.open = true;
        restart();
        guard.open = false;
        this.#create();
        this.#begin();
      } catch (why) {
        this.#fail(new ChinwagError('internal', undefined, why));
      }
    }, 0);
  }

  /** Stays down, with a link in place of the widget if there is one. @param {ChinwagError} error @returns {ChinwagError} */
  #fail(error) {
    const waiting = this.#status;
    this.#clear();
    if (waiting === 'destroyed') return error;
    this.#status = 'failed';
    this.#early = [];
    if (error.code !== 'aborted') console.error(error.message, error.cause ?? '');
    this.#contact();
    this.#listeners.tell({ name: 'failed', code: error.code });
    return error;
  }

  /** Offers the contact link. The script tag's goes before the site's, which may not be known yet. */
  #contact() {
    const { contactHref, contactLabel, accent } = this.#options;
    if (!document.body) return;
    try {
      if (contactHref) {
        this.#corner = drawContact(contactHref, contactLabel || contactHref, accent);
        return;
      }
      const { fallback, brand } = JSON.parse(this.#config ?? '{}');
      this.#corner = drawContact(String(fallback?.href ?? ''), String(fallback?.label ?? ''), accent ?? brand?.accent);
    } catch {
      // A configuration that cannot be read has no link, and a browser that cannot draw one shows none.
    }
  }

  /** Takes every element and listener of ours off the page. */
  #clear() {
    this.#core = false;
    this.#off.abort();
    this.#off = new AbortController();
    clearTimeout(this.#poll);
    this.#corner?.remove();
    this.#corner = undefined;
    this.#elements.splice(0).forEach((element) => element.remove());
  }

  /** Puts back what the page took away, a few times. */
  #stay() {
    const lost = this.#elements.filter((element) => !element.isConnected);
    if (!lost.length || !document.body) return;
    const now = performance.now();
    this.#returns = this.#returns.filter((at) => now - at < CALM_MS);
    if (this.#returns.length >= RETURNS) {
      this.run(DESTROY);
      this.#fail(new ChinwagError('removed'));
      return;
    }
    this.#returns.push(now);
    document.body.append(...lost);
  }

  /**
   * Asks now and then whether somebody can answer, as long as no socket tells; more often while the visitor is told that nobody can.
   *
   * @param {number} [wait]
   */
  #plan(wait = POLL_MS) {
    clearTimeout(this.#poll);
    this.#poll = setTimeout(async () => {
      if (this.#link === 'idle' && document.visibilityState === 'visible') {
        const config = await this.askConfig().catch(() => undefined);
        if (config) this.run(CONFIG, config);
      }
      if (this.#core) this.#plan(this.state().widgets.some(({ stage }) => stage === 'refused') ? REFUSED_POLL_MS : POLL_MS);
    }, wait);
  }

  /** Its configuration. A facade changes what it says. */
  askConfig() {
    return fetchConfig(this.#options.server, this.#options.site, this.#locale);
  }

  async #askTexts() {
    return textsFor(this.#files.texts, this.#locale)?.();
  }
}

/** The next task. @returns {Promise<void>} */
const pause = () => new Promise((go) => setTimeout(go));

/** Waits for the document's body. @param {AbortSignal} signal @returns {Promise<void>} */
function bodyOf(signal) {
  return new Promise((resolve, reject) => {
    if (document.body) resolve();
    else document.addEventListener('DOMContentLoaded', () => resolve(), { once: true, signal });
    signal.addEventListener('abort', () => reject(new ChinwagError('aborted')), { once: true });
  });
}

/**
 * The browser's time zone. The old way to ask loads the data for writing dates: 15 ms on a desk, 60 on a phone, in one piece.
 *
 * @returns {string | undefined}
 */
function timeZone() {
  try {
    return Temporal.Now.timeZoneId();
  } catch {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}
