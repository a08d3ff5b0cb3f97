/** A chat server of the vendor's (G4), the part that every page needs: its address, and the form in which pages get its answers. */

import { copy, isObject, keys, read } from './safe.js';

/**
 * The address of the chat service, when the page names one.
 *
 * @param {Record<string, unknown>} section
 * @param {string} page Address of the page.
 * @returns {string | undefined} Without a slash at the end.
 */
export function serviceOf(section, page) {
  if (typeof section.dataURL !== 'string' || !section.dataURL) return undefined;
  try {
    const url = new URL(section.dataURL, page);
    return /^https?:$/.test(url.protocol) ? url.href.replace(/\/+$/, '') : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The part of an answer that pages get (G2.5): the parsed answer on success, otherwise an object like the vendor's request object.
 *
 * @param {number} status Of HTTP, 0 for none.
 * @param {string} body
 */
export function outcomeOf(status, body) {
  /** @type {unknown} */
  let json;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined;
  }
  const good = status >= 200 && status < 300 && isObject(json);
  const value = good ? copy(json, {}) : { status, responseText: body, responseJSON: json };
  return { good: good && Number(read(json, 'statusCode')) === 0, value, json };
}

/** Whether an answer carries errors (G4.3, G4.6). @param {unknown} json */
export const hasErrors = (json) => isObject(json) && keys(copy(read(json, 'errors'))).length > 0;
