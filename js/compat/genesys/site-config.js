/**
 * The site's configuration as this layer gives it to the core: one chat, and one widget for callbacks, which WebChat and
 * Callback show and hide; with the page's form and texts.
 */

import { isArray, isObject } from './safe.js';

/** For a widget that must not appear by itself: the longest time that the configuration can hold, in milliseconds. */
const NEVER = 0xffff_ffff;

/**
 * @typedef {object} Wanted
 * @property {string} widget Id of the site's widget; empty: its first chat.
 * @property {Record<string, unknown> | undefined} form Nothing: the chat has no form.
 * @property {string} label Text on the button; empty: the site's.
 * @property {string} title Title of the panel; empty: the site's.
 */

/**
 * @param {string} text The configuration as it was fetched, JSON.
 * @param {Wanted} wanted
 * @returns {{ text: string, chat: string, callback: string }} With the ids of the elements; empty where the site has none.
 */
export function adapted(text, { widget, form, label, title }) {
  const config = JSON.parse(text);
  const widgets = isArray(config?.widgets) ? config.widgets.filter(isObject) : [];
  const chats = widgets.filter((/** @type {any} */ one) => one.kind === 'chat');
  const chat = (widget && chats.find((/** @type {any} */ one) => one.id === widget)) || chats[0];
  const call = widgets.find((/** @type {any} */ one) => one.kind === 'callback_later') ?? widgets.find((/** @type {any} */ one) => one.kind === 'callback_now');
  const rules = { pages: [], after: NEVER, open_after: 0, only_available: false };
  const ours = [];
  if (chat) ours.push({ ...chat, rules, engagement: 'button', form: form ?? null, label: label || chat.label, title: title || chat.title });
  if (call) ours.push({ ...call, rules, engagement: 'button' });
  return { text: JSON.stringify({ ...config, widgets: ours }), chat: chat?.element ?? '', callback: call?.element ?? '' };
}
