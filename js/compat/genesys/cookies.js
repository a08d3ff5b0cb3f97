/** Cookies by name, as Common offers them to extensions (G1.12, G1.13). Our own data are never stored in them. */

import { copy, keys } from './safe.js';

/**
 * @param {{ cookie: string }} document
 * @param {() => { prefix: string, options: Record<string, unknown> }} settings `main.deploymentID` and `main.cookieOptions`.
 */
export function createCookies(document, settings) {
  const named = (/** @type {unknown} */ name) => {
    const { prefix } = settings();
    return encodeURIComponent(prefix ? `${prefix}.${name}` : `${name}`);
  };
  const getCookieOptions = () => copy(settings().options, {});
  /** @param {unknown} name @param {unknown} value @param {unknown} [more] */
  const setCookie = (name, value, more) => {
    const options = copy(more, { path: '/', ...getCookieOptions() });
    let line = `${named(name)}=${encodeURIComponent(`${value}`)}`;
    keys(options).forEach((key) => {
      const given = options[key];
      const text = given instanceof Date ? given.toUTCString() : `${given}`;
      // A text with separators is left out: it could add attributes.
      if (given === true && /^\w+$/.test(key)) line += `; ${key}`;
      else if (/^[\w-]+$/.test(key) && /^(string|number|object)$/.test(typeof given) && !/[;\r\n]/.test(text)) line += `; ${key}=${text}`;
    });
    document.cookie = line;
  };
  return {
    getCookieOptions,
    setCookie,
    /** @param {unknown} name @returns {string | undefined} */
    getCookie: (name) => {
      const wanted = `${named(name)}=`;
      const found = document.cookie.split('; ').find((part) => part.startsWith(wanted));
      try {
        return found && decodeURIComponent(found.slice(wanted.length));
      } catch {
        return undefined;
      }
    },
    deleteCookie: (/** @type {unknown} */ name) => setCookie(name, '', { expires: new Date(0) }),
  };
}
