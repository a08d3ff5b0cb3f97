/** Fetches the configuration of a site and the texts of a language. */

import { fetchConfig } from './fetching.js';
import { textsFor } from './options.js';
import { quiet } from './page.js';

/** @typedef {import('./options.js').Options} Options */

/**
 * @param {Options} options
 * @param {string} locale A BCP 47 tag.
 * @param {import('./script.js').Facade} [facade] It may have a configuration of its own.
 * @returns {Promise<string>} JSON.
 */
export async function fetchSite({ server, site }, locale, facade) {
  return facade?.config?.() ?? fetchConfig(server, site, locale);
}

/**
 * Fetches configuration and texts at the same time. A rejection is marked as handled, so it may be awaited later.
 *
 * @param {Options} options
 * @param {string} locale A BCP 47 tag.
 * @param {import('./build.js').Build} build Has the addresses of the texts.
 * @param {import('./script.js').Facade} [facade]
 * @returns {[config: Promise<string>, texts: Promise<string | undefined>]} Both as JSON. Without texts the widget is English.
 */
export function fetchAll(options, locale, build, facade) {
  const texts = async () => (options.root === 'none' ? undefined : textsFor(build.files.texts, locale)?.());
  /** @type {[Promise<string>, Promise<string | undefined>]} */
  const both = [fetchSite(options, locale, facade), texts()];
  both.forEach(quiet);
  return both;
}
