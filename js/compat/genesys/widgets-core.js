/** The core of the vendor's widgets: it reads the page's configuration, runs extensions, loads plugins and calls `onReady` (G1.10). */

import { createApp } from './app.js';
import { createDeferred, follow } from './deferred.js';
import { eachAddress, runExtension, runExtensions } from './extensions.js';
import { configOf, mergedMain, preparedConfig } from './page-config.js';
import { copy, each, isArray, keys, numberOf, read } from './safe.js';

/** @typedef {import('./page-config.js').Section} Section */

/** How long the start waits for the page's texts, and for extensions that wait for jQuery, in milliseconds each. */
const PATIENCE = 3000;

/**
 * @param {object} parts
 * @param {Window & typeof globalThis} parts.page
 * @param {import('./bus.js').Bus} parts.bus
 * @param {import('./common.js').Common} parts.common
 * @param {import('./jquery.js').JQuerySource} parts.jquery
 * @param {Record<string, unknown>} parts.plugins Ours, by name.
 * @param {string} parts.version For the command `info`.
 * @param {(address: string) => unknown} parts.fetchJson Its result is waited for.
 * @param {(work: () => void, time: number) => void} parts.wait
 * @param {(error: unknown) => void} parts.report
 */
export function createCore({ page, bus, common, jquery, plugins, version, fetchJson, wait, report }) {
  const { CXBus, QuickBus } = bus;
  /** @type {Section} */
  let widgets = {};
  /** @type {Section} */
  let main = {};
  /** @type {import('./deferred.js').BusPromise | undefined} */
  let started;
  const extend = (/** @type {unknown} */ extension, /** @type {() => void} */ next) => runExtension(extension, jquery, [CXBus, common], report, next);
  const app = createApp({ bus, page, common, version, runExtension: extend });

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
        report(error);
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

  return {
    /** Starts once. @param {boolean} all Whether all plugins of ours come with it. */
    start(all) {
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
        wait,
        (next) => (typeof texts === 'string' ? attempt(() => fetchJson(texts), next) : next(texts)),
        (found) => {
          app.speak(found);
          patiently(wait, (next) => runExtensions(read(widgets, 'extensions'), extend, () => next(undefined)), ready);
        },
      );
      return promise;
    },
    isStarted: () => started !== undefined,
    /** The section `main` of the configuration. */
    main: () => main,
    /** A section of the configuration. A plugin may ask for it before the core runs. @param {string} section */
    config: (section) => copy(read(started ? widgets : configOf(page), section), {}),
    remember: app.remember,
  };
}

/**
 * Calls `next` once, when the work is done or takes too long: a slow server of the page must not stop the chat.
 *
 * @param {(work: () => void, time: number) => void} wait
 * @param {(next: (result: unknown) => void) => void} work
 * @param {(result: unknown) => void} next
 */
function patiently(wait, work, next) {
  let waiting = true;
  const once = (/** @type {unknown} */ result) => {
    if (!waiting) return;
    waiting = false;
    next(result);
  };
  work(once);
  if (waiting) wait(() => once(undefined), PATIENCE);
}

/** @param {() => unknown} work @param {(result: unknown) => void} next Called with the result; without one when the work failed. */
function attempt(work, next) {
  try {
    follow(work(), next, () => next(undefined));
  } catch {
    next(undefined);
  }
}
