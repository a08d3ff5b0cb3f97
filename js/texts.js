/** Texts for the core, by name (`Host::text` in src/browser/page.rs). */

import { timeZone } from './page.js';

/**
 * @param {import('./options.js').Options} options
 * @param {{ config: string, kept: string, texts: string | undefined, locale: string, url: string, title: string }} now
 * @returns {Record<string, string | undefined>}
 */
export function coreTexts(options, now) {
  const { site, server } = options;
  return {
    ...now,
    site,
    server,
    socket: `${server.replace(/^http/, 'ws')}ws/visitor/${encodeURIComponent(site)}`,
    zone: timeZone(),
    accent: options.accent,
    worded: options.label,
    contact_href: options.contactHref,
    contact_label: options.contactLabel || options.contactHref,
    root: options.root,
    private: /** @type {{ globalPrivacyControl?: boolean }} */ (navigator).globalPrivacyControl === true ? 'yes' : '',
  };
}
