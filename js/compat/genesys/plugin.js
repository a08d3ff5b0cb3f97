/** A plugin of ours from its table: registered at once, configured and ready when the application is (G1.10). */

import { each, keys } from './safe.js';

/** @typedef {import('./bus.js').Bus} Bus */
/** @typedef {import('./bus.js').Plugin} Plugin */
/** @typedef {import('./page-config.js').Section} Section */

/** A copy of a section of the page's configuration, `{}` when there is none. @typedef {(section: string) => Section} Config */

/**
 * @typedef {object} Definition
 * @property {string} name As on the bus: `WebChat`.
 * @property {string} [section] Of the configuration. Left out: none is read.
 * @property {string[]} [events] Their names, for the command that lists them.
 * @property {Record<string, import('./commands.js').Handler>} [commands]
 * @property {(options: Section, plugin: Plugin) => void} [configure] Takes the section, and the options of the page's own `configure` commands.
 * @property {(plugin: Plugin) => unknown} [payload] Returns the payload of the event `ready`.
 */

/**
 * Registers a plugin. When `App.ready` comes it sends itself the command `configure` with its section, so that the page's `before`
 * functions see it, then opens its gate and republishes `ready`.
 *
 * @param {Bus} bus
 * @param {Config} config
 * @param {Definition} definition
 * @returns {Plugin | undefined} Nothing when the page has a plugin of that name already.
 */
export function addPlugin(bus, config, { name, section, events = [], commands = {}, configure, payload }) {
  const plugin = bus.registerPlugin(name);
  if (!plugin) {
    bus.state.warn(`The page has a plugin '${name}' of its own; ours is not added.`);
    return undefined;
  }
  plugin.registerEvents('ready');
  plugin.registerEvents(events);
  each(keys(commands), (command) => plugin.registerCommand(command, commands[command]));
  if (configure) {
    plugin.registerCommand('configure', (/** @type {import('./commands.js').BusCommand} */ { deferred, data }) => {
      configure(data, plugin);
      deferred.resolve();
    });
  }
  let begun = false;
  const open = () => {
    plugin.ready();
    plugin.republish('ready', payload?.(plugin));
  };
  plugin.subscribe('App.ready', () => {
    if (begun) return;
    begun = true;
    // Also when the page cancelled the command or it failed: a plugin without configuration still answers commands, a plugin that is not ready does
    // not.
    if (configure) plugin.command('configure', section ? config(section) : {}).always(open);
    else open();
  });
  return plugin;
}
