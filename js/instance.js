/**
 * One widget set on one page: from nothing to a running core, and what happens when that fails or ends. Both ways of embedding,
 * the script tag and the package, give out what `createChat` returns.
 */

import { attach, closeSockets } from './natives.js';
import { drawContact, drawLauncher } from './corner.js';
import { ChinwagError, named, report } from './error.js';
import { fetchConfig, fetchModule } from './fetching.js';
import { guard } from './guard.js';
import { Listeners } from './listeners.js';
import { plainAddress, textsFor } from './options.js';
import { bodyOf, checkPage, pause, quiet, timeZone } from './page.js';
import { Parts } from './parts.js';
import { Watch } from './watch.js';
import { call, create, initSync, restart, state, version } from '#glue';

/** @typedef {import('./options.js').Options} Options */
/** @typedef {import('./port.js').Commands} Commands */
/** @typedef {import('./error.js').ErrorCode} ErrorCode */

/** @typedef {import('./parts.js').Files} Files */

/** @typedef {'loading' | 'ready' | 'failed' | 'destroyed'} Status */

/** How long after a trap another one is the last. */
const CALM_MS = 60_000;
/** How often availability is asked for while no socket is open. */
const POLL_MS = 60_000;
const REFUSED_POLL_MS = 5_000;

/** Whether the module was started on this page: the next core needs an instance of its own. */
let started = false;

