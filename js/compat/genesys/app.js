/** The plugin `App` (G1.11, G3.8): the options of `main`, and events for all other plugins. */

import { add, copy, dict, each, is, isArray, isObject, keys, lower, numberOf, read } from './safe.js';
import { elementOf } from './elements.js';

/** @typedef {import('./bus.js').Bus} Bus */
/** @typedef {import('./bus.js').Plugin} Plugin */
/** @typedef {import('./commands.js').BusCommand} BusCommand */
/** @typedef {import('./page-config.js').Section} Section */

const EVENTS = [
  'ready', 'closeAll', 'theme', 'i18n', 'language', 'mobileMode', 'timeFormat', 'zoom', 'focus', 'blur', 'requestHeaderUpdated',
];

/** Where the names of plugins for the next page are kept. */
const AUTO_LOAD = 'Widgets.autoLoadList';

/** Headers that services may send (G1.11). */
const HEADERS = ['Authorization', 'apikey'];

/**
 * @param {object} options
 * @param {Bus} options.bus
 * @param {Window & typeof globalThis} options.page
 * @param {import('./common.js').Common} options.common
 * @param {string} options.version
 * @param {(extension: unknown, next: () => void) => void} options.runExtension
 */
export function createApp({ bus, page, common, version, runExtension }) {
  const plugin = /** @type {Plugin} */ (bus.registerPlugin('App'));
  plugin.registerEvents(EVENTS);
  /** @type {Section} */
  let main = {};
  const themes = createThemes(plugin, page);
  const languages = createLanguages(plugin);
  const memory = createMemory(page);
  const data = (/** @type {string} */ key) => plugin.data(key);

  /** @type {Record<string, (command: BusCommand) => unknown>} */
  const commands = {
    ...themes.commands,
    ...languages.commands,
    ...headers(plugin),
    ...memory.commands,
    closeAll: ({ deferred }) => {
      plugin.publish('closeAll');
      deferred.resolve();
    },
    registerExtension: ({ deferred, data }) => {
      const extension = read(data, 'extension');
      if (typeof extension === 'function') return runExtension(extension, () => deferred.resolve());
      if (typeof extension === 'string') return bus.loadFile(extension).done(deferred.resolve).fail(deferred.reject);
      return deferred.reject('No extension provided');
    },
    debug: ({ deferred, data: { enabled, timestamps } }) => {
      debug(enabled, timestamps);
      deferred.resolve();
    },
    info: ({ deferred }) => deferred.resolve(info()),
    about: ({ deferred }) => {
      common.log(`Chinwag ${version}`);
      deferred.resolve(info());
    },
  };
  each(keys(commands), (name) => plugin.registerCommand(name, commands[name]));

  const info = () => ({ name: 'Chinwag', version, id: data('ID'), language: languages.now(), theme: themes.now(), deploymentID: data('deploymentID') });
  const debug = (/** @type {unknown} */ enabled, /** @type {unknown} */ timestamps) => {
    bus.state.debug = enabled === true;
    bus.state.timestamps = timestamps === true;
  };

  return {
    /** Takes `main`. @param {Section} given */
    begin: (given) => {
      main = given;
      if (read(main, 'debug') === true) debug(true, read(main, 'debugTimestamps'));
      plugin.data('ID', common.guid());
      plugin.data('deploymentID', text(main.deploymentID) ?? '');
      plugin.data('cookieOptions', copy(main.cookieOptions, {}));
      plugin.data('requestHeader', permitted(copy(main.header)));
      plugin.data('transitions', main.transitions !== false);
      themes.begin(main);
    },

    /** The language, and the events before the extensions start. @param {unknown} given A language pack. */
    speak: (given) => {
      languages.begin(given, text(main.lang) ?? 'en');
      const timeFormat = numberOf(main.timeFormat, 12) === 24 ? 24 : 12;
      plugin.data('timeFormat', timeFormat);
      plugin.republish('timeFormat', { timeFormat });
    },

    /** Everybody may begin. @param {Section} widgets The whole configuration. */
    open: (widgets) => {
      followScreen(page, plugin, main);
      lookAt(page, plugin);
      moveLast(page.document, text(main.customStylesheetID));
      plugin.data('ready', true);
      plugin.ready();
      plugin.republish('ready', widgets);
    },

    remember: (/** @type {string} */ name, /** @type {boolean} */ on) => void memory.remember(name, on),
    /** Plugins to load because of the last page. */
    remembered: () => memory.remembered(),
  };
}

