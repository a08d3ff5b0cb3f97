/**
 * One widget set on one page: it starts a core, and handles its failure and its end. The scripts of the page share it through
 * the registry (`registry.js`); the core behind it may change (`takeover.js`).
 */

import { Availability } from './availability.js';
import { Build } from './build.js';
import { ChinwagError, named, report } from './error.js';
import { note, forgetOpened } from './lasting.js';
import { addLater } from './later.js';
import { Listeners } from './listeners.js';
import { plainAddress } from './options.js';
import { bodyOf, checkPage, pause, quiet } from './page.js';
import { createPlaceholder } from './placeholder.js';
import { createRelay } from './relay.js';
import { composerOf, takeOff } from './screen.js';
import { fetchAll, fetchSite } from './site.js';
import { snapshotReader } from './snapshot.js';
import { coreTexts } from './texts.js';
import { Watch } from './watch.js';

/** @typedef {import('./options.js').Options} Options */
/** @typedef {import('./port.js').Commands} Commands */
/** @typedef {import('./script.js').Script} Script */
/** @typedef {import('./script.js').Facade} Facade */

/** @typedef {'loading' | 'ready' | 'failed' | 'destroyed'} Status */

/** A second trap within this time takes the widget down. */
const CALM_MS = 60_000;

export class Instance {
  /** @readonly @type {Options} */ options;
  /** @readonly */ listeners = new Listeners();
  /** A BCP 47 tag. */ locale;
  /** The site's configuration as it was fetched last, as JSON. */ config = '';
  /** The build that runs, or is to run; nothing before a build is chosen. @type {Build | undefined} */ build;
  /** Calls that are repeated to the next core. @type {import('./lasting.js').Lasting} */ lasting = new Map();
  /** Settles once the core runs, or is rejected with the reason why it does not. @type {Promise<void>} */ ready;
  /** Settles when the core can hold a conversation, or has stopped. @type {Promise<void>} */ talks = Promise.resolve();
  /** Posts the window messages of this page again. @type {() => void} */ replay;
  /** @type {Facade | undefined} */ #facade;
  /** The page's own text for the launcher, as long as the widget's language is the page's. */ #label;
  /** The texts of the language, as JSON. Nothing: English. @type {string | undefined} */ #texts;
  /** The first request for the configuration. @type {Promise<string> | undefined} */ #asked;
  /** Chooses the script whose build runs. @type {() => Script | Promise<Script>} */ #pick;
  /** @type {Status} */ #status = 'loading';
  /** The core, as long as it can be called. @type {import('./core.js').Core | undefined} */ #core;
  /** Callbacks for every core. @type {Partial<import('#glue').Host>} */ #host;
  /** The page draws everything itself. */ #headless;
  #snapshot = snapshotReader();
  /** Set while one core replaces another: the page gets no events. */ #silent = false;
  /** Calls that wait for the core: name and payload. @type {[string, string][]} */ #early = [];
  /** @type {ReturnType<typeof createPlaceholder>} */ #placeholder;
  #off = new AbortController();
  /** @type {Element[]} */ #elements = [];
  #watch = new Watch();
  /** The time of the last trap. */ #trapped = -Infinity;
  #address = '';
  #title = '';
  #availability = new Availability(() => this.#look());

