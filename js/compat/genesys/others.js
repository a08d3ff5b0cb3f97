/** The further plugins of G3.8. */

import { createSurface } from './surface.js';
import { setOverlay, setToaster } from './toaster.js';

/** @typedef {import('./start.js').PluginSetup} PluginSetup */

/**
 * @param {object} given
 * @param {(bus: import('./bus.js').Bus, config: import('./plugin.js').Config, page: Window & typeof globalThis) => { chat: import('./link.js').GenesysChat, site: import('./core-view.js').Site } | undefined} given.core
 * @param {(listener: (event: { name: string, element?: string }) => void) => void} given.follow Hears of the core's events.
 * @returns {Record<string, PluginSetup>}
 */
export function setOthers({ core, follow }) {
  void follow;
  return {
    toaster: (bus, config, _common, { page, jquery }) =>
      setToaster(bus, config, { surface: createSurface(page, 'cx-toaster', () => core(bus, config, page)?.site.accent ?? ''), document: page.document, wrap: (made) => jquery.here()?.(made) ?? made }),
    overlay: (bus, config, _common, { page, jquery }) =>
      setOverlay(bus, config, { surface: createSurface(page, 'cx-overlay', () => core(bus, config, page)?.site.accent ?? ''), document: page.document, wrap: (made) => jquery.here()?.(made) ?? made }),
  };
}