/** The themes, which are names of classes. @param {Plugin} plugin @param {Window & typeof globalThis} page */
function createThemes(plugin, page) {
  /** @type {Record<string, string>} */
  let themes = dict();
  let theme = '';

  /** @param {unknown} name @returns {boolean} */
  const setTheme = (name) => {
    const found = typeof name === 'string' ? themes[name] : undefined;
    if (found === undefined) return false;
    theme = found;
    plugin.data('theme', theme);
    plugin.republish('theme', { theme });
    return true;
  };

  /** @type {Record<string, (command: BusCommand) => unknown>} */
  const commands = {
    setTheme: ({ deferred, data }) => (setTheme(read(data, 'theme')) ? deferred.resolve(theme) : deferred.reject('Invalid theme specified')),
    getTheme: ({ deferred }) => deferred.resolve(theme),
    reTheme: ({ deferred, data }) => {
      const html = read(data, 'html');
      const list = elementOf(html)?.classList;
      each(keys(themes), (name) => list?.remove(...classes(themes[name])));
      list?.add(...classes(theme));
      deferred.resolve(html);
    },
    themeDemo: ({ deferred, data }) => {
      const before = theme;
      const delay = numberOf(read(data, 'delay'), 2000);
      const names = keys(themes);
      names.forEach((name, at) => page.setTimeout(() => setTheme(name), at * delay));
      page.setTimeout(() => {
        const name = names.find((one) => themes[one] === before);
        setTheme(name);
        deferred.resolve();
      }, names.length * delay);
    },
  };
  /** @param {Section} main */
  const begin = (main) => {
    themes = dict();
    themes.dark = 'cx-theme-dark';
    themes.light = 'cx-theme-light';
    const more = copy(read(main, 'themes'));
    each(keys(more), (name) => typeof more[name] === 'string' && (themes[name] = /** @type {string} */ (more[name])));
    if (!setTheme(main.theme ?? 'dark')) setTheme('dark');
  };
  return { begin, commands, now: () => theme };
}

/** The languages of the page's words. @param {Plugin} plugin */
function createLanguages(plugin) {
  /** Language pack: language to sections of texts. @type {Record<string, Section>} */
  const texts = dict();
  let language = 'en';

  const setLanguage = (/** @type {string} */ code) => {
    language = code;
    plugin.data('language', code);
    plugin.republish('language', code);
    speakAgain();
  };
  const speakAgain = () => {
    const pack = copy(texts[language], {});
    plugin.data('localization', copy(texts, {}));
    plugin.data('i18n', pack);
    plugin.republish('i18n', pack);
  };

  /** @type {Record<string, (command: BusCommand) => unknown>} */
  const commands = {
    setLanguage: ({ deferred, data }) => {
      const code = read(data, 'lang');
      if (typeof code !== 'string' || !code) return deferred.reject('No language code provided');
      // The built-in texts need no pack.
      if (code !== 'en' && !texts[code]) return deferred.reject('No matching language code found in language pack');
      setLanguage(code);
      return deferred.resolve(code);
    },
    registerI18n: ({ deferred, data }) => {
      const { lang, namespace, i18n } = copy(data);
      if (typeof lang !== 'string' || !lang) return deferred.reject('No language code provided');
      if (typeof namespace !== 'string' || !namespace || !isObject(i18n)) return deferred.reject('No language pack provided');
      merge(texts, lang, { [namespace]: i18n });
      if (lang === language) speakAgain();
      return deferred.resolve();
    },
  };
  /** @param {unknown} given A language pack. @param {string} code */
  const begin = (given, code) => {
    const pack = copy(given);
    each(keys(pack), (name) => merge(texts, name, pack[name]));
    setLanguage(code);
  };
  return { begin, commands, now: () => language };
}

