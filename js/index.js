/**
 * The package: the same widget for pages that are made with a bundler.
 *
 *     import { createChinwag } from 'chinwag';
 *     const chat = await createChinwag({ server: 'https://chat.example.com/', site: 'KEY' });
 */

import { address, conversationAddress, viewAddress } from './address.js';
import { createApi } from './api.js';
import { core } from './core.js';
import { ChinwagError, named, report } from './error.js';
import { readOptions } from './options.js';
import { registryOf } from './registry.js';

/* global CHINWAG_VERSION */

export { ChinwagError };
export const version = CHINWAG_VERSION;

/** @typedef {import('./types.js').Chinwag} Chinwag */
/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').WidgetState} WidgetState */
/** @typedef {import('./types.js').Events} Events */
/** @typedef {import('./types.js').EventName} EventName */
/** @typedef {import('./types.js').ChinwagEvent} ChinwagEvent */
/**
 * @template {import('./types.js').EventName | '*'} N
 * @typedef {import('./types.js').EventOf<N>} EventOf
 */
/**
 * @template {import('./types.js').EventName | '*'} [N='*']
 * @typedef {import('./types.js').Listener<N>} Listener
 */
/** @typedef {import('./types.js').Befores} Befores */
/**
 * @template {keyof import('./types.js').Befores} [N=keyof import('./types.js').Befores]
 * @typedef {import('./types.js').BeforeListener<N>} BeforeListener
 */
/** @typedef {import('./error.js').ErrorCode} ErrorCode */

/**
 * @typedef {object} CreateOptions
 * @property {string} server Address of the Chinwag server.
 * @property {string} site The site's key.
 * @property {string} [locale] A BCP 47 tag; left out: the page's language.
 * @property {boolean} [consent] Whether the visitor agreed to be remembered.
 * @property {boolean} [launcher] Draw a launcher before the widget is loaded. Default false.
 * @property {'shadow' | 'light' | 'none'} [root] `light`: in the page's own document; `none`: the page draws everything itself. Default `shadow`.
 * @property {string} [label] Text on the launcher.
 * @property {string} [accent] Accent colour, `#rrggbb` or `#rgb`; left out: the site's.
 * @property {string} [contactHref] Where a plain link leads if the widget cannot start.
 * @property {string} [contactLabel] Text of that link.
 * @property {AbortSignal} [signal] Removes the widget when it is aborted, also before the widget is ready.
 */

/** Texts of the other languages: loaded when a page asks for one. */
const TEXTS = {
  ar: () => textsOf(import('./text-ar.js')),
  de: () => textsOf(import('./text-de.js')),
  es: () => textsOf(import('./text-es.js')),
  it: () => textsOf(import('./text-it.js')),
  ru: () => textsOf(import('./text-ru.js')),
};

/** The widget set on the page: a page has one core. @type {Chinwag | undefined} */
let running;

/**
 * Puts the site's widgets on the page. They replace those of an earlier call that failed.
 *
 * @param {CreateOptions} options
 * @returns {Promise<Chinwag>} Resolves when the widgets are on the page.
 * @throws {ChinwagError} When they cannot start, another one is on the page, or the signal came first. On a server: `unsupported`.
 */
export async function createChinwag(options) {
  try {
    return await start(options);
  } catch (error) {
    throw named(error);
  }
}

/** @param {CreateOptions} given @returns {Promise<Chinwag>} */
async function start(given) {
  if (typeof document === 'undefined') throw new ChinwagError('unsupported', 'document: on a server there is nothing to show, call it in the browser');
  /** @type {string[]} */
  const wrong = [];
  // There is no script address to take the server from, so the option `server` is required.
  const options = readOptions({ launcher: 'none' }, given, '', wrong, location.href);
  const signal = signalOf(given, wrong);
  if (!options) throw new ChinwagError('misuse', wrong.join(', '));
  if (wrong.length) report(new ChinwagError('misuse', wrong.join(', ')));
  if (signal?.aborted) throw new ChinwagError('aborted');
  if (running?.getState().status === 'failed') running.destroy();
  const registry = registryOf(window);
  if (running || registry.options()) throw new ChinwagError('misuse', 'there is one on this page already: destroy() it first');
  const style = () => import('./style.js').then(({ default: css }) => css);
  const english = () => import('./text-en.js').then(({ default: words }) => words);
  const uploads = () => import('./files.js');
  const files = { wasm: address, conversation: { url: conversationAddress }, view: { url: viewAddress }, style, english, uploads, texts: TEXTS };
  const { chat } = registry.join({ core, files: () => files, full: false }, options);
  const api = createApi(chat, version, () => {
    if (running === api) running = undefined;
  });
  running = api;
  signal?.addEventListener('abort', () => api.destroy(), { once: true });
  await api.ready;
  return api;
}

/** @param {CreateOptions} given @param {string[]} wrong @returns {AbortSignal | undefined} */
function signalOf(given, wrong) {
  try {
    const { signal } = given ?? {};
    if (signal === undefined || signal === null || signal instanceof AbortSignal) return signal ?? undefined;
  } catch {
    // It is reported below, like a value of a wrong type.
  }
  wrong.push('signal: an AbortSignal');
  return undefined;
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
