/**
 * The work of `genesys.js` on a page: it sets `window.CXBus`, and starts the core as the contract says (G1.2, G1.10).
 *
 *     startGenesys({ page: window, plugins: { webchatservice, webchat }, jquery: () => jqueryFrom(document, address) });
 */

import { createBus } from './bus.js';
import { createCommon } from './common.js';
import { createJquery } from './jquery.js';
import { scriptsOf } from './loading.js';
import { configOf, preparedConfig } from './page-config.js';
import { after, dict, each, keys, read, report, warn } from './safe.js';
import { createTasks } from './tasks.js';
import { createCore } from './widgets-core.js';

/** @typedef {import('./bus.js').Bus} Bus */
/** @typedef {import('./common.js').Common} Common */

/**
 * Further arguments of our plugins, besides bus, configuration and Common.
 *
 * @typedef {object} Services
 * @property {Window & typeof globalThis} page
 * @property {import('./jquery.js').JQuerySource} jquery
 * @property {(error: unknown) => void} report Called with exceptions in the page's functions.
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
  /** Whether the page loads by itself, and whether it has told where its plugins are. */
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
  const common = createCommon({ page, bus, jquery, addScript, main: () => core.main() });
  const core = createCore({ page, bus, common, jquery, plugins, version, fetchJson, wait, report: reporting });
  const services = { page, jquery, report: reporting, remember: core.remember };

  /** @type {Record<string, import('./loading.js').Builtin>} */
  const builtins = dict();
  each(keys(plugins), (name) => {
    builtins[name] = () => plugins[name]?.(bus, core.config, common, services);
  });
  // They are in the core.
  builtins[CORE] = builtins.app = builtins.common = () => core.start(false);
  bus.addBuiltins(builtins);

  // Not `page.CXBus = `: an element with that id or a setter of the page could stand in the way.
  try {
    Object.defineProperty(page, 'CXBus', { value: CXBus, writable: true, enumerable: true, configurable: true });
  } catch {
    warning('The page keeps window.CXBus for itself.');
  }
  const begin = () => {
    if (!loads && !core.isStarted() && configOf(page)) core.start(true);
  };
  const later = () => {
    if (page.document.readyState === 'complete') wait(begin, SOON);
    else page.addEventListener('load', begin, { once: true });
  };
  if (start === 'always') core.start(true);
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
