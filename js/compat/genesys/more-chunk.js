/**
 * A separate file, fetched when a page first needs a part of it: the code of further plugins, forms of the page's own, and the
 * cleaning of markup.
 */

import { createCallback } from './callback.js';
import { createChannels } from './channels.js';
import { each } from './safe.js';
import { createSurface } from './surface.js';
import { createOverlay, createToaster } from './toaster.js';
import { createWatchman } from './watchman.js';

export { Checks } from './checks.js';
export { definitionOf } from './form.js';
export { sanitised } from './sanitise.js';

/** @typedef {import('./bus.js').Plugin} Plugin */
/** @typedef {import('./others.js').World} World */

/** How the commands of a plugin are made. */
export const makers = {
  Toaster: (/** @type {Plugin} */ plugin, /** @type {World} */ world) => createToaster(plugin, shown(world, 'cx-toaster')),
  Overlay: (/** @type {Plugin} */ plugin, /** @type {World} */ world) => createOverlay(plugin, shown(world, 'cx-overlay')),
  ChannelSelector: (/** @type {Plugin} */ plugin, /** @type {World} */ { bus, channels, common, resolve, services }) => {
    const { jquery, page, report } = services;
    return createChannels(plugin, { CXBus: bus.CXBus, channels, document: page.document, jquery, common, report, resolve });
  },
  Callback: (/** @type {Plugin} */ plugin, /** @type {World} */ { common, core, follow, publish }) => {
    const parts = core();
    return parts ? createCallback(plugin, { core: parts, id: common.guid, follow, service: { publish } }) : {};
  },
  Watchman: (/** @type {Plugin} */ plugin, /** @type {World} */ { services: { page } }) =>
    createWatchman(plugin, {
      every: (work, millis) => page.setInterval(work, millis),
      stop: (timer) => page.clearInterval(timer),
      moved: (listener) => each(['pointerdown', 'keydown', 'scroll'], (name) => page.addEventListener(name, listener, { capture: true, passive: true })),
    }),
};

/** @param {World} world @param {string} id Of the element. */
const shown = ({ core, services: { jquery, page } }, id) => ({
  surface: createSurface(page, id, () => core()?.site.accent ?? ''),
  document: page.document,
  wrap: (/** @type {HTMLElement} */ made) => jquery.here()?.(made) ?? made,
});
