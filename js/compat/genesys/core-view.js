/** WebChat's hold on the core: what it shows, with which form and in which words. */

import { CLOSE, CONFIG, HIDE, OPEN, SHOW } from '../../verbs.js';
import { adapted } from './site-config.js';
import { elementOf } from './elements.js';
import { oursOf } from './words.js';

/** Verbs that only this build of the core knows (src/browser/page.rs). */
const RENEW = 23;
const INJECT = 24;

/**
 * What the page's configuration and language pack make of ours. Asked by the shim each time that it fetches one of them.
 *
 * @param {object} given
 * @param {() => unknown} given.pack Section `webchat` of the language that is on.
 * @param {(text: string) => unknown} given.widget Id of the site's widget that the page named.
 */
export function createSite({ pack, widget }) {
  /** The configuration as it came last. */
  let raw = '';
  /** @type {Record<string, unknown> | undefined} */
  let form;
  const site = {
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
      return text;
    },
    /** Texts of a language with the page's in their place. @param {string | undefined} text @returns {string | undefined} */
    texts: (text) => {
      const own = oursOf(pack());
      return Object.keys(own).length ? JSON.stringify({ ...JSON.parse(text ?? '{}'), ...own }) : text;
    },
  };
  return site;
}

/** @typedef {ReturnType<typeof createSite>} Site */

/**
 * @param {object} given
 * @param {import('./link.js').GenesysChat} given.chat
 * @param {Site} given.site
 * @param {import('./panel.js').Panel} given.panel
 * @returns {Omit<import('./webchat.js').View, 'button'>}
 */
export function createCoreView({ chat, site, panel }) {
  const run = (/** @type {number} */ verb, /** @type {string} */ two = '') => site.chat && chat.run(verb, site.chat, two);
  return {
    ready: () => chat.ready,
    open: () => {
      if (!site.chat) return false;
      run(OPEN);
      return panel.isShown();
    },
    minimize: () => void run(CLOSE),
    hide: () => void run(HIDE),
    showButton: () => void run(SHOW),
    define: (form) => {
      site.define(form);
      run(RENEW);
      chat.run(CONFIG, site.again());
    },
    inject: (id, line, content) => {
      panel.keep(id, () => panel.content(content));
      run(INJECT, JSON.stringify(Object.entries({ ...line, id }).map(([name, value]) => ({ name, value }))));
      return elementOf(panel.row(id));
    },
    panel,
  };
}
