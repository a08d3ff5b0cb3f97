/** The further plugins of G3.8: those that Chinwag has a counterpart for, and those that answer that they are not offered. */

import { setCallback } from './callback.js';
import { setChannels } from './channels.js';
import { addPlugin } from './plugin.js';
import { each, lower, read } from './safe.js';
import { createSurface } from './surface.js';
import { setOverlay, setToaster } from './toaster.js';
import { setWatchman } from './watchman.js';
import { createWords } from './words.js';

/** @typedef {import('./start.js').PluginSetup} PluginSetup */

/**
 * Plugins without a counterpart in Chinwag: ready, so that no page waits for them, with their events and commands.
 *
 * @type {Record<string, { events: string[], commands: string[] }>}
 */
export const NOT_OFFERED = {
  SideBar: { events: ['opened', 'expanded', 'contracted', 'closed'], commands: ['open', 'close', 'expand', 'contract', 'addButton'] },
  Calendar: { events: ['generated', 'selectedDateTime'], commands: ['generate', 'showAvailability', 'reset'] },
  SendMessage: { events: ['opened', 'started', 'submitted', 'completed', 'cancelled', 'closed', 'minimized', 'unminimized'], commands: ['open', 'close', 'minimize', 'submit'] },
  SendMessageService: { events: ['messageSent', 'error'], commands: ['sendForm'] },
  WindowManager: { events: ['changed'], commands: ['registerDockView', 'deregisterDockView', 'registerSideButton'] },
  StatsService: { events: ['updated', 'error.ewt'], commands: ['getStats'] },
  CallUs: { events: ['opened', 'closed'], commands: ['open', 'close'] },
  ClickToCall: { events: ['opened', 'closed'], commands: ['open', 'close'] },
  CoBrowse: { events: ['opened', 'closed'], commands: ['open', 'close'] },
  Search: { events: ['opened', 'closed'], commands: ['open', 'close'] },
  KnowledgeCenterService: { events: ['opened', 'closed'], commands: ['open', 'close'] },
  ChatDeflection: { events: ['opened', 'closed'], commands: ['open', 'close'] },
  Engage: { events: ['opened', 'closed'], commands: ['open', 'close'] },
  Offers: { events: ['opened', 'closed'], commands: ['open', 'close'] },
  GWE: { events: ['opened', 'closed'], commands: ['open', 'close'] },
  Console: { events: ['opened', 'closed'], commands: ['open', 'close'] },
};

/** @param {string} path */
export const notOffered = (path) => `${path} is not offered by Chinwag`;

/** Adds a plugin that is not offered. @param {import('./bus.js').Bus} bus @param {import('./plugin.js').Config} config @param {string} name */
export function setAbsent(bus, config, name) {
  const { events = [], commands = [] } = NOT_OFFERED[name] ?? {};
  /** @type {Record<string, import('./commands.js').Handler>} */
  const table = {};
  each(commands, (command) => (table[command] = ({ deferred, command: path }) => deferred.reject(notOffered(path))));
  addPlugin(bus, config, { name, section: lower(name), events, commands: table, configure: () => {} });
}

/**
 * @param {object} given
 * @param {(bus: import('./bus.js').Bus, config: import('./plugin.js').Config, page: Window & typeof globalThis) => import('./callback.js').Core | undefined} given.core
 * @param {(listener: (event: import('./callback.js').CoreEvent) => void) => void} given.follow Hears of the core's events.
 * @returns {Record<string, PluginSetup>}
 */
export function setOthers({ core, follow }) {
  /** @param {import('./bus.js').Bus} bus @param {import('./plugin.js').Config} config @param {import('./start.js').Services} services @param {string} id */
  const shown = (bus, config, { page, jquery }, id) => ({
    surface: createSurface(page, id, () => core(bus, config, page)?.site.accent ?? ''),
    document: page.document,
    wrap: (/** @type {HTMLElement} */ made) => jquery.here()?.(made) ?? made,
  });
  /** @type {Record<string, PluginSetup>} */
  const all = {
    toaster: (bus, config, _common, services) => setToaster(bus, config, shown(bus, config, services, 'cx-toaster')),
    overlay: (bus, config, _common, services) => setOverlay(bus, config, shown(bus, config, services, 'cx-overlay')),
    channelselector: (bus, config, common, { page, jquery, report }) => {
      const words = createWords(() => read(bus.CXBus.data('App.i18n'), 'channelselector'));
      const resolve = (/** @type {unknown} */ text) => words.resolved(text, (section) => read(bus.CXBus.data('App.i18n'), section));
      setChannels(bus, config, { document: page.document, jquery, common, report, resolve });
    },
    callback: (bus, config, common, { page }) => {
      const parts = core(bus, config, page);
      bus.loadPlugin('callbackservice');
      const service = { publish: (/** @type {string} */ name, /** @type {unknown} */ data) => publishService(name, data) };
      if (parts) setCallback(bus, config, { core: parts, id: common.guid, follow, service });
    },
    callbackservice: (bus, config) => {
      const plugin = addPlugin(bus, config, {
        name: 'CallbackService',
        section: 'callback',
        events: ['scheduled', 'scheduleError', 'availableSlots', 'availabilityError'],
        commands: {
          schedule: ({ deferred, command }) => deferred.reject(notOffered(command)),
          availability: ({ deferred, command }) => deferred.reject(notOffered(command)),
        },
        configure: () => {},
      });
      if (plugin) publishService = plugin.publish;
    },
    watchman: (bus, config, _common, { page }) =>
      setWatchman(bus, config, {
        every: (work, millis) => page.setInterval(work, millis),
        stop: (timer) => page.clearInterval(timer),
        moved: (listener) => each(['pointerdown', 'keydown', 'scroll'], (name) => page.addEventListener(name, listener, { capture: true, passive: true })),
      }),
  };
  each(Object.keys(NOT_OFFERED), (name) => (all[lower(name)] = (bus, config) => setAbsent(bus, config, name)));
  return all;
}

/** CallbackService's, once it is there. @type {(name: string, data: unknown) => unknown} */
let publishService = () => {};
