/**
 * One widget set on one page: from nothing to a running core, and what happens when that fails or ends. The scripts of the page share it by
 * the registry (`registry.js`); the core behind it may change (`takeover.js`).
 */

import { Availability } from './availability.js';
import { contactOf } from './contact.js';
import { drawContact, drawLauncher } from './corner.js';
import { ChinwagError, named, report } from './error.js';
import { fetchConfig, fetchModule } from './fetching.js';
import { note } from './lasting.js';
import { Listeners } from './listeners.js';
import { plainAddress, textsFor } from './options.js';
import { bodyOf, checkPage, pause, quiet } from './page.js';
import { Parts } from './parts.js';
import { composerOf } from './screen.js';
import { coreTexts } from './texts.js';
import { Watch } from './watch.js';

/** @typedef {import('./options.js').Options} Options */
/** @typedef {import('./port.js').Commands} Commands */
/** @typedef {import('./error.js').ErrorCode} ErrorCode */
/** @typedef {import('./parts.js').Files} Files */
/** @typedef {import('./script.js').Script} Script */
/** @typedef {import('./script.js').Facade} Facade */

/** @typedef {'loading' | 'ready' | 'failed' | 'destroyed'} Status */

/** How long after a trap another one is the last. */
const CALM_MS = 60_000;

export class Instance {
  /** @type {Options} */ #options;
  /** Tells which build it is to be. @type {() => Script | Promise<Script>} */ #pick;
  /** The build that runs, or is to run. @type {Script | undefined} */ #script;
  /** The later parts of that build. @type {Parts | undefined} */ #parts;
  /** The build that the core was made of. @type {{ script: Script, first: WebAssembly.Module, parts: Parts } | undefined} */ #fetched;
  /** @type {Facade | undefined} */ #facade;
  /** @type {Status} */ #status = 'loading';
  /** The core, as long as it can be called. @type {import('./core.js').Core | undefined} */ #core;
  /** One core takes the place of another: nothing is told. */ #silent = false;
  /** What the core before this one had in its memory, for the next one. */ #kept = '';
  /** @type {import('./lasting.js').Lasting} */ lasting = new Map();
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
  /** Messages posted on this page, as JSON. @type {string[]} */
  #posted = [];
  #address = '';
  #title = '';
  #link = 'idle';
  /** The state that the core gave last, and its version. @type {import('./port.js').Snapshot | undefined} */ #snapshot;
  #version = 0;
  /** The page's author was told that sockets do not work. */
  #named = false;
  #availability = new Availability(() => this.#look());
  /** @type {Promise<void>} Settles once the core runs, or why it does not. */ ready;
  /** Settles when the core has all that a conversation needs, or is gone. @type {Promise<void>} */ talks = Promise.resolve();

  /**
   * @param {Options} options
   * @param {() => Script | Promise<Script>} pick Tells which build of the core it is to be, once the page is known to be fit for one.
   * @param {Facade} [facade]
   */
  constructor(options, pick, facade) {
    this.#options = options;
    this.#pick = pick;
    this.#facade = facade;
    facade?.attached(this);
    if (options.consent !== undefined) note(this.lasting, 'setConsent', JSON.stringify({ given: options.consent }));
    this.#locale = options.locale || document.documentElement?.lang || navigator.language || 'en';
    this.#label = options.label ?? '';
    this.ready = this.#start();
    // Without a listener the page gets no unhandled rejection from us.
    quiet(this.ready);
  }

  /** @returns {Status} */
  get status() {
    return this.#status;
  }

  get options() {
    return this.#options;
  }

  get locale() {
    return this.#locale;
  }

