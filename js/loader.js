/**
 * The script for the script tag:
 *
 *     <script async src="https://HOST/chinwag.js" data-site="KEY"></script>
 *
 * It finds its tag, sets `window.Chinwag` and starts. All other code is shared with the package.
 */

import { core } from './core.js';
import { ChinwagError, named, report } from './error.js';
import { fetchText, fetchTexts, importFile } from './fetching.js';
import { readGlobal, setGlobal, takeCalls } from './global.js';
import { lacking } from './natives.js';
import { findScript, readOptions } from './options.js';
import { registryOf } from './registry.js';

/* global CHINWAG_WASM, CHINWAG_WASM_INTEGRITY, CHINWAG_CONVERSATION, CHINWAG_CONVERSATION_INTEGRITY, CHINWAG_VIEW, CHINWAG_VIEW_INTEGRITY, CHINWAG_STYLE, CHINWAG_STYLE_INTEGRITY, CHINWAG_ENGLISH, CHINWAG_ENGLISH_INTEGRITY, CHINWAG_FILES, CHINWAG_TEXTS, CHINWAG_VERSION */

try {
  begin(/** @type {Record<string, unknown>} */ (/** @type {unknown} */ (window)));
} catch (error) {
  report(named(error, 'unsupported', lacking));
}

/** @param {Record<string, unknown>} page */
function begin(page) {
  const before = readGlobal(page);
  const { running } = before;
  const element = findScript(/\/chinwag\.js([?#]|$)/);
  /** @type {string[]} */
  const wrong = [];
  // A widget that failed starts again with its old options, but the attributes of the new tag win.
  const preset = running ? { ...running.options, ...element?.dataset } : before.found;
  const options = readOptions(element?.dataset ?? {}, preset, element?.src ?? '', wrong);
  const script = { core, files, full: false, element };
  if (running && running.getState().status !== 'failed') {
    // The page has the script twice, or our script for another vendor's pages ran first. Two sites on one page are a mistake, which is reported.
    const there = running.options;
    if (options && there && (options.site !== there.site || options.server !== there.server)) {
      throw new ChinwagError('another_site', `${options.site} of ${options.server} is refused, ${there.site} of ${there.server} is there`);
    }
    // Another script may wait for this announcement.
    registryOf(page).announce(script);
    return;
  }
  if (wrong.length) report(new ChinwagError('misuse', wrong.join(', ')));
  if (!options) return;
  const registry = registryOf(page);
  const calls = takeCalls(before);
  const alone = !registry.options();
  const { chat } = registry.join(script, options);
  try {
    setGlobal(page, chat, options, calls, CHINWAG_VERSION);
  } catch (error) {
    // Without the API the page could not control the widget.
    if (alone) chat.destroy();
    throw error;
  }
}

/** @param {string} server @returns {import('./script.js').Files} */
function files(server) {
  return {
    wasm: `${server}w/${CHINWAG_WASM}`,
    integrity: CHINWAG_WASM_INTEGRITY,
    conversation: { url: `${server}w/${CHINWAG_CONVERSATION}`, integrity: CHINWAG_CONVERSATION_INTEGRITY },
    view: { url: `${server}w/${CHINWAG_VIEW}`, integrity: CHINWAG_VIEW_INTEGRITY },
    style: () => fetchText(`${server}w/${CHINWAG_STYLE}`, CHINWAG_STYLE_INTEGRITY),
    english: () => fetchText(`${server}w/${CHINWAG_ENGLISH}`, CHINWAG_ENGLISH_INTEGRITY),
    uploads: () => importFile(`${server}w/${CHINWAG_FILES}`),
    texts: Object.fromEntries(
      Object.entries(CHINWAG_TEXTS).map(([locale, file]) => [locale, () => fetchTexts(`${server}w/${file}`)]),
    ),
  };
}
