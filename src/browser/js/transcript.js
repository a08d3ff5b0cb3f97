/** The transcript: the positions and contents of its rows, and copies of it. */

import { attribute, write_text } from './tree.js';

/** @typedef {import('./tree.js').El} El */

/** The distance from the upper edge of the log to that of an element. @param {Element} log @param {Element} element */
export const top_in = (log, element) => element.getBoundingClientRect().top - log.getBoundingClientRect().top;
/** @param {Element} list @param {number} index */
export const row_at = (list, index) => list.children[index];
/** @param {Element} list @param {boolean} last */
export const trim_rows = (list, last) => (last ? list.lastChild : list.firstChild)?.remove();
/** Tells assistive technology the positions of the rows in the whole transcript. @param {Element} list @param {number} first @param {number} size */
export const number_rows = (list, first, size) =>
  [...list.children].forEach((row, index) => {
    attribute(row, 'aria-setsize', String(size));
    attribute(row, 'aria-posinset', String(first + index + 1));
  });

/** One emoji: a flag, a keycap, or a picture with its modifiers and joined pictures. */
const ONE = '(?:\\p{RI}\\p{RI}|[0-9#*]\\ufe0f?\\u20e3|(?:\\p{Emoji_Presentation}\\ufe0f?|\\p{ExtPict}\\ufe0f|\\p{ExtPict}(?=\\p{EMod}))\\p{EMod}?[\\u{e0020}-\\u{e007f}]*)';
const EMOJI = RegExp(`^\\s*(?:${ONE}(?:\\u200d(?:${ONE}|\\p{ExtPict}))*\\s*){1,6}$`, 'u');
/** Whether a text consists of a few emoji only. @param {string} text */
export const is_emoji = (text) => text.length < 100 && EMOJI.test(text);

/**
 * Draws a picture of the site, an agent or a file, and a letter until it is loaded. It is drawn on a canvas from its data, so the page's policy
 * need not allow images.
 *
 * @param {El} face
 * @param {string} address Empty: the letter alone.
 * @param {string} letter
 */
export const picture = async (face, address, letter) => {
  if (address && face.known === address) return;
  face.known = address;
  write_text(face, '', letter);
  if (!address) return;
  try {
    const answer = await fetch(address, { credentials: 'omit', referrerPolicy: 'no-referrer' });
    const image = await createImageBitmap(await answer.blob());
    const canvas = document.createElement('canvas');
    // A photograph is drawn no larger than it is shown.
    const scale = Math.min(1, 720 / Math.max(image.width, image.height));
    canvas.width = image.width * scale || 1;
    canvas.height = image.height * scale || 1;
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).drawImage(image, 0, 0, canvas.width, canvas.height);
    // The element may have another address meanwhile.
    if (face.known === address) face.replaceChildren(canvas);
  } catch {
    // The letter stays.
  }
};

/** Copies a text on pages without the clipboard API: pages without https, or in a frame without the permission. @param {string} text */
const copy_by_event = (text) => {
  /** @param {ClipboardEvent} event */
  const fill = (event) => {
    /** @type {DataTransfer} */ (event.clipboardData).setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener('copy', fill, true);
  const done = document.execCommand('copy');
  document.removeEventListener('copy', fill, true);
  return done;
};
/** Copies a text. Without the permission nothing happens; the visitor can select the text. @param {string} text */
export const copy = (text) => {
  try {
    navigator.clipboard.writeText(text).catch(() => copy_by_event(text));
    return true;
  } catch {
    return copy_by_event(text);
  }
};
/** Offers a text as a file. The file is made in the page, so the page's policy for addresses does not apply. @param {string} text */
export const save = (text) => {
  const file = document.createElement('a');
  file.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  file.download = `chat-${new Date().toISOString().slice(0, 10)}.txt`;
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), 6e4);
};