/** The plugins that the next page of the tab loads too. @param {Window & typeof globalThis} page */
function createMemory(page) {
  /** @param {string} [but] One to leave out. */
  const remembered = (but) => {
    /** @type {string[]} */
    const names = [];
    try {
      const list = JSON.parse(page.sessionStorage.getItem(AUTO_LOAD) ?? '[]');
      each(isArray(list) ? list : [], (name) => {
        if (typeof name === 'string' && name !== but) add(names, name);
      });
    } catch {
      // A page without storage, or with another script's text in it.
    }
    return names;
  };
  /** @param {string} name @param {boolean} on */
  const remember = (name, on) => {
    const rest = remembered(name);
    if (on) add(rest, name);
    try {
      page.sessionStorage.setItem(AUTO_LOAD, JSON.stringify(rest));
    } catch {
      // A page without storage.
    }
    return rest;
  };

  /** @param {import('./deferred.js').Deferred} deferred @param {unknown} given @param {boolean} on */
  const autoLoad = (deferred, given, on) => {
    const name = read(given, 'name');
    if (typeof name === 'string' && name) deferred.resolve(remember(name, on));
    else deferred.reject('No plugin name provided');
  };
  /** @type {Record<string, (command: BusCommand) => unknown>} */
  const commands = {
    registerAutoLoad: ({ deferred, data }) => autoLoad(deferred, data, true),
    deregisterAutoLoad: ({ deferred, data }) => autoLoad(deferred, data, false),
  };
  return { remembered, remember, commands };
}

/** How large the page is. @param {Window & typeof globalThis} page @param {Plugin} plugin @param {Section} main */
function followScreen(page, plugin, main) {
  /** @param {unknown} value @returns {boolean} */
  const setMobile = (value) => {
    if (is(plugin.data('mobileMode'), value)) return false;
    plugin.data('mobileMode', value);
    return plugin.republish('mobileMode', { mobileMode: value });
  };

  /** Follows a condition of the page's size. @param {string} query @param {(matches: boolean) => void} tell */
  const watch = (query, tell) => {
    const list = page.matchMedia?.(query);
    tell(list?.matches === true);
    list?.addEventListener?.('change', () => tell(list.matches));
  };

    const mode = main.mobileMode;
    if (typeof mode === 'boolean') setMobile(mode);
    else watch(`(max-width:${numberOf(main.mobileModeBreakpoint, 600)}px)`, setMobile);
    const zoom = text(main.zoomBreakpoint) ?? '42em';
    watch(`(max-width:${zoom})`, (narrow) => plugin.republish('zoom', { layout: narrow ? 'narrow' : 'wide' }));
}

/** The commands for headers of requests. @param {Plugin} plugin @returns {Record<string, (command: BusCommand) => unknown>} */
function headers(plugin) {
  return {
    updateAJAXHeader: ({ deferred, data: given }) => {
      const header = { ...plugin.data('requestHeader'), ...permitted(copy(read(given, 'header'))) };
      plugin.data('requestHeader', header);
      plugin.publish('requestHeaderUpdated', header);
      deferred.resolve(header);
    },
    removeAJAXHeader: ({ deferred }) => {
      plugin.data('requestHeader', {});
      plugin.publish('requestHeaderUpdated', {});
      deferred.resolve();
    },
  };
}

/** The headers that a page may set. @param {Section} given @returns {Section} */
function permitted(given) {
  /** @type {Section} */
  const found = {};
  each(keys(given), (key) =>
    each(HEADERS, (header) => {
      if (lower(header) === lower(key) && typeof given[key] === 'string') found[header] = given[key];
    }),
  );
  return found;
}

/** Adds texts of a language to those that are there. @param {Record<string, Section>} texts @param {string} code @param {unknown} more */
function merge(texts, code, more) {
  const pack = (texts[code] = copy(texts[code], {}));
  const sections = copy(more);
  each(keys(sections), (name) => {
    const section = sections[name];
    pack[name] = isObject(section) && !isArray(section) ? copy(section, copy(pack[name], {})) : section;
  });
}

/** Tells whether the visitor looks at the page. @param {Window & typeof globalThis} page @param {Plugin} plugin */
function lookAt(page, plugin) {
  const { document } = page;
  const on = (/** @type {boolean} */ focus) => () => {
    plugin.data('pageFocus', focus);
    plugin.publish(focus ? 'focus' : 'blur');
  };
  const hidden = () => void plugin.data('pageHidden', document.hidden === true);
  plugin.data('pageFocus', document.hasFocus?.() === true);
  hidden();
  page.addEventListener('focus', on(true));
  page.addEventListener('blur', on(false));
  document.addEventListener('visibilitychange', hidden);
}

/** A style sheet of the page's that has to win. @param {Document} document @param {string | undefined} id */
function moveLast(document, id) {
  const style = id ? document.getElementById(id) : null;
  if (style) document.head.appendChild(style);
}

/** @param {string | undefined} names @returns {string[]} */
function classes(names) {
  return (names ?? '').split(/\s+/).filter(Boolean);
}

/** @param {unknown} value @returns {string | undefined} */
function text(value) {
  return typeof value === 'string' && value ? value : undefined;
}
