/**
 * What a page written for Genesys Widgets loads in place of the vendor's file:
 *
 *     <script src="https://HOST/genesys.js" data-site="KEY"></script>
 *
 * The bus is there at once. The core follows when the page asks for a chat plugin, and is a build of its own.
 */

import { fetchStyle, fetchTexts } from '../../fetching.js';
import { readOptions } from '../../options.js';
import { GenesysChat } from './link.js';
import { jqueryFrom } from './jquery.js';
import { configOf } from './page-config.js';
import { addPlugin } from './plugin.js';
import { copy, read, warn } from './safe.js';
import { createService } from './service.js';
import { startGenesys } from './start.js';

/* global CHINWAG_JQUERY, CHINWAG_WASM, CHINWAG_WASM_INTEGRITY, CHINWAG_STYLE, CHINWAG_STYLE_INTEGRITY, CHINWAG_TEXTS, CHINWAG_VERSION */

/** G2.1. */
const RESTORE_TIMEOUT = 60_000;
const POLL_EXCEPTION_LIMIT = 5;

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : undefined;
/** Where our own file is, whatever name it was loaded by. */
const source = (script?.src ?? location.href).replace(/\/genesys\/(cxbus|widgets)\.min\.js([?#].*)?$/, '/genesys.js');

/** The one chat of the page, once a plugin needs it. @type {GenesysChat | undefined} */
let chat;

/** Two of the three names under which it is served say how the page starts (G1.2). */
const start = /\/cxbus\.min\.js/.test(script?.src ?? '') ? 'asked' : /\/widgets\.min\.js/.test(script?.src ?? '') ? 'always' : 'detect';

startGenesys({
  page: window,
  start,
  version: CHINWAG_VERSION,
  plugins: { webchatservice: setService },
  jquery: () => jqueryFrom(document, `${new URL('.', source).href}w/${CHINWAG_JQUERY}`),
});

/** @type {import('./start.js').PluginSetup} */
function setService(bus, config, _common, { page, report }) {
  const section = config('webchat');
  /** @type {ReturnType<typeof createService> | undefined} */
  let service;
  const options = optionsOf(page);
  if (!options) {
    warn('Chinwag: name the site: <script src=".../genesys.js" data-site="KEY">, or _genesys.widgets.chinwag = { site, server } [misuse]');
    return;
  }
  const limits = {
    restoreTimeout: numberOf(section.restoreTimeout, RESTORE_TIMEOUT),
    pollExceptionLimit: numberOf(section.pollExceptionLimit, POLL_EXCEPTION_LIMIT),
  };
  chat = new GenesysChat(options, filesOf(options.server), limits, (notice) => service?.notice(notice));
  const plugin = addPlugin(bus, config, { name: 'WebChatService', section: 'webchat' });
  if (!plugin) return;
  service = createService({
    plugin,
    link: chat.link(),
    config: section,
    automatic: () => automaticData(page, plugin),
    report,
    clock: { set: (work, millis) => setTimeout(work, millis), clear: (timer) => clearTimeout(/** @type {any} */ (timer)) },
  });
  // What went wrong is on the console already.
  chat.ready.catch((error) => service?.fail(error));
}

/** @param {Window & typeof globalThis} page */
function optionsOf(page) {
  const own = copy(read(configOf(page), 'chinwag'), {});
  return readOptions(script?.dataset ?? {}, { launcher: false, ...own }, source);
}

/** @param {string} server @returns {import('../../chat.js').Files} */
function filesOf(server) {
  return {
    wasm: `${server}w/${CHINWAG_WASM}`,
    integrity: CHINWAG_WASM_INTEGRITY,
    style: () => fetchStyle(`${server}w/${CHINWAG_STYLE}`, CHINWAG_STYLE_INTEGRITY),
    texts: Object.fromEntries(Object.entries(CHINWAG_TEXTS).map(([locale, file]) => [locale, () => fetchTexts(`${server}w/${file}`)])),
  };
}

/**
 * What every start carries (G2.5).
 *
 * @param {Window} page
 * @param {import('./bus.js').Plugin} plugin
 * @returns {Record<string, string>}
 */
function automaticData(page, plugin) {
  const { userAgent, platform } = page.navigator;
  return {
    GCTI_LanguageCode: `${plugin.data('App.language') ?? 'en'}`,
    _genesys_source: plugin.data('App.mobileMode') === true ? 'mobile' : 'web',
    // Without query and fragment, which may hold secrets (quality P10).
    _genesys_referrer: `${page.document.referrer.split(/[?#]/, 1)[0]}`,
    _genesys_url: `${page.location.href.split(/[?#]/, 1)[0]}`,
    _genesys_pageTitle: page.document.title,
    _genesys_browser: /(?:Firefox|Edg|OPR|Chrome|Version)\/[\d.]+/.exec(userAgent)?.[0] ?? '',
    _genesys_OS: platform,
    _genesys_widgets: CHINWAG_VERSION,
  };
}

/** @param {unknown} value @param {number} otherwise */
function numberOf(value, otherwise) {
  const number = Number(value);
  return value !== undefined && number >= 0 && Number.isFinite(number) ? Math.floor(number) : otherwise;
}
