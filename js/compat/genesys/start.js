/**
 * What `genesys.js` does on a page: it leaves `window.CXBus`, and starts the core as the contract says (G1.2, G1.10).
 *
 *     startGenesys({ page: window, plugins: { webchatservice, webchat }, jquery: () => jqueryFrom(document, address) });
 */

import { createApp } from './app.js';
import { createBus } from './bus.js';
import { createCommon } from './common.js';
import { createDeferred, follow } from './deferred.js';
import { eachAddress, runExtension, runExtensions } from './extensions.js';
import { createJquery } from './jquery.js';
import { scriptsOf } from './loading.js';
import { configOf, mergedMain, preparedConfig } from './page-config.js';
import { after, copy, dict, each, isArray, keys, numberOf, read, report, warn } from './safe.js';
import { createTasks } from './tasks.js';

/** @typedef {import('./bus.js').Bus} Bus */
/** @typedef {import('./common.js').Common} Common */
/** @typedef {import('./page-config.js').Section} Section */

/**
 * What a plugin of ours gets besides bus, configuration and Common.
 *
 * @typedef {object} Services
 * @property {Window & typeof globalThis} page
 * @property {import('./jquery.js').JQuerySource} jquery
 * @property {(error: unknown) => void} report Where exceptions of the page's functions go.
 * @property {(name: string, on: boolean) => void} remember Whether a plugin is to be loaded on the next page too.
 */

/**
 * Registers a plugin, usually by `addPlugin`. Its promise is awaited.
 *
 * @typedef {(bus: Bus, config: import('./plugin.js').Config, common: Common, services: Services) => unknown} PluginSetup
 */

/**
 * @typedef {object} GenesysOptions
 * @property {Window & typeof globalThis} page
 * @property {Record<string, PluginSetup>} plugins By the name that `loadPlugin` takes, in lower case.
 * @property {() => unknown} [jquery] Fetches our jQuery; its result is waited for.
 * @property {'always' | 'asked' | 'detect'} [start] All in one: at once. Lazy: when the page loads `widgets-core`. Left out: all in one
 *   when there is a configuration and the page loads nothing by itself; at once, or when the page has loaded if it told where plugins are.
 * @property {string} [version] For the command `info`.
 * @property {import('./loading.js').AddScript} [addScript]
 * @property {(address: string) => unknown} [fetchJson]
 * @property {import('./tasks.js').Task} [task]
 * @property {(work: () => void, time: number) => void} [wait]
 * @property {(error: unknown) => void} [report]
 * @property {(...words: unknown[]) => void} [warn]
 * @property {(...words: unknown[]) => void} [print]
 */

/** @typedef {{ bus: Bus, common: Common, services: Services }} Genesys */

/** The file name under which pages ask for the core. */
const CORE = 'widgets-core';

/** How long the start waits for the page's texts, and for extensions that wait for jQuery, in milliseconds each. */
const PATIENCE = 3000;

/** How long a page that has loaded may take until it configures or calls the bus, in milliseconds. */
const SOON = 1000;

/**
 * @param {GenesysOptions} options
 * @returns {Genesys | undefined} Nothing when the page has a bus already, this one or the vendor's.
 */
