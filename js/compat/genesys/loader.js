/**
 * The script that a page for Genesys Widgets loads in place of the vendor's file:
 *
 *     <script src="https://HOST/genesys.js" data-site="KEY"></script>
 *
 * The bus is there at once. The core follows when the page asks for a chat plugin, and is a build of its own.
 */

import { Build } from '../../build.js';
import { core as build } from '../../core.js';
import { ChinwagError, named, report as tellAuthor } from '../../error.js';
import { fetchText, fetchTexts, importFile } from '../../fetching.js';
import { readGlobal, setGlobal, takeCalls } from '../../global.js';
import { findScript, readOptions, textsFor } from '../../options.js';
import { registryOf } from '../../registry.js';
import { serviceOf } from './answers.js';
import { createChunk } from './chunk.js';
import { GenesysInstance } from './link.js';
import { jqueryFrom } from './jquery.js';
import { configOf } from './page-config.js';
import { addPlugin } from './plugin.js';
import { copy, read, report, warn } from './safe.js';
import { createService } from './service.js';
import { startGenesys } from './start.js';
import { createSite } from './core-view.js';
import { setOthers } from './others.js';
import { setWindow } from './window.js';

/* global CHINWAG_JQUERY, CHINWAG_WASM, CHINWAG_WASM_INTEGRITY, CHINWAG_STYLE, CHINWAG_STYLE_INTEGRITY, CHINWAG_ENGLISH, CHINWAG_ENGLISH_INTEGRITY, CHINWAG_FILES, CHINWAG_MORE, CHINWAG_SERVER, CHINWAG_TAKEOVER, CHINWAG_TEXTS, CHINWAG_VERSION */

/** G2.1. */
const RESTORE_TIMEOUT = 60_000;
const POLL_EXCEPTION_LIMIT = 5;
/** After so many milliseconds a file that the page needs at the start is fetched again. */
const AGAIN_MS = 5000;

