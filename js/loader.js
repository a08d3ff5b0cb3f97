/**
 * What the script tag loads:
 *
 *     <script async src="https://HOST/chinwag.js" data-site="KEY"></script>
 *
 * It finds its tag, leaves `window.Chinwag` and starts. Everything else is shared with the package.
 */

import { createApi } from './api.js';
import { Instance } from './instance.js';
import { ChinwagError, named, report } from './error.js';
import { fetchText, fetchTexts } from './fetching.js';
import { lacking } from './natives.js';
import { findScript, isPlain, readCalls, readOptions } from './options.js';

/* global CHINWAG_WASM, CHINWAG_WASM_INTEGRITY, CHINWAG_CONVERSATION, CHINWAG_CONVERSATION_INTEGRITY, CHINWAG_VIEW, CHINWAG_VIEW_INTEGRITY, CHINWAG_STYLE, CHINWAG_STYLE_INTEGRITY, CHINWAG_ENGLISH, CHINWAG_ENGLISH_INTEGRITY, CHINWAG_FILES, CHINWAG_TEXTS, CHINWAG_VERSION */

/** @typedef {import('./options.js').EarlyCall} EarlyCall */
/** @typedef {import('./types.js').Chinwag & { options?: import('./options.js').Options, listening?: () => EarlyCall[] }} Running */

/** The one global. */
const GLOBAL = 'Chinwag';

try {
  begin(/** @type {Record<string, unknown>} */ (/** @type {unknown} */ (window)));
} catch (error) {
  report(named(error, 'unsupported', lacking));
}

/** @param {Record<string, unknown>} page */
function begin(page) {
  const found = global(() => page[GLOBAL]);
  const running = global(() => (isRunning(found) ? found : undefined));
  const script = findScript(/\/chinwag\.js([?#]|$)/);
  /** @type {string[]} */
  const wrong = [];
  // One that failed starts again as it was, but for what the tag says now.
  const preset = running ? { ...running.options, ...script?.dataset } : found;
  const options = readOptions(script?.dataset ?? {}, preset, script?.src ?? '', wrong);
  if (running && running.getState().status !== 'failed') {
    // The page has the script twice: one widget is enough. Two sites on one page are a mistake worth a word.
    if (options && options.site !== running.options?.site) throw new ChinwagError('misuse', 'another site is on this page already');
    return;
  }
  if (wrong.length) report(new ChinwagError('misuse', wrong.join(', ')));
  if (!options) return;
  const files = {
    wasm: `${options.server}w/${CHINWAG_WASM}`,
    integrity: CHINWAG_WASM_INTEGRITY,
    conversation: { url: `${options.server}w/${CHINWAG_CONVERSATION}`, integrity: CHINWAG_CONVERSATION_INTEGRITY },
    view: { url: `${options.server}w/${CHINWAG_VIEW}`, integrity: CHINWAG_VIEW_INTEGRITY },
    style: () => fetchText(`${options.server}w/${CHINWAG_STYLE}`, CHINWAG_STYLE_INTEGRITY),
    english: () => fetchText(`${options.server}w/${CHINWAG_ENGLISH}`, CHINWAG_ENGLISH_INTEGRITY),
    uploads: () => import(`${options.server}w/${CHINWAG_FILES}`),
    texts: Object.fromEntries(
      Object.entries(CHINWAG_TEXTS).map(([locale, file]) => [locale, () => fetchTexts(`${options.server}w/${file}`)]),
    ),
  };
  const early = running ? (running.listening?.() ?? []) : readCalls(found);
  running?.destroy();
  const chat = new Instance(options, files);
  const api = createApi(chat, CHINWAG_VERSION, () => {
    if (page[GLOBAL] === api) delete page[GLOBAL];
  });
  Object.defineProperties(api, { options: { value: options }, listening: { value: () => chat.listeners.calls() } });
  if (!Reflect.set(page, GLOBAL, api)) {
    api.destroy();
    throw unusable();
  }
  api.push(...early);
}

/** @param {unknown} [cause] */
function unusable(cause) {
  return new ChinwagError('misuse', `window.${GLOBAL} cannot be read or set`, cause);
}

/**
 * Reads the page's global, which may be anything.
 *
 * @template T
 * @param {() => T} access
 * @returns {T}
 */
function global(access) {
  try {
    return access();
  } catch (error) {
    throw unusable(error);
  }
}

/** @param {unknown} value @returns {value is Running} */
function isRunning(value) {
  return isPlain(value) && typeof value.version === 'string' && typeof value.destroy === 'function';
}
