/**
 * A chat server of the vendor's in place of ours (G4): the page's options for it, the terms of its requests, and a replacement
 * for the site's configuration, which such a server does not have. The core makes the requests and interprets the answers (src/link/gms).
 */

import { outcomeOf } from './answers.js';
import { copy, dict, read } from './safe.js';

/**
 * The terms on which the core makes its requests: headers, credentials, and the file to send.
 *
 * @typedef {{ apikey?: string, authorization?: string, withCredentials: boolean, file?: unknown }} Terms
 */

/**
 * The outcome of a command.
 *
 * @typedef {object} Outcome
 * @property {number} number
 * @property {number} [status] Of HTTP, 0 for no answer.
 * @property {string} [body]
 * @property {string} [path] Where a form has to be posted.
 * @property {[string, string][]} [form]
 * @property {string} [refused]
 */

/** @typedef {import('./deferred.js').Deferred} Deferred */

/**
 * The options of G2.1, with the core's names for them.
 *
 * @param {Record<string, unknown>} section `webchat` of the page's configuration.
 * @returns {Record<string, string>}
 */
export function linkOptions(section) {
  /** @type {[string, string, number?][]} Our name, the page's name, and a factor. */
  const numbers = [
    ['ajax_timeout', 'ajaxTimeout'],
    ['upload_timeout', 'fileUploadTimeout'],
    ['poll_rate', 'pollRate'],
    ['poll_rate_min', 'pollRateMin'],
    ['poll_rate_max', 'pollIntervalIdle_ms'],
    ['poll_rate_max', 'pollRateMax'],
    ['poll_rate_growth', 'pollRateMult', 100],
    ['poll_rate_sleep', 'pollRateSleep'],
  ];
  /** @type {Record<string, string>} */
  const out = { endpoint: typeof section.endpoint === 'string' ? section.endpoint : '' };
  numbers.forEach(([ours, theirs, factor = 1]) => {
    const number = typeof section[theirs] === 'number' ? Math.round(section[theirs] * factor) : NaN;
    if (Number.isSafeInteger(number) && number >= 0) out[ours] = `${number}`;
  });
  if (typeof section.dynamicPolling === 'boolean') out.dynamic_polling = `${section.dynamicPolling}`;
  if (typeof section.sleepEnabled === 'boolean') out.sleep_enabled = `${section.sleepEnabled}`;
  return out;
}

/**
 * A site's configuration for the core when there is no server of ours.
 *
 * @param {{ locale: string, accent: string, now: number }} given
 * @returns {string} JSON.
 */
export function standIn({ locale, accent, now }) {
  const rules = { pages: [], after: 0, open_after: 0, only_available: false };
  const words = { label: 'Chat', title: 'Chat', greeting: '' };
  const widget = { id: 'webchat', element: 'chinwag-webchat', kind: 'chat', engagement: 'button', ...words, survey_after_unanswered: false };
  return JSON.stringify({
    site: 'webchat',
    locale,
    brand: { name: '', accent, privacy_url: '' },
    consent: 'strict',
    widgets: [{ ...widget, rules, availability: 'available', slots: [] }],
    dialects: [],
    fallback: { label: '', href: '' },
    now,
  });
}

/**
 * @param {object} given
 * @param {string} given.service
 * @param {() => Record<string, unknown>} given.section `webchat`, as it is now.
 * @param {() => unknown} given.header `main.header`.
 * @param {(reply: number, what: Record<string, unknown>) => void} given.command
 * @param {(address: string, form: [string, string][]) => void} given.post Posts a form to a new window.
 */
export function createRequests({ service, section, header, command, post }) {
  let last = 0;
  /** @type {Record<string, Deferred>} */
  const waiting = dict();
  /** @type {Record<string, unknown>} Files to send, by the number of the command. */
  const files = dict();

  return {
    /** @param {number} upload The number of the command whose file is sent. @returns {Terms} */
    terms(upload) {
      const now = section();
      const own = copy(header(), {});
      /** @type {Terms} */
      const out = { withCredentials: read(now.xhrFields, 'withCredentials') === true, file: files[upload] };
      if (typeof now.apikey === 'string' || typeof now.apikey === 'number') out.apikey = `${now.apikey}`;
      if (now.enableCustomHeader === true && typeof own.Authorization === 'string') out.authorization = own.Authorization;
      return out;
    },

    /**
     * Orders an operation of the link for which there is no frame.
     *
     * @param {Record<string, unknown>} what
     * @param {Deferred} deferred
     * @param {unknown} [file]
     */
    ask(what, deferred, file) {
      last += 1;
      waiting[last] = deferred;
      if (file !== undefined) files[last] = file;
      command(last, what);
    },

    /**
     * Settles the command with the outcome of the operation.
     *
     * @param {Outcome} outcome
     * @param {Record<string, string>} refusals Texts by word.
     */
    replied({ number, status, body, path, form, refused }, refusals) {
      const deferred = waiting[`${number}`];
      if (!deferred) return;
      delete waiting[`${number}`];
      delete files[`${number}`];
      if (refused) deferred.reject(refusals[refused] ?? refused);
      else if (path !== undefined) {
        post(service + path, form ?? []);
        deferred.resolve();
      } else if (status === undefined) deferred.resolve();
      else settle(deferred, status, body ?? '');
    },
  };
}

/** @typedef {ReturnType<typeof createRequests>} Requests */

/** @param {Deferred} deferred @param {number} status @param {string} body */
function settle(deferred, status, body) {
  const { good, value } = outcomeOf(status, body);
  if (good) deferred.resolve(value);
  else deferred.reject(value);
}