export function startGenesys({ page, plugins, jquery: load, start = 'detect', version = '', ...given }) {
  if (typeof read(read(page, 'CXBus'), 'command') === 'function') return undefined;
  const reporting = given.report ?? report;
  const warning = given.warn ?? warn;
  const addScript = given.addScript ?? scriptsOf(page.document);
  const fetchJson = given.fetchJson ?? ((address) => page.fetch(address).then((answer) => (answer.ok ? answer.json() : undefined)));
  const wait = given.wait ?? after;
  /** Whether the page loads by itself, and whether it looks as if it was going to. */
  let loads = false;
  let paths = false;
  const bus = createBus({
    addScript,
    report: reporting,
    warn: warning,
    print: given.print,
    task: given.task ?? createTasks(page.MessageChannel && new page.MessageChannel()),
    touched: (how) => void (how === 'load' ? (loads = true) : (paths = true)),
  });
  const { CXBus, QuickBus } = bus;
  const jquery = createJquery(page, load, (error) => warning('jQuery could not be loaded:', error));
  const common = createCommon({ page, bus, jquery, addScript, main: () => main });
  /** @type {Section} */
  let widgets = {};
  /** @type {Section} */
  let main = {};
  const app = createApp({ bus, page, common, version, runExtension: (extension, next) => extend(extension, next) });
  const services = { page, jquery, report: reporting, remember: app.remember };
  // A plugin may be asked for before the core runs.
  const config = (/** @type {string} */ section) => copy(read(started ? widgets : configOf(page), section), {});

  /** @param {unknown} extension @param {() => void} next */
  const extend = (extension, next) => runExtension(extension, jquery, [CXBus, common], reporting, next);

  /** Once. @type {import('./deferred.js').BusPromise | undefined} */
  let started;
  /** @param {boolean} all Whether all plugins of ours come with it. */
  const core = (all) => {
    if (started) return started;
    const { deferred, promise } = createDeferred(bus.state);
    started = promise;
    widgets = preparedConfig(page, { bus: QuickBus, common });
    main = mergedMain(widgets);
    app.begin(main);
    const ready = () => {
      open(all);
      deferred.resolve();
    };
    const texts = read(main, 'i18n');
    patiently(
      (next) => (typeof texts === 'string' ? attempt(() => fetchJson(texts), next) : next(texts)),
      (found) => {
        app.speak(found);
        patiently((next) => runExtensions(read(widgets, 'extensions'), extend, () => next(undefined)), ready);
      },
    );
    return promise;
  };

  /**
   * Goes on once, when the work is done or takes too long: a slow server of the page must not stop the chat.
   *
   * @param {(next: (result: unknown) => void) => void} work
   * @param {(result: unknown) => void} next
   */
  const patiently = (work, next) => {
    let waiting = true;
    const once = (/** @type {unknown} */ result) => {
      if (!waiting) return;
      waiting = false;
      next(result);
    };
    work(once);
    if (waiting) wait(() => once(undefined), PATIENCE);
  };

  /** @param {boolean} all */
  const open = (all) => {
    if (all) each(keys(plugins), (name) => bus.loadPlugin(name));
    app.open(widgets);
    try {
      page.sessionStorage.setItem('Widgets.ready', 'true');
    } catch {
      // A page without storage.
    }
    const onReady = read(widgets, 'onReady');
    if (typeof onReady === 'function') {
      try {
        onReady(QuickBus);
      } catch (error) {
        reporting(error);
      }
    }
    eachAddress(read(widgets, 'extensions'), (address) => bus.loadFile(address));
    const delay = numberOf(read(main, 'pluginLoadDelay'), 100);
    wait(
      () => {
        const list = read(main, 'preload');
        each(isArray(list) ? list : [], (name) => bus.loadPlugin(name));
        each(app.remembered(), (name) => bus.loadPlugin(name));
      },
      delay >= 0 ? delay : 100,
    );
  };

  /** @type {Record<string, import('./loading.js').Builtin>} */
  const builtins = dict();
  each(keys(plugins), (name) => {
    builtins[name] = () => plugins[name]?.(bus, config, common, services);
  });
  // They are in the core.
  builtins[CORE] = builtins.app = builtins.common = () => core(false);
  bus.addBuiltins(builtins);

  // Not `page.CXBus = `: an element of that name would be found, and a setter asked.
  try {
    Object.defineProperty(page, 'CXBus', { value: CXBus, writable: true, enumerable: true, configurable: true });
  } catch {
    warning('The page keeps window.CXBus for itself.');
  }
  const begin = () => {
    if (!loads && !started && configOf(page)) core(true);
  };
  const later = () => {
    if (page.document.readyState === 'complete') wait(begin, SOON);
    else page.addEventListener('load', begin, { once: true });
  };
  if (start === 'always') core(true);
  else if (start === 'detect') {
    if (configOf(page)) {
      // Scripts further down ask for it at once.
      preparedConfig(page, { bus: QuickBus, common });
      bus.state.task(() => (paths ? later() : begin()));
    } else {
      later();
    }
  }
  return { bus, common, services };
}

/** @param {() => unknown} work @param {(result: unknown) => void} next With nothing when it failed. */
function attempt(work, next) {
  try {
    follow(work(), next, () => next(undefined));
  } catch {
    next(undefined);
  }
}
