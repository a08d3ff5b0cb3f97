/** The corner of the page while there is no core: a launcher before the core is loaded, and a link when the widget cannot start. */

import { drawContact, drawLauncher } from './corner.js';
import { quiet } from './page.js';

/** @param {import('./options.js').Options} options */
export function createPlaceholder(options) {
  /** @type {import('./corner.js').CornerElement | undefined} */
  let corner;
  let pressed = false;
  /** Gives the launcher the site's colour, unless the page has named one. @param {Promise<string>} config */
  const tint = async (config) => {
    const { brand } = JSON.parse(await config);
    if (!options.accent) corner?.paint(brand.accent);
  };
  /** @returns {boolean | undefined} Whether it had the focus. */
  const remove = () => {
    const focused = corner?.remove();
    corner = undefined;
    return focused;
  };
  return {
    /** Draws the launcher. @param {Promise<string>} config The site's configuration, which has its colour. */
    launch(config) {
      corner = drawLauncher(options, () => (pressed = true));
      quiet(tint(config));
    },
    /** A core replaces the launcher, and takes over its focus and a press on it. @param {import('./instance.js').Instance['call']} call */
    replace(call) {
      if (remove()) call('focusLauncher');
      if (pressed) call('press');
      pressed = false;
    },
    /**
     * Draws the link: the page's, else the site's.
     *
     * @param {() => Promise<string>} askConfig
     * @param {() => boolean} isWanted Whether it is still needed when its address is known.
     */
    async contact(askConfig, isWanted) {
      const { contactHref, contactLabel, accent } = options;
      try {
        const { fallback, brand } = contactHref ? {} : JSON.parse(await askConfig());
        const label = contactLabel ?? contactHref ?? fallback?.label;
        if (isWanted() && !corner) corner = drawContact(contactHref ?? fallback?.href, label, accent ?? brand?.accent);
      } catch {
        // Without a configuration, or without a page to draw on, there is no link.
      }
    },
    remove,
  };
}