const script = findScript(/\/(genesys|cxbus\.min|widgets\.min)\.js([?#]|$)/);
/** The address of our own file, also when it was loaded under a vendor's name. */
const source = (script?.src ?? location.href).replace(/\/genesys\/(cxbus|widgets)\.min\.js([?#].*)?$/, '/genesys.js');

/** Where the window's stage is kept for the next page (`webchat.js`). */
const STAGE = '_genesys.widgets.webchat.state';

/** The site whose texts are used, once the core was requested. @type {{ site: import('./core-view.js').Site, languages: () => unknown, asks: boolean } | undefined} */
let files;
/** This script's build. Announced at once, so that other scripts of ours on the page use it. @type {import('../../script.js').Script} */
const own = {
  core: build,
  full: true,
  element: script,
  files: filesOf,
  takeOver: async (...given) => (await fetched(CHINWAG_TAKEOVER)).takeOver(...given, { Build, ChinwagError, textsFor }),
  host: { notice: () => {}, slot: () => {} },
};
/** The widget set was requested and refused. */
let refused = false;
/** The one chat of the page, once a plugin needs it. @type {{ chat: GenesysInstance, site: import('./core-view.js').Site } | undefined} */
let core;
/** The file with the code that only some pages need. @type {import('./chunk.js').Chunk<import('./others.js').More>} */
const more = createChunk(() => fetched(CHINWAG_MORE), report);
/** The file for pages that name a chat server. @type {import('./chunk.js').Chunk<typeof import('./server-chunk.js')>} */
const server = createChunk(() => fetched(CHINWAG_SERVER), report);
/** The function of that file, once it is loaded. @type {typeof import('./server-chunk.js').chatServer | undefined} */
let chatServer;
/** @type {ReturnType<typeof placeOf>} */
let place;
/** @type {ReturnType<typeof createService> | undefined} */
let service;
/** @type {ReturnType<typeof setWindow>} */
let view;
/** Other plugins that follow the core. @type {((event: { name: string, element?: string }) => void)[]} */
const followers = [];

/** Two of the three names under which it is served say how the page starts (G1.2). */
const start = /\/cxbus\.min\.js/.test(script?.src ?? '') ? 'asked' : /\/widgets\.min\.js/.test(script?.src ?? '') ? 'always' : 'detect';

registryHere()?.announce(own);
startGenesys({
  page: window,
  start,
  version: CHINWAG_VERSION,
  plugins: {
    webchatservice: overCore('webchatservice', setService),
    webchat: overCore('webchat', setWebChat),
    ...setOthers({ over: overCore, core: coreOf, follow: (listener) => void followers.push(listener), more }),
  },
  jquery: () => jqueryFrom(document, addressOf(CHINWAG_JQUERY), undefined, script?.nonce),
});

/** A file beside this one. @param {string} name */
function addressOf(name) {
  return `${new URL('.', source).href}w/${name}`;
}

/** A script of ours that comes later. @param {string} name @returns {Promise<any>} */
function fetched(name) {
  return importFile(addressOf(name));
}

/** @type {import('./start.js').PluginSetup} */
function setService(bus, config, _common, { page, report }) {
  const { chat } = coreOf(bus, config, page) ?? {};
  if (!chat) return;
  const plugin = addPlugin(bus, config, { name: 'WebChatService', section: 'webchat' });
  if (!plugin) return;
  service = createService({
    plugin,
    link: chat.link(),
    config: config('webchat'),
    automatic: () => automaticData(page, plugin),
    report,
    shown: (told, event) => view?.shown(told, event),
    clock: { set: (work, millis) => setTimeout(work, millis), clear: (timer) => clearTimeout(/** @type {any} */ (timer)) },
  });
  // The error is on the console already.
  chat.ready.catch((error) => service?.fail(error));
}

/** @type {import('./start.js').PluginSetup} */
function setWebChat(bus, config, common, services) {
  const parts = coreOf(bus, config, services.page);
  if (!parts) return;
  // WebChatService is loaded with it; an error because it is loaded already does no harm.
  bus.loadPlugin('webchatservice');
  view = setWindow({ bus, config, common, services, more, ...parts });
}

/**
 * The destination of the page's chats: a site of ours, or a chat server of the vendor's.
 *
 * @param {import('./bus.js').Bus} bus
 * @param {import('./plugin.js').Config} config
 * @param {Window & typeof globalThis} page
 */
function placeOf({ CXBus }, config, page) {
  const registry = registryHere();
  if (!registry) return undefined;
  const language = CXBus.data('App.language');
  // Another script was first: its site is the page's, and its options count.
  const there = registry.options();
  const ours = optionsOf(page, language, {}) ?? (there ? optionsOf(page, language, { site: there.site, server: there.server }) : null);
  // A site of ours wins over a chat server: pages that move to us keep their old configuration.
  const address = ours ? undefined : serviceOf(config('webchat'), page.location.href);
  const options = ours ?? (address ? optionsOf(page, language, { site: 'webchat' }) : null);
  if (options) return { registry, follows: there !== undefined, address, options };
  warn(
    'Chinwag: name the site, <script src=".../genesys.js" data-site="KEY"> or _genesys.widgets.chinwag = { site, server }, or a chat server, _genesys.widgets.webchat.dataURL [misuse]',
  );
  return undefined;
}

/**
 * A plugin that needs the core. When the page names a chat server, the plugin waits for the file for such pages; its download is repeated until it
 * works.
 *
 * @param {string} name
 * @param {import('./start.js').PluginSetup} setup
 * @returns {import('./start.js').PluginSetup}
 */
function overCore(name, setup) {
  return (bus, config, common, services) => {
    if (!core && !refused && !(place ??= placeOf(bus, config, services.page))) return undefined;
    const set = () => setup(bus, config, common, services);
    if (!place?.address) return set();
    return new Promise((done, failed) => {
      server.want(
        (found) => {
          chatServer = found.chatServer;
          done(set());
        },
        (why) => {
          failed();
          // Other plugins start with WebChat, or try again at their next command.
          if (name !== 'webchat') return;
          warn(why);
          setTimeout(() => bus.loadPlugin(name), AGAIN_MS);
        },
      );
    });
  };
}

/**
 * The core, made when the first plugin wants it.
 *
 * @param {import('./bus.js').Bus} bus
 * @param {import('./plugin.js').Config} config
 * @param {Window & typeof globalThis} page
 */
function coreOf(bus, config, page) {
  if (core || refused || !(place ??= placeOf(bus, config, page)) || (place.address && !chatServer)) return core;
  const section = config('webchat');
  const { CXBus } = bus;
  const { address, follows, options, registry } = place;
  const limits = {
    restoreTimeout: numberOf(section.restoreTimeout, RESTORE_TIMEOUT),
    pollExceptionLimit: numberOf(section.pollExceptionLimit, POLL_EXCEPTION_LIMIT),
  };
  const site = createSite({
    pack: () => read(CXBus.data('App.i18n'), 'webchat'),
    widget: () => read(config('chinwag'), 'widget'),
    follows,
  });
  files = { site, languages: () => CXBus.data('App.localization'), asks: address !== undefined };
  /** @type {import('./link.js').Ears} */
  const ears = {
    site,
    light: () => !site.follows && read(config('chinwag'), 'dom') === 'light',
    told: (notice) => {
      if (notice.what === 'filled') view?.filled(notice.values ?? []);
      else service?.notice(notice);
    },
    heard: (event) => {
      if (event.element === site.chat) view?.heard(event.name);
      followers.forEach((listener) => listener(event));
    },
  };
  try {
    const join = (/** @type {import('../../script.js').Facade} */ facade) => joinPage(page, registry, options, facade);
    const chat = new GenesysInstance(join, limits, ears, address ? chatServer?.(address, config, page, options.accent ?? '') : undefined);
    // The widget stays hidden until a plugin shows it; a window that was open on the last page is shown at once.
    if (!site.follows && !wasOpen(page)) chat.call('hide');
    core = { chat, site };
  } catch (error) {
    refused = true;
    tellAuthor(named(error));
  }
  return core;
}

/**
 * Asks for the page's widget set, and gives the page `window.Chinwag` unless it has it.
 *
 * @param {object} page
 * @param {import('../../registry.js').Registry} registry
 * @param {import('../../options.js').Options} options
 * @param {import('../../script.js').Facade} facade
 * @returns {Promise<void>}
 */
function joinPage(page, registry, options, facade) {
  const window = /** @type {Record<string, unknown>} */ (page);
  const before = readGlobal(window);
  const isThere = before.running && before.running.getState().status !== 'failed';
  const calls = isThere ? [] : takeCalls(before);
  const { chat, ready } = registry.join(own, options, facade);
  if (!isThere) {
    try {
      setGlobal(window, chat, options, calls, CHINWAG_VERSION);
    } catch (error) {
      // The bus works without the global.
      tellAuthor(named(error));
    }
  }
  return ready;
}

/** The page's registry; nothing, with a line on the console, when scripts of another release are on the page. */
function registryHere() {
  try {
    return registryOf(window);
  } catch (error) {
    refused = true;
    tellAuthor(named(error));
    return undefined;
  }
}

/** @param {Window} page */
function wasOpen(page) {
  try {
    return page.sessionStorage.getItem(STAGE) !== null;
  } catch {
    return false;
  }
}

/** @param {Window & typeof globalThis} page @param {unknown} language @param {Record<string, unknown>} more */
function optionsOf(page, language, more) {
  const own = copy(read(configOf(page), 'chinwag'), {});
  /** @type {string[]} */
  const wrong = [];
  const options = readOptions(script?.dataset ?? {}, { locale: `${language ?? 'en'}`, launcher: false, ...own, ...more }, source, wrong);
  if (options && wrong.length) warn(new ChinwagError('misuse', wrong.join(', ')).message);
  return options;
}

/** @param {string} server @returns {import('../../build.js').Files} */
function filesOf(server) {
  return {
    wasm: `${server}w/${CHINWAG_WASM}`,
    integrity: CHINWAG_WASM_INTEGRITY,
    conversation: { url: `${server}w/${CHINWAG_CONVERSATION}`, integrity: CHINWAG_CONVERSATION_INTEGRITY },
    requests: files?.asks ? { url: `${server}w/${CHINWAG_REQUESTS}`, integrity: CHINWAG_REQUESTS_INTEGRITY } : undefined,
    view: { url: `${server}w/${CHINWAG_VIEW}`, integrity: CHINWAG_VIEW_INTEGRITY },
    style: () => fetchText(`${server}w/${CHINWAG_STYLE}`, CHINWAG_STYLE_INTEGRITY),
    english: () => fetchText(`${server}w/${CHINWAG_ENGLISH}`, CHINWAG_ENGLISH_INTEGRITY),
    uploads: () => importFile(`${server}w/${CHINWAG_FILES}`),
    get texts() {
      // A language that only the page has texts of gets our English texts, with the page's in their place.
      const names = ['en', ...Object.keys(copy(files?.languages(), {})), ...Object.keys(CHINWAG_TEXTS)];
      return Object.fromEntries(
        names.map((locale) => {
          const file = CHINWAG_TEXTS[locale];
          const texts = async () => (file ? await fetchTexts(`${server}w/${file}`) : undefined);
          return [locale, async () => (files ? files.site.texts(await texts()) : texts())];
        }),
      );
    },
  };
}

/**
 * The data that every start carries (G2.5).
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
