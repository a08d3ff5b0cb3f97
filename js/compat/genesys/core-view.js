/** WebChat's control of the core: visibility, form and texts. */

import { adapted } from './site-config.js';
import { elementOf, textOf } from './elements.js';
import { read } from './safe.js';
import { createSlots } from './slots.js';
import { oursOf } from './words.js';

/**
 * Adapts the site's configuration and texts to the page's configuration and language pack, each time that the shim has fetched one of them.
 *
 * @param {object} given
 * @param {() => unknown} given.pack Section `webchat` of the language that is on.
 * @param {(text: string) => unknown} given.widget Id of the site's widget that the page named.
 * @param {boolean} [given.follows] Another script was on the page first: its widgets stay as they are, and this layer only gets their events.
 */
export function createSite({ pack, widget, follows = false }) {
  /** The configuration as it was fetched last. */
  let raw = '';
  /** @type {Record<string, unknown> | undefined} */
  let form;
  const slots = createSlots(() => site.chat);
  const site = {
    slots,
    follows,
    chat: '',
    callback: '',
    accent: '',
    define: (/** @type {Record<string, unknown> | undefined} */ next) => void (form = next),
    /** @param {string} text @returns {string} */
    adapt: (text) => {
      raw = text;
      return site.again();
    },
    again: () => {
      if (!raw) return '';
      const words = /** @type {Record<string, unknown>} */ (pack() ?? {});
      const say = (/** @type {string} */ key) => (typeof words[key] === 'string' ? /** @type {string} */ (words[key]) : '');
      const { text, chat, callback } = adapted(raw, { widget: `${widget('') ?? ''}`, form, label: say('ChatButton'), title: say('ChatTitle') });
      site.chat = chat;
      site.callback = callback;
      site.accent = `${JSON.parse(raw)?.brand?.accent ?? ''}`;
      return follows ? raw : text;
    },
    /** Texts of a language with the page's in their place. @param {string | undefined} text @returns {string | undefined} */
    texts: (text) => {
      const own = follows ? {} : oursOf(pack());
      return Object.keys(own).length ? JSON.stringify({ ...JSON.parse(text ?? '{}'), ...own }) : text;
    },
  };
  return site;
}

/** @typedef {ReturnType<typeof createSite>} Site */

/**
 * @param {object} given
 * @param {import('./link.js').GenesysInstance} given.chat
 * @param {Site} given.site
 * @param {import('./panel.js').Panel} given.panel
 */
export function createCoreView({ chat, site, panel }) {
  /** Calls a command of the chat's widget, once it is known, without asking the listeners of `before`. @param {'open' | 'close' | 'hide' | 'show' | 'renew'} name */
  const ask = (name) => site.chat && chat.call(name, { widget: site.chat, asked: true });
  return {
    follows: site.follows,
    ready: () => chat.ready,
    open: () => {
      ask('open');
      return chat.state().widgets.some(({ element, shown }) => element === site.chat && shown);
    },
    minimize: () => void ask('close'),
    // Where another script was first, its launcher stays.
    hide: () => void ask(site.follows ? 'close' : 'hide'),
    showButton: () => void ask('show'),
    define: (/** @type {Record<string, unknown> | undefined} */ form) => {
      if (site.follows) return;
      site.define(form);
      ask('renew');
      chat.call('configure', { config: site.again() });
    },
    inject: (/** @type {string} */ id, /** @type {import('../../port.js').Line} */ line, /** @type {unknown} */ content) => {
      panel.keep(id, () => panel.content(content));
      if (site.chat) chat.call('inject', { widget: site.chat, id, line });
      return elementOf(panel.row(id));
    },
    panel,
    /** Shows a message as the page's filters and preprocessors have changed it (G2.7). @type {NonNullable<Parameters<typeof import('./transcript.js').createTranscript>[0]['shown']>} */
    shown: (told, event) => {
      const id = textOf(told.id);
      if (!id) return;
      const text = textOf(read(event, 'text'));
      const gone = !event || !event.type;
      const drawn = !gone && event.html === true;
      if (!gone && !drawn && text === told.event.text) return;
      if (drawn) panel.keep(id, () => panel.content(text));
      const line = gone ? undefined : { name: '', text, mine: false, bare: false, drawn };
      if (site.chat) chat.call('rewrite', { widget: site.chat, id, line });
    },
  };
}
