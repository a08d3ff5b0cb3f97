/**
 * Common (G1.13), the third argument of extensions: small helpers. The contract gives little more than their names, so each does what its name
 * says. Nothing here parses HTML or runs its arguments.
 */

import { createCookies } from './cookies.js';
import { createDeferred, follow } from './deferred.js';
import { element, elementOf, fill } from './elements.js';
import { createGenerate } from './generate.js';
import { copy, each, indexOf, isObject, keys, numberOf, read, write } from './safe.js';

/** @typedef {ReturnType<typeof createCommon>} Common */
/** @typedef {Record<string, unknown>} Section */

/** Names of members that are not the object's own data. */
const FORBIDDEN = /^(__proto__|constructor|prototype)$/;

/**
 * @param {object} options
 * @param {Window & typeof globalThis} options.page
 * @param {import('./bus.js').Bus} options.bus
 * @param {import('./jquery.js').JQuerySource} options.jquery
 * @param {import('./loading.js').AddScript} options.addScript
 * @param {() => Section} options.main The merged section `main`.
 */
export function createCommon({ page, bus, jquery, addScript, main }) {
  const { document } = page;
  const { CXBus, state } = bus;
  const cookies = createCookies(document, () => ({
    prefix: CXBus.data('App.deploymentID') || '',
    options: CXBus.data('App.cookieOptions') ?? {},
  }));

  return {
    ...cookies,
    log: (/** @type {unknown[]} */ ...words) => state.print(...words),
    error: (/** @type {unknown[]} */ ...words) => state.warn(...words),
    debug: (/** @type {unknown[]} */ ...words) => void (state.debug && state.print(...words)),
    /** The merged section `main`. */
    get config() {
      return main();
    },
    Generate: createGenerate(document, jquery.here, (work, time) => page.setTimeout(work, time)),
    guid: () => guid(page.crypto),
    data: CXBus.data,
    ...PATHS,
    ...looks(document, jquery),
    ...FORMS,
    ...reaching(page, state, addScript),

    linkify,
    sanitizeHTML,
    bytesToSize,
    getFormattedTime: (/** @type {unknown} */ time) => formattedTime(time, CXBus.data('App.timeFormat')),
    isMobileDevice: () => /Mobi|Android/i.test(page.navigator.userAgent),
    /** Does nothing: browsers show placeholders by themselves now. */
    populateAllPlaceholders: (/** @type {unknown} */ given) => given,
    /** Always 1: this layer does not change the page's viewport. */
    mobileScreenScale: () => 1,
  };
}

/** Nested values, by their path. */
const PATHS = {
  /** @param {unknown} object @param {unknown} path As `a.b.c`. @returns {unknown} The value there, or nothing. */
  checkPath: (object, path) => {
    let at = object;
    each(steps(path), (step) => (at = read(at, step)));
    return at;
  },
  /** Makes the missing parts of a path. @param {unknown} object @param {unknown} path @param {unknown} [value] For its end. */
  createPath: (object, path, value) => {
    const list = steps(path);
    let at = object;
    list.forEach((step, index) => {
      if (!isObject(at) || FORBIDDEN.test(step)) return (at = undefined);
      const found = Object.hasOwn(at, step) ? read(at, step) : undefined;
      const last = index === list.length - 1 && value !== undefined;
      const next = last ? value : isObject(found) ? found : {};
      if (next !== found) write(at, step, next);
      return (at = next);
    });
    return at;
  },
};

/** Marks and messages on a page's own elements. @param {Document} document @param {import('./jquery.js').JQuerySource} jquery */
function looks(document, jquery) {
  /** Sets or removes the mark of an element that is busy. @param {string} name @param {boolean} on */
  const marking = (name, on) => (/** @type {unknown} */ given) => {
    const found = elementOf(given);
    found?.classList.toggle(name, on);
    found?.setAttribute('aria-busy', `${on}`);
    return given;
  };
  /** @param {boolean} hidden */
  const hiding = (hidden) => (/** @type {unknown} */ given) => {
    const found = elementOf(given);
    if (found) found.hidden = hidden;
    return given;
  };
  /** Writes texts of a language pack into the elements that name them in `data-message`. @param {unknown} given @param {unknown} texts */
  const translate = (given, texts) => {
    elementOf(given)
      ?.querySelectorAll('[data-message]')
      .forEach((one) => {
        const words = read(texts, one.getAttribute('data-message') ?? '');
        if (typeof words === 'string') one.textContent = words;
      });
    return given;
  };

  return {
    showLoading: marking('cx-loading', true),
    hideLoading: marking('cx-loading', false),
    showWaiting: marking('cx-waiting', true),
    hideWaiting: marking('cx-waiting', false),
    /** @param {unknown} container @param {unknown} words Text, or `{text}`. @returns {unknown} The alert. */
    showAlert: (container, words) => {
      const alert = element(document, 'div', 'cx-alert', isObject(words) ? read(words, 'text') : words);
      alert.setAttribute('role', 'alert');
      elementOf(container)?.append(alert);
      return jquery.here()?.(alert) ?? alert;
    },
    /** @param {unknown} container @param {unknown} content @returns {unknown} The dialog, hidden. */
    addDialog: (container, content) => {
      const dialog = element(document, 'div', 'cx-dialog');
      dialog.setAttribute('role', 'dialog');
      dialog.hidden = true;
      fill(dialog, content);
      elementOf(container)?.append(dialog);
      return jquery.here()?.(dialog) ?? dialog;
    },
    showDialog: hiding(false),
    hideDialog: hiding(true),
    hideDialogs: (/** @type {unknown} */ container) => {
      elementOf(container)
        ?.querySelectorAll('.cx-dialog')
        .forEach((dialog) => (/** @type {HTMLElement} */ (dialog).hidden = true));
    },
    populateLanguageStrings: translate,
    updateTemplateI18n: translate,
  };
}

