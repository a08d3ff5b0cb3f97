/** Connects the parts of WebChat with the bus, the core and the screen. */

import { createButton } from './button.js';
import { createCoreView } from './core-view.js';
import { Fields } from './fields.js';
import { createPanel } from './panel.js';
import { addPlugin } from './plugin.js';
import { each, keys, read } from './safe.js';
import { createWebChat } from './webchat.js';
import { createWords } from './words.js';

/**
 * @param {object} given
 * @param {import('./bus.js').Bus} given.bus
 * @param {import('./plugin.js').Config} given.config
 * @param {import('./common.js').Common} given.common
 * @param {import('./start.js').Services} given.services
 * @param {import('./link.js').GenesysInstance} given.chat
 * @param {import('./core-view.js').Site} given.site
 * @param {import('./chunk.js').Chunk<import('./others.js').More>} given.more
 */
export function setWindow({ bus, config, common, services, chat, site, more }) {
  const { page, jquery, report } = services;
  const plugin = addPlugin(bus, config, { name: 'WebChat', section: 'webchat', configure: () => {} });
  if (!plugin) return undefined;
  const section = (/** @type {string} */ name) => read(plugin.data('App.i18n'), name);
  const words = createWords(() => section('webchat'));
  const store = storeOf(page);
  const fields = new Fields({ jquery: jquery.here, CXBus: bus.CXBus, common, invalid: () => words.word('Invalid'), later: (work) => page.setTimeout(work), report });
  const panel = createPanel({
    page,
    slots: site.slots,
    submits: () => site.follows || !window_.pressed('submit', new page.Event('submit', { cancelable: true })),
    heard: (event) => window_.touched(event),
    form: fields.drawn,
    ask: (name) => askCore(chat, site, name),
    more,
  });
  const core = createCoreView({ chat, site, panel });
  const button = createButton({
    plugin,
    display: (on) => void chat.ready.then(() => chat.call(on ? 'show' : 'hide', { widget: site.chat || undefined }), () => {}),
    isFree: () => window_.stage() === 'closed',
    wait: (work, millis) => page.setTimeout(work, millis),
    store,
  });
  const window_ = createWebChat({
    plugin,
    view: { ...core, button },
    fields,
    words,
    section,
    jquery,
    store,
    id: common.guid,
    document: page.document,
    report,
    more,
  });
  if (!site.follows) stepIn(chat, site, window_);
  const emoji = () => {
    const list = read(config('webchat'), 'emojiList');
    if (typeof list !== 'string') return;
    const signs = list.split(';').map((one) => one.split(':')[0]?.trim() ?? '').filter((sign) => /^[^"'\\<>{};]{1,16}$/.test(sign));
    page.document.getElementById(site.chat)?.style.setProperty('--chinwag-emoji', `"${signs.join(' ')}"`);
  };
  void chat.ready.then(emoji, () => {});
  // The panel may be open before this code runs.
  const arrive = () => chat.state().widgets.some(({ element, open }) => open && element === site.chat) && window_.heard('opened');
  if (site.follows) void chat.ready.then(arrive, () => {});

  plugin.subscribe('WebChat.ready', () => {
    window_.listen();
    button.start();
  });
  // The page's texts may be loaded later than the widget.
  plugin.subscribe('App.i18n', () => void chat.setLocale(`${plugin.data('App.language') ?? 'en'}`).catch(() => {}));
  // The original's default is dark. A page without a theme gets the visitor's own colour scheme until it sets a theme.
  let chosen = config('main').theme !== undefined;
  plugin.subscribe('App.theme', (/** @type {any} */ event) => {
    if (chosen) theme(page, site, panel, chat, read(event.data, 'theme'));
    chosen = true;
  });
  plugin.subscribe('App.closeAll', () => {
    if (window_.stage() !== 'closed' && !window_.isActive()) plugin.command('close');
  });
  return { ...window_, shown: core.shown };
}

/** @param {import('./link.js').GenesysInstance} chat @param {import('./core-view.js').Site} site @param {'askEnd' | 'submit'} name */
function askCore(chat, site, name) {
  const widget = site.chat;
  if (!widget) return;
  if (name === 'askEnd') chat.call(name, { widget });
  else chat.call(name, { widget, values: [], asked: true });
}

/**
 * Turns actions of the visitor in the widget into commands, so that the page's `before` functions see them; the core handles the other actions.
 *
 * @param {import('./link.js').GenesysInstance} chat
 * @param {import('./core-view.js').Site} site
 * @param {ReturnType<typeof createWebChat>} window
 */
function stepIn(chat, site, window) {
  /** The widget shows a refusal or an ended chat, so the visitor wants to begin again. */
  const isOver = () => chat.state().widgets.some(({ element, stage }) => element === site.chat && stage !== 'engagement');
  /** @type {Record<string, (asked: { survey?: boolean }) => string>} */
  const acts = {
    activate: () => (window.stage() !== 'open' ? 'launch' : isOver() ? 'restart' : ''),
    close: () => (window.isActive() ? 'minimise' : 'close'),
    end: () => 'end-confirm',
    stay: () => 'end-cancel',
    submit: ({ survey }) => (survey ? '' : 'submit'),
  };
  each(keys(acts), (kind) => {
    chat.before(kind, (asked) => {
      const act = asked.by === 'visitor' && asked.widget === site.chat && acts[kind]?.(asked);
      return act && window.pressed(act, new Event(kind, { cancelable: true })) ? false : undefined;
    });
  });
}

/** Light or dark, and the classes of a theme of the page's own. @param {Window} page @param {import('./core-view.js').Site} site @param {import('./panel.js').Panel} panel @param {import('./link.js').GenesysInstance} chat @param {unknown} name Classes. */
function theme(page, site, panel, chat, name) {
  if (typeof name !== 'string') return;
  const scheme = { 'cx-theme-dark': 'dark', 'cx-theme-light': 'light' }[name];
  const put = () => {
    const host = page.document.getElementById(site.chat);
    if (scheme) host?.style.setProperty('--chinwag-scheme', scheme);
    else host?.style.removeProperty('--chinwag-scheme');
    panel.theme(name.split(/\s+/).filter(Boolean));
  };
  void chat.ready.then(put, () => {});
}

/** The tab's storage, or an object in memory where it cannot be used. @param {Window} page @returns {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} */
function storeOf(page) {
  try {
    return page.sessionStorage;
  } catch {
    const kept = new Map();
    return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) };
  }
}
