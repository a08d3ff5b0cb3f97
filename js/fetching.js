/** Downloads before the core runs: module, configuration, texts. Every failure has a name (quality R27, R49). */

import { ChinwagError } from './error.js';

/**
 * Fetches and compiles the core.
 *
 * @param {string} url
 * @param {string} [integrity] The hash that its bytes must have, as in the attribute `integrity`.
 * @returns {Promise<WebAssembly.Module>}
 */
export async function fetchModule(url, integrity) {
  if (!WebAssembly) throw new ChinwagError('unsupported', 'WebAssembly');
  const response = await ask(url, integrity);
  // Compiled from its bytes when the server sends another content type, or the page's wrapper around fetch returns no Response.
  if (WebAssembly.compileStreaming && response instanceof Response && response.headers.get('content-type') === 'application/wasm') {
    try {
      return await WebAssembly.compileStreaming(response);
    } catch (error) {
      if (!(error instanceof TypeError) || response.bodyUsed) throw whyNot(error);
    }
  }
  try {
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw whyNot(error);
  }
}

/**
 * Fetches a site's configuration.
 *
 * @param {string} server
 * @param {string} site
 * @param {string} locale
 * @returns {Promise<string>} Its JSON.
 */
export async function fetchConfig(server, site, locale) {
  const url = `${server}v1/sites/${encodeURIComponent(site)}/config?locale=${encodeURIComponent(locale)}`;
  const response = await reach(url, {});
  if (response.ok) return response.text();
  if (response.status === 404) throw new ChinwagError('unknown_site', site);
  const { code, origin } = await refusalIn(response);
  throw code === 'origin_not_allowed' ? new ChinwagError(code, String(origin ?? location.origin)) : new ChinwagError('unreachable', `HTTP ${response.status}`);
}

/** The server's JSON answer to a refused request; empty when a proxy refused it in another format. @param {Response} response @returns {Promise<Record<string, unknown>>} */
async function refusalIn(response) {
  try {
    return { ...JSON.parse(await response.text()).error };
  } catch {
    return {};
  }
}

/**
 * Fetches the texts of a language.
 *
 * @param {string} url
 * @returns {Promise<string | undefined>} Nothing when they cannot be fetched: the built-in language is better than no widget.
 */
export async function fetchTexts(url) {
  try {
    const response = await reach(url, {});
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Fetches a file for the panel: the style sheet, the English texts.
 *
 * @param {string} url
 * @param {string} [integrity]
 * @returns {Promise<string>}
 */
export async function fetchText(url, integrity) {
  return (await ask(url, integrity)).text();
}

/** @param {string} url @param {string} [integrity] */
async function ask(url, integrity) {
  let response;
  try {
    response = await reach(url, integrity ? { integrity } : {});
  } catch (error) {
    if (!integrity) throw error;
    // A wrong hash looks like a network that is down. A request without the check tells them apart.
    response = await reach(url, { method: 'HEAD' });
    if (response.ok) throw new ChinwagError('integrity', url);
  }
  if (!response.ok) throw new ChinwagError(response.status === 404 ? 'wasm_missing' : 'unreachable', `${url}, HTTP ${response.status}`);
  return response;
}

/** @param {string} url @param {RequestInit} more */
async function reach(url, more) {
  try {
    return await fetch(url, { mode: 'cors', credentials: 'omit', referrerPolicy: 'no-referrer', ...more });
  } catch (error) {
    throw new ChinwagError('unreachable', url, error);
  }
}

/** @param {unknown} error @returns {ChinwagError} */
function whyNot(error) {
  const words = String(/** @type {{ message?: unknown }} */ (error)?.message);
  const blocked = /content.?security|\bcsp\b|unsafe-eval/i.test(words);
  return new ChinwagError(blocked ? 'wasm_blocked' : 'wasm_corrupt', undefined, error);
}

/**
 * The query that is added to the address of a script that could not be fetched, by that address. A fragment does not help: Firefox ignores it.
 *
 * @type {Record<string, string>}
 */
const again = {};

/**
 * Imports a script of ours. Browsers remember a failed import by its address, so the next try uses another address.
 *
 * @param {string} url
 * @returns {Promise<any>} What it exports.
 * @throws {ChinwagError} `unreachable`.
 */
export async function importFile(url) {
  try {
    return await import(url + (again[url] ?? ''));
  } catch (error) {
    again[url] = `${again[url] ?? '?'}1`;
    throw new ChinwagError('unreachable', url, error);
  }
}