  /** The site's configuration, as it came last. */
  get config() {
    return /** @type {string} */ (this.#config);
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
      this.#core.call(name, payload);
      // What the core trapped over is not said to the next one.
      if (this.#core) note(this.lasting, name, payload);
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
      const now = this.#core?.version() ?? 0;
      // Read once, and given until something happens.
      if (now && now !== this.#version) this.#snapshot = JSON.parse(this.#core?.state() ?? '');
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
    const asked = [this.#askConfig(), this.#askTexts()];
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
    this.call('configure', { config: await this.#adapted() });
  }

  /** The visitor is on another page. @param {string} [url] @param {string} [title] */
  setPage(url = location.href, title = document.title) {
    this.#watch.moved();
    const address = plainAddress(url);
    if (address === this.#address) return;
    this.#address = address;
    this.#title = title;
    this.call('setPage', { url: address, title });
  }

  /** Takes everything down. */
  destroy() {
    if (this.#status === 'destroyed') return;
    this.#status = 'destroyed';
    // The core tells the page that what was visible is not any more, then it is silent.
    this.#core?.call('destroy', '');
    this.#clear();
    this.#listeners.clear();
  }

  async #start() {
    try {
      // In tasks of their own, because each is work enough for one on a slow device: the first run of this file, a page's first
      // request (20 to 40 ms at a quarter of a desk's speed), the others, the launcher. None of them waits for an answer.
      await checkPage();
      if (!this.#script) this.#use(await this.#pick());
      let script = this.#script;
      const module = this.#fetch();
      await pause();
      const locale = this.#locale;
      const config = (this.#asked = this.#askConfig());
      const texts = this.#askTexts();
      // Each may fail while another one is waited for.
      [module, config, texts].forEach(quiet);
      await bodyOf(this.#off.signal);
      await pause();
      if (this.#status !== 'loading') throw new ChinwagError('aborted');
      if (this.#options.launcher && !this.#headless && !this.#hides()) this.#corner = drawLauncher(this.#options, () => (this.#pressed = true));
      quiet(this.#tint(config));
      let compiled = await module;
      // A script that needs more came meanwhile.
      while (script !== this.#script) {
        script = this.#script;
        compiled = await this.#fetch();
      }
      this.#config = await config;
      this.#texts = await texts;
      const facade = this.#facade;
      const adapted = await this.#adapted();
      if (this.#status !== 'loading') throw new ChinwagError('aborted');
      if (!script || !this.#parts) return;
      this.#fetched = { script, first: compiled, parts: this.#parts };
      // In pieces, so that the page gets its turn in between on a slow device.
      script.core.start(compiled, (error) => this.#trap(error));
      await pause();
      await this.#launch(adapted);
      // Another language was asked for meanwhile.
      if (this.#locale !== locale) void this.setLocale(this.#locale);
      // A script that needs more came while this core was being made.
      if (this.#facade && (this.#script !== script || this.#facade !== facade)) await this.#script?.takeOver?.(this, this.#script, this.#facade);
    } catch (error) {
      throw this.#fail(named(error));
    }
  }

  /** @param {Script} script */
  #use(script) {
    this.#script = script;
    this.#parts = new Parts(script.files(this.#options.server), () => this.#status === 'loading' || this.#status === 'ready');
  }

  /** Fetches the first part of the build that is to run. */
  #fetch() {
    const { wasm, integrity } = this.#files;
    return fetchModule(wasm, integrity);
  }

  get #files() {
    return /** @type {Script} */ (this.#script).files(this.#options.server);
  }

  /** Whether the page has hidden a widget already. */
  #hides() {
    return [...this.#early, ...this.lasting.values()].some(([name]) => name === 'hide');
  }

  /** Gives the first launcher the site's colour, unless the page has named one. @param {Promise<string>} config */
  async #tint(config) {
    const { brand } = JSON.parse(await config);
    if (!this.#options.accent) this.#corner?.paint(brand.accent);
  }

  /** Makes a core and puts its widgets on the page. @param {string} config */
  async #launch(config) {
    const { signal } = this.#off;
    const script = /** @type {Script} */ (this.#script);
    const parts = /** @type {Parts} */ (this.#parts);
    const isNew = this.#create(script, config);
    await pause();
    // Where something goes on from an earlier page, or the page hides a widget, the first part alone cannot say what to show.
    const alone = isNew && !this.#hides();
    const modules = alone ? [] : await parts.conversation();
    if (signal.aborted) throw new ChinwagError('aborted');
    modules.forEach(script.core.attach);
    this.#begin(script, alone);
  }

  /** Makes a core with what was fetched. Gives whether its first part is enough to begin. @param {Script} script @param {string} config */
  #create(script, config) {
    this.#address ||= plainAddress(location.href);
    const now = { config, kept: this.#kept, texts: this.#texts, locale: this.#locale, url: this.#address, title: this.#title || document.title };
    /** @type {Record<string, string | undefined>} */
    const texts = { ...coreTexts(this.#options, now), ...this.#facade?.texts };
    /** @type {Partial<import('#glue').Host>} */
    const host = {
      text: (name) => (name === 'label' ? this.#label : (texts[name] ?? '')),
      event: (json) => this.#event(json),
      post: (json) => this.#post(json),
      changed: () => this.#listeners.changed(),
      before: (kind, json) => this.#listeners.before.ask(kind, json),
      ...script.host,
      ...this.#facade?.host,
    };
    try {
      this.#version = 0;
      script.core.renew();
      return script.core.create(/** @type {import('#glue').Host} */ (host));
    } catch (error) {
      throw new ChinwagError('config', String(error));
    }
  }

  /** Puts its widgets on the page. @param {Script} script @param {boolean} alone Only its first part is there. */
  #begin({ core }, alone) {
    this.#core = core;
    this.#status = 'ready';
    if (!alone) this.call('talk');
    this.call('begin');
    [...this.lasting.values()].forEach((call) => this.#carry(...call));
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
    this.#availability.plan();
    this.talks = this.#converse(core, alone);
    void this.#dress(core);
  }

  /** Fetches what a conversation needs, now that the launchers stand. @param {import('./core.js').Core} core @param {boolean} alone */
  async #converse(core, alone) {
    const { signal } = this.#off;
    try {
      const modules = await this.#parts?.conversation();
      // It trapped meanwhile, or was taken down.
      if (signal.aborted || !this.#core || !alone) return;
      modules?.forEach(core.attach);
      this.call('talk');
    } catch (error) {
      if (!signal.aborted && this.#core) this.#fail(named(error, 'internal'));
    }
  }

  /** Fetches what the launchers open, at the same time. @param {import('./core.js').Core} core */
  async #dress(core) {
    const { signal } = this.#off;
    if (this.#headless) return;
    try {
      const view = this.#parts?.view();
      quiet(view ?? this.talks);
      await this.talks;
      const fetched = await view;
      if (signal.aborted || !this.#core || !fetched) return;
      core.attach(fetched.module);
      this.call('dress', { css: fetched.css, english: fetched.english });
      if (JSON.parse(this.config).files) await this.#serve();
    } catch (error) {
      if (!signal.aborted && this.#core) this.#fail(named(error, 'internal'));
    }
  }

  /** Fetches what sends files. Without it there is no button for them. */
  async #serve() {
    try {
      (await this.#files.uploads?.())?.serve(this.#elements, this.#options);
    } catch {
      // As above.
    }
  }

  /** @param {string} text @returns {boolean} Whether the page has not heard it before. */
  #event(text) {
    const event = JSON.parse(text);
    this.#facade?.heard(event);
    if (this.#silent) return false;
    if (event.name === 'link') this.#linked(event);
    // Whether anybody can answer may be a minute old.
    if (event.name === 'refused') this.#availability.plan(0);
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
    this.#core?.close();
    this.#core = undefined;
    // Not from inside the call that trapped.
    setTimeout(async () => {
      let signal = this.#off.signal;
      try {
        if (wrong) throw wrong;
        const config = await this.#adapted();
        // It was taken down, or another one took over meanwhile.
        if (this.#status !== 'ready' || this.#core) return;
        // The newest letters are on the screen only: storage has what was typed two seconds ago.
        const typed = this.#elements.map((element) => ({ widget: element.id, text: composerOf(element)?.value ?? '' }));
        this.#clear();
        signal = this.#off.signal;
        await this.#launch(config);
        typed.forEach((draft) => draft.text && this.call('draft', draft));
      } catch (why) {
        if (!signal.aborted) this.#fail(named(why, 'internal'));
      }
    }, 0);
  }

  /** Another build is to run, or a facade is there: counts until the core is made. @param {Script} script @param {Facade} facade */
  want(script, facade) {
    if (script !== this.#script) this.#use(script);
    this.#facade = facade;
  }

  /** What was fetched of a build, if the core is of that one. @param {Script} script */
  fetched(script) {
    return this.#fetched?.script === script ? this.#fetched : undefined;
  }

  /**
   * Changes over to another core in one go, for `takeover.js`. Nothing of that is news: neither that the one that runs goes, nor what the other one
   * puts on the screen at once.
   *
   * @param {Script} script
   * @param {Facade} facade
   * @param {{ first: WebAssembly.Module, parts: Parts, modules: WebAssembly.Module[], texts: string | undefined, config: string }} fetched `modules`: those
   *   of a conversation.
   * @param {(call: (name: string, payload: object) => void) => void} after Makes the screen as it was.
   */
  change(script, facade, { first, parts, modules, texts, config }, after) {
    this.#silent = true;
    this.#kept = this.#core?.kept() ?? '';
    this.#core?.call('destroy', '');
    this.#script?.core.close();
    this.#clear();
    [this.#script, this.#facade, this.#parts, this.#texts] = [script, facade, parts, texts];
    this.#fetched = { script, first, parts };
    try {
      script.core.start(first, (error) => this.#trap(error));
      this.#create(script, config);
      modules.forEach(script.core.attach);
      this.#begin(script, false);
      after((name, payload) => this.#core?.call(name, JSON.stringify(payload)));
    } catch (error) {
      throw this.#fail(named(error, 'internal'));
    } finally {
      this.#silent = false;
      this.#kept = '';
    }
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

  async #contact() {
    const link = await contactOf(this.#options, () => (this.#asked ??= this.#askConfig()));
    try {
      if (link && this.#status === 'failed' && !this.#corner) this.#corner = drawContact(...link);
    } catch {
      // There is no page to put it on.
    }
  }

  /** Takes every element and listener of ours off the page. */
  #clear() {
    this.#core = undefined;
    this.#off.abort();
    this.#off = new AbortController();
    this.#availability.stop();
    this.#corner?.remove();
    this.#corner = undefined;
    this.#elements.splice(0).forEach((element) => element.remove());
  }

  /** Asks whether agents are available, as long as no socket tells. */
  async #look() {
    if (this.#link === 'idle' && document.visibilityState === 'visible') {
      try {
        this.#config = await this.#askConfig();
        this.call('configure', { config: await this.#adapted() });
      } catch {
        // The next time.
      }
    }
    return this.#core && this.state().widgets.some(({ stage }) => stage === 'refused');
  }

  /** The site's configuration, as it comes. */
  async #askConfig() {
    return this.#facade?.config?.() ?? fetchConfig(this.#options.server, this.#options.site, this.#locale);
  }

  /** The same for the core: a facade may change it. */
  async #adapted() {
    return this.#facade ? this.#facade.adapt(this.config) : this.config;
  }

  async #askTexts() {
    return this.#headless ? undefined : textsFor(this.#files.texts, this.#locale)?.();
  }
}
