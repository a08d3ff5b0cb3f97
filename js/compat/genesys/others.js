/** The further plugins of G3.8: plugins with a counterpart in Chinwag, whose code is in a file that is fetched later, and plugins that are not offered. */

import { addPlugin } from './plugin.js';
import { each, isArray, keys, lower, read } from './safe.js';
import { createWords } from './words.js';

/** @typedef {import('./start.js').PluginSetup} PluginSetup */
/** @typedef {import('./bus.js').Bus} Bus */
/** @typedef {import('./plugin.js').Config} Config */
/** @typedef {{ events?: string[], commands: string[] }} Names */

/** Plugins with a counterpart. @satisfies {Record<string, Names>} */
const OFFERED = {
  Toaster: { events: ['opened', 'closed'], commands: ['open', 'close'] },
  Overlay: { commands: ['open', 'close', 'back', 'immutable', 'mutable'] },
  ChannelSelector: { events: ['opened', 'closed'], commands: ['open', 'close', 'enableStats', 'disableStats', 'displayStats'] },
  Callback: {
    events: ['opened', 'started', 'submitted', 'completed', 'cancelled', 'closed', 'minimized', 'unminimized'],
    commands: ['open', 'close', 'minimize', 'showOverlay', 'hideOverlay'],
  },
  Watchman: { events: ['tick'], commands: ['countdown', 'interval', 'alarm', 'idle', 'uptime'] },
};

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
  ...Object.fromEntries(
    ['CallUs', 'ClickToCall', 'CoBrowse', 'Search', 'KnowledgeCenterService', 'ChatDeflection', 'Engage', 'Offers', 'GWE', 'Console'].map(
      (name) => [name, { events: ['opened', 'closed'], commands: ['open', 'close'] }],
    ),
  ),
};

/**
 * Registers a plugin.
 *
 * @param {Bus} bus
 * @param {Config} config
 * @param {string} name
 * @param {Names} names
 * @param {(command: string) => import('./commands.js').Handler} handler
 * @param {Partial<import('./plugin.js').Definition>} [more]
 */
function register(bus, config, name, { events, commands }, handler, more) {
  /** @type {Record<string, import('./commands.js').Handler>} */
  const table = {};
  each(commands, (command) => (table[command] = handler(command)));
  return addPlugin(bus, config, { name, section: lower(name), events, commands: table, configure: () => {}, ...more });
}

/** Adds a plugin that is not offered. @param {Bus} bus @param {Config} config @param {string} name @param {Names} [names] @param {Partial<import('./plugin.js').Definition>} [more] */
export const setAbsent = (bus, config, name, names = NOT_OFFERED[name] ?? { commands: [] }, more) =>
  register(bus, config, name, names, () => ({ deferred, command: path }) => deferred.reject(`${path} is not offered by Chinwag`), more);

/** The exports of the file with the code of the plugins: the makers of their commands. @typedef {typeof import('./more-chunk.js')} More */

/**
 * The parts of the page that the plugins need, besides their own plugin object.
 *
 * @typedef {object} World
 * @property {Bus} bus
 * @property {import('./common.js').Common} common
 * @property {import('./start.js').Services} services
 * @property {() => unknown} channels Returns the channels of the page's ChannelSelector.
 * @property {(text: unknown) => string} resolve Replaces a reference `@i18n:` by its text.
 * @property {() => import('./callback.js').Core | undefined} core
 * @property {(listener: (event: import('./callback.js').CoreEvent) => void) => void} follow Adds a listener for the core's events.
 * @property {(name: string, data: unknown) => unknown} publish An event of CallbackService.
 */

/**
 * Adds a plugin whose commands are in that file. Commands that are sent before the file is loaded wait for it.
 *
 * @param {import('./chunk.js').Chunk<More>} more
 * @param {Config} config
 * @param {keyof typeof OFFERED} name
 * @param {World} world
 * @param {Partial<import('./plugin.js').Definition>} [how]
 */
export function setOffered(more, config, name, world, how) {
  /** @type {Record<string, import('./commands.js').Handler> | undefined} */
  let made;
  const plugin = register(
    world.bus,
    config,
    name,
    OFFERED[name],
    (command) => (given) =>
      more.want(
        (found) => {
          if (plugin) made ??= found.makers[name](plugin, world);
          made?.[command]?.(given);
        },
        given.deferred.reject,
      ),
    how,
  );
}

/**
 * @param {object} given
 * @param {(name: string, setup: PluginSetup) => PluginSetup} given.over Wraps the setup of a plugin that needs the core.
 * @param {(bus: Bus, config: Config, page: Window & typeof globalThis) => import('./callback.js').Core | undefined} given.core
 * @param {World['follow']} given.follow
 * @param {import('./chunk.js').Chunk<More>} given.more
 * @returns {Record<string, PluginSetup>}
 */
export function setOthers({ over, core, follow, more }) {
  /** Publishes an event of CallbackService, once that plugin is set up. @type {World['publish']} */
  let publish = () => {};
  /** @param {keyof typeof OFFERED} name @param {Partial<import('./plugin.js').Definition>} [how] @returns {PluginSetup} */
  const offered = (name, how) => (bus, config, common, services) => {
    /** @type {unknown} */
    let channels;
    const pack = (/** @type {string} */ section) => read(bus.CXBus.data('App.i18n'), section);
    const words = createWords(() => pack('channelselector'));
    const parts = () => core(bus, config, services.page);
    if (name === 'Callback') {
      if (!parts()) return;
      bus.loadPlugin('callbackservice');
    }
    setOffered(
      more,
      config,
      name,
      {
        bus,
        common,
        services,
        channels: () => channels,
        resolve: (text) => words.resolved(text, pack),
        core: parts,
        follow,
        publish: (event, data) => publish(event, data),
      },
      how ?? { configure: (section) => void (isArray(section.channels) && (channels = section.channels)) },
    );
  };
  /** @type {Record<string, PluginSetup>} */
  const all = {
    toaster: offered('Toaster'),
    overlay: offered('Overlay'),
    channelselector: offered('ChannelSelector'),
    callback: over('callback', offered('Callback')),
    callbackservice: (bus, config) => {
      const names = { events: ['scheduled', 'scheduleError', 'availableSlots', 'availabilityError'], commands: ['schedule', 'availability'] };
      const plugin = setAbsent(bus, config, 'CallbackService', names, { section: 'callback' });
      if (plugin) publish = plugin.publish;
    },
    // It has no configuration.
    watchman: offered('Watchman', { section: undefined, configure: undefined }),
  };
  each(keys(NOT_OFFERED), (name) => (all[lower(name)] = (bus, config) => void setAbsent(bus, config, name)));
  return all;
}