  /**
   * @param {Options} options
   * @param {() => Script | Promise<Script>} pick Chooses the script whose build runs, once the page is known to be fit for one.
   * @param {Facade} [facade]
   */
  constructor(options, pick, facade) {
    this.options = options;
    this.#pick = pick;
    this.#facade = facade;
    this.locale = options.locale || document.documentElement?.lang || navigator.language || 'en';
    this.#label = options.label ?? '';
    this.#headless = options.root === 'none';
    this.#placeholder = createPlaceholder(options);
    [this.#host, this.replay] = createRelay(this.listeners, options.server, (event) => this.#heard(event));
    facade?.attached(this);
    if (options.consent !== undefined) note(this.lasting, 'setConsent', JSON.stringify({ given: options.consent }));
    this.ready = this.#start();
    // Without a listener the page gets no unhandled rejection from us.
    quiet(this.ready);
  }

  /** @returns {Status} */
  get status() {
    return this.#status;
  }

  /** Adds a listener that is asked before an action takes effect; returns a function that removes it. @type {import('./before.js').Before['add']} */
  before = (kind, listener) => this.listeners.before.add(kind, listener);

  /**
   * Calls a command of the core: now, or when there is a core. After a failure or `destroy` it does nothing.
   *
   * @template {keyof Commands} N
   * @param {N} name
   * @param {{} extends Commands[N] ? [payload?: Commands[N]] : [payload: Commands[N]]} given
   */
  call = (name, ...given) => this.#carry(name, JSON.stringify(given[0] ?? {}));

  /** @param {string} name @param {string} payload */
  #carry(name, payload) {
    // There is no core yet, or it is being replaced.
    if (this.#status === 'loading' || (this.#status === 'ready' && !this.#core)) this.#early.push([name, payload]);
    if (!this.#core || this.#status !== 'ready') return;
    try {
      this.#core.call(name, payload);
      // A call that made the core trap is not repeated to the next one.
      if (this.#core) note(this.lasting, name, payload);
    } catch (error) {
      // The core refuses a wrong payload with a text, also that of a call that waited.
      if (typeof error === 'string') report(new ChinwagError('misuse', error));
      // After a trap the glue throws too, because it gets no result; the trap itself is handled by `#trap`.
      else if (this.#core) throw error;
    }
  }

  /** @returns {import('./types.js').State} */
  state() {
    return { status: this.#status, ...this.#snapshot(this.#core, this.locale) };
  }

  /** Changes the language of all widgets, once its texts are fetched. @param {string} locale @returns {Promise<void>} */
  async setLocale(locale) {
    this.locale = locale;
    if (this.#status !== 'ready' || !this.build) return;
    let config, texts;
    try {
      const asked = fetchAll(this.options, locale, this.build, this.#facade);
      config = await asked[0];
      texts = await asked[1];
    } catch {
      return;
    }
    // Of two changes under way, the later one counts.
    if (this.locale !== locale || !this.#core) return;
    this.#label = '';
    this.config = config;
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

  /** Ends the core and removes everything from the page. */
  destroy() {
    if (this.#status === 'destroyed') return;
    this.#status = 'destroyed';
    // The core reports to the page which widgets disappear, and nothing after that.
    this.#core?.call('destroy', '');
    this.#clear();
    this.listeners.clear();
  }

  async #start() {
    try {
      // Each step is a task of its own, because each is long enough on a slow device: the first run of this file, a page's first
      // request (20 to 40 ms at a quarter of a desk's speed), the others, the launcher. None of them waits for an answer.
      await checkPage();
      let build = this.build ?? this.#use(await this.#pick());
      const module = build.first();
      await pause();
      const locale = this.locale;
      const [config, texts] = fetchAll(this.options, locale, build, this.#facade);
      this.#asked = config;
      // It may fail while another promise is awaited.
      quiet(module);
      await bodyOf(this.#off.signal);
      await pause();
      if (this.#status !== 'loading') throw new ChinwagError('aborted');
      if (this.options.launcher && !this.#headless && !this.#hides()) this.#placeholder.launch(config);
      let first = await module;
      // A script that needs another build joined meanwhile.
      while (this.build && build !== this.build) {
        build = this.build;
        first = await build.first();
      }
      this.config = await config;
      this.#texts = await texts;
      const facade = this.#facade;
      const adapted = await this.#adapted();
      if (this.#status !== 'loading') throw new ChinwagError('aborted');
      // Split into tasks, so that the page can work in between on a slow device.
      build.script.core.start(first, (error) => this.#trap(error));
      await pause();
      await this.#launch(build, adapted);
      // The page asked for another language meanwhile.
      if (this.locale !== locale) void this.setLocale(this.locale);
      // A script that needs another build joined while this core was being made.
      const { script } = this.build ?? build;
      if (this.#facade && (build.script !== script || this.#facade !== facade)) await script.takeOver?.(this, script, this.#facade);
    } catch (error) {
      throw this.#fail(named(error));
    }
  }

  /** @param {Script} script */
  #use(script) {
    this.build = new Build(script, this.options.server, () => this.#status === 'loading' || this.#status === 'ready');
    return this.build;
  }

  /** Whether the page has hidden a widget already. */
  #hides = () => [...this.#early, ...this.lasting.values()].some(([name]) => name === 'hide');

  /** Makes a core and puts its widgets on the page. @param {Build} build @param {string} config */
  async #launch(build, config) {
    const { signal } = this.#off;
    const isNew = this.#create(build, config);
    await pause();
    // When a conversation continues from an earlier page, or the page hides a widget, the first part alone cannot decide what to show.
    const alone = isNew && !this.#hides();
    const modules = alone ? [] : await build.conversation();
    if (signal.aborted) throw new ChinwagError('aborted');
    modules.forEach(build.script.core.attach);
    this.#begin(build, alone);
  }

  /** Makes a core. Returns whether its first part is enough. @param {Build} build @param {string} config @param {string} [kept] Memory of another core. */
  #create({ script }, config, kept = '') {
    this.#address ||= plainAddress(location.href);
    const facade = this.#facade;
    const now = { config, kept, texts: this.#texts, locale: this.locale, url: this.#address, title: this.#title || document.title };
    /** @type {Record<string, string | undefined>} */
    const answers = { ...coreTexts(this.options, now), ...facade?.texts };
    const text = (/** @type {string} */ name) => (name === 'label' ? this.#label : answers[name]) ?? '';
    const host = { text, ...this.#host, ...script.host, ...facade?.host };
    try {
      this.#snapshot = snapshotReader();
      script.core.renew();
      return script.core.create(/** @type {import('#glue').Host} */ (host));
    } catch (error) {
      throw new ChinwagError('config', String(error));
    }
  }

  /** Puts the widgets of a core on the page. @param {Build} build @param {boolean} alone Only its first part is there. */
  #begin(build, alone) {
    this.#core = build.script.core;
    this.#status = 'ready';
    forgetOpened(this.lasting, JSON.parse(this.config).widgets, (element) => this.listeners.isShown(element));
    if (!alone) this.call('talk');
    this.call('begin');
    [...this.lasting.values()].forEach((call) => this.#carry(...call));
    // The core trapped at the start: that is handled already.
    if (!this.#core) return;
    this.#elements = this.#headless ? [] : this.state().widgets.flatMap(({ element }) => document.getElementById(element) ?? []);
    this.#placeholder.replace(this.call);
    this.#early.splice(0).forEach((early) => this.#carry(...early));
    this.#off.abort();
    this.#off = new AbortController();
    const { signal } = this.#off;
    this.#watch.start(this.#elements, signal, {
      watched: (visible, network) => this.call('watch', { visible, network }),
      leaves: () => this.call('keep'),
      moved: () => this.setPage(),
      removed: () => this.#fail(new ChinwagError('removed')),
      erased: () => this.#again(),
    });
    this.#availability.plan();
    const isRunning = () => !signal.aborted && this.#core !== undefined;
    this.talks = addLater(this, build, this.#elements, alone, isRunning, (error) => this.#fail(named(error, 'internal')));
  }

  /** Handles an event of the core. Returns whether the page gets it. @param {import('./listeners.js').AnyEvent} event */
  #heard(event) {
    this.#facade?.heard(event);
    // The last answer about available agents may be a minute old.
    if (event.name === 'refused' && !this.#silent) this.#availability.plan(0);
    return !this.#silent;
  }

  /** Handles a trap, after which the core cannot be used. It is replaced by another core once a minute at most. @param {unknown} error */
  #trap(error) {
    const again = performance.now() - this.#trapped > CALM_MS;
    this.#trapped = performance.now();
    const wrong = new ChinwagError('internal', undefined, error);
    if (again) report(wrong);
    this.#again(again ? undefined : wrong);
  }

  /** Replaces the core by another one, which restores the stored state; with an error, takes the widget down instead. @param {ChinwagError} [wrong] */
  #again(wrong) {
    this.#core?.close();
    this.#core = undefined;
    // In a task of its own, after the call that trapped has returned.
    setTimeout(async () => {
      let signal = this.#off.signal;
      try {
        if (wrong) throw wrong;
        const config = await this.#adapted();
        // The widget was taken down, or another core took over meanwhile.
        if (this.#status !== 'ready' || this.#core || !this.build) return;
        // The newest text is on the screen only: the stored draft may be two seconds old.
        const typed = this.#elements.map((element) => ({ widget: element.id, text: composerOf(element)?.value ?? '' }));
        this.#clear();
        signal = this.#off.signal;
        await this.#launch(this.build, config);
        typed.forEach((draft) => draft.text && this.call('draft', draft));
      } catch (why) {
        if (!signal.aborted) this.#fail(named(why, 'internal'));
      }
    }, 0);
  }

  /** Sets another build or a facade. Only possible before the core is made. @param {Script} script @param {Facade} facade */
  want(script, facade) {
    if (script !== this.build?.script) this.#use(script);
    this.#facade = facade;
  }

  /**
   * Changes over to another core in one task, for `takeover.js`. The page gets no events of it: neither those of the core that ends, nor those
   * for widgets that the other core shows at once.
   *
   * @param {Build} build
   * @param {Facade} facade
   * @param {{ first: WebAssembly.Module, modules: WebAssembly.Module[], texts: string | undefined, config: string }} fetched `modules`: the parts for
   *   conversations.
   * @param {(call: (name: string, payload: object) => void) => void} after Brings the screen back as it was.
   */
  change(build, facade, { first, modules, texts, config }, after) {
    const { core } = build.script;
    this.#silent = true;
    const kept = this.#core?.kept();
    this.#core?.call('destroy', '');
    this.build?.script.core.close();
    this.#clear();
    this.build = build;
    this.#facade = facade;
    this.#texts = texts;
    try {
      core.start(first, (error) => this.#trap(error));
      this.#create(build, config, kept);
      modules.forEach(core.attach);
      this.#begin(build, false);
      after((name, payload) => this.#core?.call(name, JSON.stringify(payload)));
    } catch (error) {
      throw this.#fail(named(error, 'internal'));
    } finally {
      this.#silent = false;
    }
  }

  /** Takes the widget down, with a link in its place if there is one. @param {ChinwagError} error @returns {ChinwagError} */
  #fail(error) {
    const before = this.#status;
    if (this.#core) this.call('destroy');
    this.#clear();
    if (before === 'destroyed') return error;
    this.#status = 'failed';
    this.#early = [];
    if (error.code !== 'aborted') report(error);
    if (!this.#headless) void this.#placeholder.contact(() => (this.#asked ??= fetchSite(this.options, this.locale, this.#facade)), () => this.#status === 'failed');
    this.listeners.tell({ name: 'failed', code: error.code });
    return error;
  }

  /** Takes every element and listener of ours off the page. */
  #clear() {
    this.#core = undefined;
    this.#off.abort();
    this.#off = new AbortController();
    this.#availability.stop();
    this.#placeholder.remove();
    takeOff(this.#elements.splice(0));
  }

  /** Asks whether agents are available, as long as no socket tells. Returns whether a visitor waits for one; nothing when the core has stopped. */
  async #look() {
    if (this.state().link === 'idle' && document.visibilityState === 'visible') {
      try {
        this.config = await fetchSite(this.options, this.locale, this.#facade);
        this.call('configure', { config: await this.#adapted() });
      } catch {
        // The next poll may work.
      }
    }
    return this.#core && this.state().widgets.some(({ stage }) => stage === 'refused');
  }

  /** The configuration for the core: a facade may change it. */
  async #adapted() {
    return this.#facade ? this.#facade.adapt(this.config) : this.config;
  }
}
