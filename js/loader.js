/**
 * What the script tag loads:
 *
 *     <script async src="https://HOST/chinwag.js" data-site="KEY"></script>
 *
 * It finds its tag, leaves `window.Chinwag` and starts. Everything else is shared with the package.
 */

import { createApi } from './api.js';
import { Chat } from './chat.js';
import { ChinwagError } from './error.js';
import { fetchStyle, fetchTexts } from './fetching.js';
import { isPlain, readCalls, readOptions } from './options.js';

/* global CHINWAG_WASM, CHINWAG_WASM_INTEGRITY, CHINWAG_PANEL, CHINWAG_PANEL_INTEGRITY, CHINWAG_STYLE, CHINWAG_STYLE_INTEGRITY, CHINWAG_TEXTS, CHINWAG_VERSION */

/** The one global. */
const GLOBAL = 'Chinwag';

begin();

function begin() {
  const page = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (window));
  const found = page[GLOBAL];
  const script = findScript();
  const options = readOptions(script?.dataset ?? {}, found, script?.src ?? '');
  if (isRunning(found)) {
    // The page has the script twice: one widget is enough. Two sites on one page are a mistake worth a word.
    if (options && options.site !== found.site) console.error(new ChinwagError('misuse', 'another site is on this page already').message);
    return;
  }
  if (!options) {
    console.error(new ChinwagError('misuse', 'the script tag has no data-site').message);
    return;
  }
  const files = {
    wasm: `${options.server}w/${CHINWAG_WASM}`,
    integrity: CHINWAG_WASM_INTEGRITY,
    panel: `${options.server}w/${CHINWAG_PANEL}`,
    panelIntegrity: CHINWAG_PANEL_INTEGRITY,
    style: () => fetchStyle(`${options.server}w/${CHINWAG_STYLE}`, CHINWAG_STYLE_INTEGRITY),
    texts: Object.fromEntries(
      Object.entries(CHINWAG_TEXTS).map(([locale, file]) => [locale, () => fetchTexts(`${options.server}w/${file}`)]),
    ),
  };
  const api = createApi(new Chat(options, files), CHINWAG_VERSION, () => {
    if (page[GLOBAL] === api) delete page[GLOBAL];
  });
  Object.defineProperty(api, 'site', { value: options.site });
  page[GLOBAL] = api;
  api.push(...readCalls(found));
}

/**
 * The tag that this script came in. There is no current script in a module or when a tag manager ran the text.
 *
 * @returns {HTMLScriptElement | undefined}
 */
function findScript() {
  const current = document.currentScript;
  // An element of that name would be found in its place.
  if (current instanceof HTMLScriptElement && current.dataset.site) return current;
  return Array.from(document.querySelectorAll('script')).find((script) => script.dataset.site && /\/chinwag\.js([?#]|$)/.test(script.src));
}

/** @param {unknown} value @returns {value is import('./types.js').Chinwag & { site: string }} */
function isRunning(value) {
  return isPlain(value) && typeof value.version === 'string' && typeof value.destroy === 'function';
}
