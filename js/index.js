/**
 * The package: the same widget for pages that are made with a bundler.
 *
 *     import { createChinwag } from 'chinwag';
 *     const chat = await createChinwag({ server: 'https://chat.example.com/', site: 'KEY' });
 */

import { address, panelAddress } from './address.js';
import { createApi } from './api.js';
import { Chat } from './chat.js';
import { ChinwagError } from './error.js';
import { readOptions } from './options.js';

/* global CHINWAG_VERSION */

export { ChinwagError };
export const version = CHINWAG_VERSION;

/** @typedef {import('./types.js').Chinwag} Chinwag */
/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').WidgetState} WidgetState */
/** @typedef {import('./types.js').ChinwagEvent} ChinwagEvent */
/** @typedef {import('./types.js').Listener} Listener */
/** @typedef {import('./error.js').ErrorCode} ErrorCode */

/**
 * @typedef {object} CreateOptions
 * @property {string} server Address of the Chinwag server.
 * @property {string} site The site's key.
 * @property {string} [locale] A BCP 47 tag; left out: the page's language.
 * @property {boolean} [consent] What the visitor said about being remembered.
 * @property {boolean} [launcher] Draw a launcher before the widget is loaded. Default false.
 * @property {string} [label] Words on that launcher.
 * @property {string} [accent] Its colour, `#rrggbb`.
 * @property {string} [contactHref] Where a plain link leads if the widget cannot start.
 * @property {string} [contactLabel] Words of that link.
 * @property {AbortSignal} [signal] Takes the widget down, also before it is ready.
 */

/** Texts of the other languages: loaded when a page asks for one. */
const TEXTS = {
  ar: () => textsOf(import('./text-ar.js')),
  de: () => textsOf(import('./text-de.js')),
  es: () => textsOf(import('./text-es.js')),
  it: () => textsOf(import('./text-it.js')),
  ru: () => textsOf(import('./text-ru.js')),
};

/** The one that is on the page: the core is one per page. @type {Chinwag | undefined} */
let running;

/**
 * Puts the site's widgets on the page.
 *
 * @param {CreateOptions} options
 * @returns {Promise<Chinwag>} Once they are there.
 * @throws {ChinwagError} When they cannot start, another one is on the page, or the signal came first.
 */
export async function createChinwag({ signal, ...given }) {
  const options = readOptions({}, { launcher: false, ...given }, location.href);
  if (!options) throw new ChinwagError('misuse', 'createChinwag needs `server` and `site`');
  if (signal?.aborted) throw new ChinwagError('aborted');
  if (running) throw new ChinwagError('misuse', 'there is one on this page already: destroy() it first');
  const style = () => import('./style.js').then(({ default: css }) => css);
  const chat = new Chat(options, { wasm: address, panel: panelAddress, style, texts: TEXTS });
  const api = createApi(chat, version, () => {
    if (running === api) running = undefined;
  });
  running = api;
  signal?.addEventListener('abort', () => api.destroy(), { once: true });
  try {
    await api.ready;
  } catch (error) {
    if (running === api) running = undefined;
    throw error;
  }
  return api;
}

/** @param {Promise<{ default: string }>} module @returns {Promise<string | undefined>} */
async function textsOf(module) {
  try {
    return (await module).default;
  } catch {
    // The built-in language is better than no widget.
    return undefined;
  }
}