export class Instance {
  /** @type {Options} */ #options;
  /** @type {Files} */ #files;
  /** @type {Status} */ #status = 'loading';
  /** Whether there is a core that can be called. */ #core = false;
  /** Calls that wait for the core: name and payload. @type {[string, string][]} */ #early = [];
  /** @type {import('./corner.js').CornerElement | undefined} */ #corner;
  #pressed = false;
  #listeners = new Listeners();
  #off = new AbortController();
  #locale = '';
  /** The page's own words for the launcher, as long as its language is the page's. */
  #label = '';
  /** @type {Promise<string> | undefined} */ #asked;
  /** @type {string | undefined} */ #config;
  /** @type {string | undefined} */ #texts;
  /** @type {Element[]} */ #elements = [];
  #watch = new Watch();
  #trapped = -Infinity;
  /** @type {Parts} */ #parts;
  /** Messages posted on this page, as JSON. @type {string[]} */
  #posted = [];
  #address = '';
  #link = 'idle';
  /** What the core said last of its state, and when. @type {import('./port.js').Snapshot | undefined} */ #snapshot;
  #version = 0;
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
    this.#parts = new Parts(files, () => this.#status === 'loading' || this.#status === 'ready');
    this.#locale = options.locale || document.documentElement?.lang || navigator.language || 'en';
    this.#label = options.label ?? '';
    this.ready = this.#start();
    // Whoever wants to know asks; nobody gets an unhandled rejection from us.
    quiet(this.ready);
  }

  /** @returns {Status} */
  get status() {
    return this.#status;
  }

  /** Whether the page draws everything itself. */
  get #headless() {
    return this.#options.root === 'none';
  }

  get listeners() {
    return this.#listeners;
  }

  /** Asks a listener before something takes effect; gives what takes it off. @type {import('./before.js').Before['add']} */
  before = (kind, listener) => this.#listeners.before.add(kind, listener);

  /**
   * Asks something of the core: now, or as soon as there is one, or never.
   *
   * @template {keyof Commands} N
   * @param {N} name
   * @param {{} extends Commands[N] ? [payload?: Commands[N]] : [payload: Commands[N]]} given
   */
  call(name, ...given) {
    this.#carry(name, JSON.stringify(given[0] ?? {}));
  }

  /** @param {string} name @param {string} payload */
  #carry(name, payload) {
    // Before there is a core, and while another one takes its place.
    if (this.#status === 'loading' || (this.#status === 'ready' && !this.#core)) this.#early.push([name, payload]);
    if (!this.#core || this.#status !== 'ready') return;
    try {
      call(name, payload);
    } catch (error) {
      // What the core says of a payload is a text.
      if (typeof error === 'string') report(new ChinwagError('misuse', `${name}: ${error}`));
      // The glue stumbles over what a core that traps does not answer; the trap itself is dealt with elsewhere.
      else if (this.#core) throw error;
    }
  }

  /** @returns {import('./types.js').State} */
  state() {
    try {
      const now = this.#core ? version() : 0;
      // Read once, and given until something happens.
      if (now && now !== this.#version) this.#snapshot = JSON.parse(state());
      this.#version = now;
      if (now) return { status: this.#status, .../** @type {import('./port.js').Snapshot} */ (this.#snapshot) };
    } catch {
      // It trapped over the question.
    }
    return { status: this.#status, link: 'idle', locale: this.#locale, visitor: '', values: [], brand: '', widgets: [] };
  }

  /** Posts again what was posted on this page. */
  replay() {
    this.#posted.forEach((json) => postMessage(JSON.parse(json), '/'));
  }

  /** Changes the language of everything, once the words of that language are there. @param {string} locale @returns {Promise<void>} */
  async setLocale(locale) {
    this.#locale = locale;
    if (this.#status !== 'ready') return;
    const asked = [this.askConfig(), this.#askTexts()];
    asked.forEach(quiet);
    let config, texts;
    try {
      config = await asked[0];
      texts = await asked[1];
    } catch {
      return;
    }
    // Of two changes under way, the later one counts.
    if (this.#locale !== locale || !this.#core || config === undefined) return;
    this.#label = '';
    this.#config = config;
    this.#texts = texts;
    this.call('translate', { locale, texts: texts ?? '' });
    this.call('configure', { config });
  }

  /** The visitor is on another page. @param {string} [url] @param {string} [title] */
  setPage(url = location.href, title = document.title) {
    this.#watch.moved();
    const address = plainAddress(url);
    if (address === this.#address) return;
    this.#address = address;
    this.call('setPage', { url: address, title });
  }

  /** Takes everything down. */
  destroy() {
    if (this.#status === 'destroyed') return;
    this.#status = 'destroyed';
    // The core tells the page that what was visible is not any more, then it is silent.
    if (this.#core) call('destroy', '');
    this.#clear();
    this.#listeners.clear();
  }

  async #start() {
    try {
      // In tasks of their own, because each is work enough for one on a slow device: the first run of this file, a page's first
      // request (20 to 40 ms at a quarter of a desk's speed), the others, the launcher. None of them waits for an answer.
      await checkPage();
      const module = fetchModule(this.#files.wasm, this.#files.integrity);
      await pause();
      const locale = this.#locale;
      const config = (this.#asked = this.askConfig());
      const texts = this.#askTexts();
      // Each may fail while another one is waited for.
      [module, config, texts].forEach(quiet);
      await bodyOf(this.#off.signal);
      await pause();
      if (this.#status !== 'loading') throw new ChinwagError('aborted');
      if (this.#options.launcher && !this.#headless) this.#corner = drawLauncher(this.#options, () => (this.#pressed = true));
      quiet(this.#tint(config));
      const compiled = await module;
      this.#config = await config;
      this.#texts = await texts;
      if (this.#status !== 'loading') throw new ChinwagError('aborted');
      guard.trapped = (error) => this.#trap(error);
      // In pieces, so that the page gets its turn in between on a slow device.
      initSync({ module: compiled });
      await pause();
      if (started) renew();
      started = true;
      await this.#launch();
      // Another language was asked for meanwhile.
      if (this.#locale !== locale) void this.setLocale(this.#locale);
    } catch (error) {
      throw this.#fail(named(error));
    }
  }

  /** Gives the first launcher the site's colour, unless the page has named one. @param {Promise<string>} config */
  async #tint(config) {
    const { brand } = JSON.parse(await config);
    if (!this.#options.accent) this.#corner?.paint(brand.accent);
  }

  /** Makes a core and puts its widgets on the page. */
  async #launch() {
    const { signal } = this.#off;
    const alone = this.#create();
    await pause();
    // Where something goes on from an earlier page, the first part alone cannot say what to show.
    const modules = alone ? [] : await this.#parts.conversation();
    if (signal.aborted) throw new ChinwagError('aborted');
    modules.forEach(attach);
    this.#begin(alone);
  }

  /** Makes a core with what was fetched. Gives whether its first part is enough to begin. */
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
      accent: this.#options.accent,
      worded: this.#options.label,
      contact_href: this.#options.contactHref,
      contact_label: this.#options.contactLabel || this.#options.contactHref,
      root: this.#options.root,
      private: /** @type {{ globalPrivacyControl?: boolean }} */ (navigator).globalPrivacyControl === true ? 'yes' : '',
    };
    try {
      this.#version = 0;
      return create(this.host(texts));
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
      text: (name) => (name === 'label' ? this.#label : (texts[name] ?? '')),
      event: (json) => this.#event(json),
      post: (json) => this.#post(json),
      changed: () => this.#listeners.changed(),
      before: (kind, json) => this.#listeners.before.ask(kind, json),
    };
  }

  /** Puts its widgets on the page. @param {boolean} alone Only its first part is there. */
  #begin(alone) {
    const { consent } = this.#options;
    this.#core = true;
    this.#status = 'ready';
    if (!alone) this.call('talk');
    this.call('begin');
    if (consent !== undefined) this.call('setConsent', { given: consent });
    // It trapped on the way: that is dealt with already.
    if (!this.#core) return;
    this.#elements = this.#headless ? [] : this.state().widgets.flatMap(({ element }) => document.getElementById(element) ?? []);
    const focused = this.#corner?.remove();
    this.#corner = undefined;
    if (focused) this.call('focusLauncher');
    if (this.#pressed) this.call('press');
    this.#pressed = false;
    this.#early.splice(0).forEach((early) => this.#carry(...early));
    this.#off.abort();
    this.#off = new AbortController();
    this.#watch.start(this.#elements, this.#off.signal, {
      watched: (visible, network) => this.call('watch', { visible, network }),
      leaves: () => this.call('keep'),
      moved: () => this.setPage(),
      removed: () => this.#fail(new ChinwagError('removed')),
      erased: () => this.#again(),
    });
    this.#plan();
    void this.#complete(alone);
  }

  /** Fetches what the launchers do not need, now that they stand. @param {boolean} alone Only the first part is there. */
  async #complete(alone) {
    const { signal } = this.#off;
    // It trapped meanwhile, or was taken down.
    const gone = () => signal.aborted || !this.#core;
    try {
      const conversation = this.#parts.conversation();
      if (!this.#headless) quiet(this.#parts.view());
      const modules = await conversation;
      if (gone()) return;
      if (alone) modules.forEach(attach);
      if (alone) this.call('talk');
      if (this.#headless) return;
      const { module, css, english } = await this.#parts.view();
      if (gone()) return;
      attach(module);
      this.call('dress', { css, english });
      void this.#serve();
    } catch (error) {
      if (!gone()) this.#fail(named(error, 'internal'));
    }
  }

  /** Fetches what sends files, where the site takes any. */
  async #serve() {
    try {
      if (!this.#headless && JSON.parse(/** @type {string} */ (this.#config)).files) (await this.#files.uploads?.())?.serve(this.#elements, this.#options);
    } catch {
      // Without it there is no button for files.
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
    report(new ChinwagError(code, detail));
  }

  /** @param {string} json */
  #post(json) {
    this.#posted.push(json);
    postMessage(JSON.parse(json), '/');
  }

  /** A trap: the core is gone. Once, another takes its place. @param {unknown} error */
  #trap(error) {
    const again = performance.now() - this.#trapped > CALM_MS;
    this.#trapped = performance.now();
    const wrong = new ChinwagError('internal', undefined, error);
    if (again) report(wrong);
    this.#again(again ? undefined : wrong);
  }

  /** Another core takes the place of this one and goes on from what is stored; or none does. @param {ChinwagError} [wrong] */
  #again(wrong) {
    this.#core = false;
    closeSockets();
    // Not from inside the call that trapped.
    setTimeout(async () => {
      if (this.#status === 'destroyed') return;
      // The newest letters are on the screen only: storage has what was typed two seconds ago.
      const typed = this.#elements.map((element) => ({
        widget: element.id,
        text: /** @type {HTMLTextAreaElement | null} */ ((element.shadowRoot ?? element).querySelector('[part=composer]'))?.value ?? '',
      }));
      this.#clear();
      const { signal } = this.#off;
      try {
        if (wrong) throw wrong;
        renew();
        await this.#launch();
        typed.forEach((draft) => draft.text && this.call('draft', draft));
      } catch (why) {
        if (!signal.aborted) this.#fail(named(why, 'internal'));
      }
    }, 0);
  }

  /** Stays down, with a link in place of the widget if there is one. @param {ChinwagError} error @returns {ChinwagError} */
  #fail(error) {
    const waiting = this.#status;
    // It tells what is not to be seen any more.
    if (this.#core) this.call('destroy');
    this.#clear();
    if (waiting === 'destroyed') return error;
    this.#status = 'failed';
    this.#early = [];
    if (error.code !== 'aborted') report(error);
    if (!this.#headless) void this.#contact();
    this.#listeners.tell({ name: 'failed', code: error.code });
    return error;
  }

  /** Offers the contact link: the script tag's, else the site's, once that is known. */
  async #contact() {
    const { contactHref, contactLabel, accent } = this.#options;
    try {
      const { fallback, brand } = contactHref ? {} : JSON.parse(await (this.#asked ??= this.askConfig()));
      if (this.#status !== 'failed' || this.#corner) return;
      const href = contactHref ?? String(fallback?.href ?? '');
      this.#corner = drawContact(href, contactLabel ?? (contactHref || String(fallback?.label ?? '')), accent ?? brand?.accent);
    } catch {
      // Neither the site's link nor a page to put it on.
    }
  }

  /** Takes every element and listener of ours off the page. */
  #clear() {
    this.#core = false;
    this.#off.abort();
    this.#off = new AbortController();
    if (this.#poll) clearTimeout(this.#poll);
    this.#corner?.remove();
    this.#corner = undefined;
    this.#elements.splice(0).forEach((element) => element.remove());
  }

  /**
   * Asks now and then whether somebody can answer, as long as no socket tells; more often while the visitor is told that nobody can.
   *
   * @param {number} [wait]
   */
  #plan(wait = POLL_MS) {
    clearTimeout(this.#poll);
    this.#poll = setTimeout(() => void this.#look(), wait);
  }

  async #look() {
    if (this.#link === 'idle' && document.visibilityState === 'visible') {
      try {
        this.call('configure', { config: await this.askConfig() });
      } catch {
        // The next time.
      }
    }
    if (this.#core) this.#plan(this.state().widgets.some(({ stage }) => stage === 'refused') ? REFUSED_POLL_MS : POLL_MS);
  }

  /** Its configuration. A facade changes what it says. */
  askConfig() {
    return fetchConfig(this.#options.server, this.#options.site, this.#locale);
  }

  async #askTexts() {
    return this.#headless ? undefined : textsFor(this.#files.texts, this.#locale)?.();
  }
}

/** The next call into the module gets a fresh instance: the one before trapped, or belongs to a widget that is gone. */
function renew() {
  guard.open = true;
  restart();
  guard.open = false;
}
