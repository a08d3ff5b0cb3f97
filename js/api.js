/** The page's API: the object `window.Chinwag`, which `createChinwag` returns too. */

import { KINDS } from './before.js';
import { ChinwagError, named, report } from './error.js';
import { isCall } from './options.js';

/** @typedef {import('./instance.js').Instance} Instance */
/** @typedef {import('./types.js').Chinwag} Chinwag */

/**
 * @param {Instance} chat
 * @param {string} version
 * @param {() => void} [gone] Called after `destroy()`.
 * @returns {Chinwag}
 */
export function createApi(chat, version, gone) {
  const push = safe('push', (/** @type {unknown} */ call) => {
    const [name, ...given] = isCall(call) ? call : [''];
    const method = Object.hasOwn(api, name) ? /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (api))[name] : undefined;
    if (typeof method !== 'function') throw wrong(name || 'call', "a method and its arguments: ['open']");
    Reflect.apply(method, api, given);
  });
  const pushAll = (/** @type {unknown[]} */ ...calls) => calls.forEach(push);
  /** @type {Record<string, (...given: any[]) => unknown>} */
  const calls = {
    sendMessage: (text, widget) => chat.call('sendMessage', { widget: widgetOf(widget), text: textOf(text, 'text') }),
    submit: (values, widget) => chat.call('submit', { widget: widgetOf(widget), values: valuesOf(values ?? {}) }),
    skipSurvey: (skip, widget) => chat.call('skipSurvey', { widget: widgetOf(widget), skip: skip !== false }),
    setTyping: (on, widget) => chat.call('setTyping', { widget: widgetOf(widget), on: on === true }),
    setVisitor: (values) => chat.call('setVisitor', { values: valuesOf(values) }),
    // Only `true` counts as consent.
    setConsent: (given) => chat.call('setConsent', { given: given === true }),
    setLocale: (locale) => void chat.setLocale(textOf(locale, 'locale')),
    setPage: (page) => chat.setPage(optional(page?.url, 'url'), optional(page?.title, 'title')),
    on: (event, listener) => {
      const name = textOf(event, 'name');
      if (typeof listener !== 'function') throw wrong('listener', 'a function');
      chat.listeners.on(name, listener);
      return () => chat.listeners.off(name, listener);
    },
    before: (kind, listener) => {
      const name = textOf(kind, 'kind');
      if (!KINDS.includes(name)) throw wrong('kind', KINDS.join(', '));
      if (typeof listener !== 'function') throw wrong('listener', 'a function');
      return chat.before(name, listener);
    },
    off: (event, listener) => chat.listeners.off(textOf(event, 'name'), listener),
    replay: () => chat.replay(),
    forget: () => chat.call('forget'),
    destroy: () => {
      chat.destroy();
      gone?.();
    },
  };
  for (const name of /** @type {const} */ (['open', 'close', 'show', 'hide', 'end', 'restart', 'cancel', 'loadEarlier', 'markRead'])) {
    calls[name] = (widget) => chat.call(name, { widget: widgetOf(widget) });
  }
  for (const name of /** @type {const} */ (['retry', 'discard'])) {
    calls[name] = (message, widget) => chat.call(name, { widget: widgetOf(widget), message: textOf(message, 'message') });
  }
  const api = /** @type {Chinwag} */ (
    /** @type {unknown} */ ({
      version,
      ready: chat.ready,
      getState: () => chat.state(),
      ...Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, safe(name, call)])),
      push: pushAll,
      q: { push: pushAll },
    })
  );
  return api;
}

/**
 * A call that cannot be carried out is one line on the console, and nothing is thrown into the page.
 *
 * @template {(...given: any[]) => unknown} F
 * @param {string} name
 * @param {F} call
 * @returns {F}
 */
function safe(name, call) {
  return /** @type {F} */ (
    (...given) => {
      try {
        return call(...given);
      } catch (error) {
        report(named(error, 'misuse', `${name}: unreadable arguments`));
        // The page expects a function to call: it gets one that does nothing.
        return name === 'on' || name === 'before' ? () => {} : undefined;
      }
    }
  );
}

/** @param {string} field @param {string} what The expected form. */
const wrong = (field, what) => new ChinwagError('misuse', `${field}: ${what}`);

/** @param {unknown} value @param {string} field @returns {string} */
function textOf(value, field) {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw wrong(field, 'a text');
  return value;
}

/** @param {unknown} value @param {string} field @returns {string | undefined} */
function optional(value, field) {
  return value === undefined || value === null || value === '' ? undefined : textOf(value, field);
}

/** @param {unknown} value */
function widgetOf(value) {
  return optional(value, 'widget');
}

/** @param {any} values @returns {import('./port.js').FieldValue[]} */
function valuesOf(values) {
  const what = 'texts, numbers, booleans, by name';
  if (typeof values !== 'object' || !values) throw wrong('values', what);
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  const bad = entries.find(([, value]) => !/^(string|number|boolean)$/.test(typeof value));
  if (bad) throw wrong(bad[0], what);
  return entries.map(([name, value]) => ({ name, value: String(value) }));
}