/** A page's own forms. */
const FORMS = {
  /** @param {unknown} given A form. @returns {boolean} */
  validateForm: (given) => {
    const form = /** @type {HTMLFormElement | undefined} */ (elementOf(given));
    return typeof form?.checkValidity === 'function' ? form.checkValidity() : true;
  },
  /** @param {unknown} given A form. @param {unknown} values By the names of its fields. */
  preFillForm: (given, values) => {
    const form = elementOf(given);
    const wanted = copy(values);
    form?.querySelectorAll('[name]').forEach((one) => {
      const field = /** @type {HTMLInputElement} */ (one);
      const value = wanted[field.name];
      if (typeof value === 'boolean') field.checked = value;
      else if (typeof value === 'string' || typeof value === 'number') field.value = `${value}`;
    });
  },
  /** @param {unknown} given A field. @returns {unknown} */
  getInputValue: (given) => {
    const field = /** @type {HTMLInputElement | undefined} */ (elementOf(given));
    return field?.type === 'checkbox' ? field.checked : field?.value;
  },
};

/**
 * Scripts, requests, and waiting for a change.
 *
 * @param {Window & typeof globalThis} page
 * @param {import('./bus.js').State} state
 * @param {import('./loading.js').AddScript} addScript
 */
function reaching(page, state, addScript) {
  return {
    /** @param {unknown} address */
    injectScript: (address) => {
      const { deferred, promise } = createDeferred(state);
      const failed = () => void deferred.reject(`Could not load file: ${address}`);
      if (typeof address === 'string' && address) addScript(address, deferred.resolve, failed);
      else failed();
      return promise;
    },

    /** Calls back when a member of an object has changed, once. @param {unknown} object @param {string} key @param {unknown} changed */
    watch: (object, key, changed) => {
      const was = read(object, key);
      const look = () => {
        const is = read(object, key);
        if (Object.is(was, is)) page.setTimeout(look, 100);
        else if (typeof changed === 'function') changed(is, was);
      };
      look();
    },

    /** @param {unknown} given `{url, type, data, headers}` @returns {import('./deferred.js').BusPromise} Resolved with the answer, rejected with its status. */
    request: (given) => {
      const { deferred, promise } = createDeferred(state);
      const { url, type, method = type, data, headers } = copy(given);
      const body = new page.URLSearchParams();
      const values = copy(data);
      each(keys(values), (key) => body.append(key, `${values[key]}`));
      const init = {
        method: typeof method === 'string' ? method.toUpperCase() : 'GET',
        headers: /** @type {Record<string, string>} */ (copy(headers, {})),
        body: isObject(data) ? body : undefined,
      };
      const read = async () => {
        const answer = await page.fetch(`${url}`, init);
        const text = await answer.text();
        if (!answer.ok) throw { status: answer.status, responseText: text };
        return /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
      };
      follow(read(), deferred.resolve, deferred.reject);
      return promise;
    },
  };
}

/** Text in which addresses have become links; everything else is escaped. @param {unknown} text @returns {string} HTML. */
function linkify(text) {
  return sanitizeHTML(text).replace(
    /\bhttps?:\/\/(?:(?!&(?:quot|lt|gt|#39);)\S)*(?!&(?:quot|lt|gt|#39);)[^\s.,;:!?)]/gi,
    (address) => `<a href="${address}" target="_blank" rel="noopener noreferrer">${address}</a>`,
  );
}

/** HTML that shows a text as it is: nothing in it is a tag. @param {unknown} text @returns {string} */
function sanitizeHTML(text) {
  const names = /** @type {Record<string, string>} */ ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' });
  return typeof text === 'string' || typeof text === 'number' ? `${text}`.replace(/[&<>"']/g, (sign) => names[sign] ?? '') : '';
}

/** @param {unknown} bytes @returns {string} As `1.5 KB`. */
function bytesToSize(bytes) {
  const units = ['Bytes', 'KB', 'MB', 'GB', 'TB'];
  let left = Math.max(0, numberOf(bytes, 0));
  let unit = 0;
  for (; left >= 1024 && unit < units.length - 1; unit += 1) left /= 1024;
  return `${Math.round(left * 100) / 100} ${units[unit]}`;
}

/** @param {unknown} time Milliseconds or a date; left out: now. @param {unknown} format 12 or 24. @returns {string} */
function formattedTime(time, format) {
  const date = time === undefined ? new Date() : new Date(/** @type {number} */ (time));
  const hours = date.getHours();
  const minutes = `${date.getMinutes()}`.padStart(2, '0');
  if (Number.isNaN(hours)) return '';
  return format === 24 ? `${`${hours}`.padStart(2, '0')}:${minutes}` : `${hours % 12 || 12}:${minutes} ${hours < 12 ? 'AM' : 'PM'}`;
}

/** A random id of version 4. @param {Crypto} crypto @returns {string} */
function guid(crypto) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let id = '';
  for (let at = 0; at < 16; at += 1) {
    const byte = bytes[at] ?? 0;
    const marked = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte;
    id += (at === 4 || at === 6 || at === 8 || at === 10 ? '-' : '') + (marked < 16 ? '0' : '') + marked.toString(16);
  }
  return id;
}

/** @param {unknown} path @returns {string[]} */
function steps(path) {
  return typeof path === 'string' && indexOf(path, '..') < 0 ? path.split('.') : [];
}
