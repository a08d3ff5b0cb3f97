/** The transcript: the positions and contents of its rows, and copies of it. */

import { attribute, write_text } from './tree.js';

/** @typedef {import('./tree.js').El} El */

/** The upper edge of an element, measured from that of the log. @param {Element} log @param {Element} element */
export const top_in = (log, element) => element.getBoundingClientRect().top - log.getBoundingClientRect().top;
/** @param {Element} list @param {number} index */
export const row_at = (list, index) => list.children[index];
/** @param {Element} list @param {boolean} last */
export const trim_rows = (list, last) => (last ? list.lastChild : list.firstChild)?.remove();
/** Tells assistive technology where the rows are among all of them. @param {Element} list @param {number} first @param {number} size */
export const number_rows = (list, first, size) =>
  [...list.children].forEach((row, index) => {
    attribute(row, 'aria-setsize', String(size));
    attribute(row, 'aria-posinset', String(first + index + 1));
  });

/** One sign that is drawn as a picture: a flag, a key, or a picture with its modifiers and joined pictures. */
const ONE = '(?:\\p{RI}\\p{RI}|[0-9#*]\\ufe0f?\\u20e3|(?:\\p{Emoji_Presentation}\\ufe0f?|\\p{ExtPict}\\ufe0f|\\p{ExtPict}(?=\\p{EMod}))\\p{EMod}?[\\u{e0020}-\\u{e007f}]*)';
const EMOJI = RegExp(`^\\s*(?:${ONE}(?:\\u200d(?:${ONE}|\\p{ExtPict}))*\\s*){1,6}$`, 'u');
/** Whether a text is a few such signs and nothing else. @param {string} text */
export const is_emoji = (text) => text.length < 100 && EMOJI.test(text);

/**
 * Draws a picture, of the site, an agent or a file, or a letter until it is there. As data onto a canvas: no page has to allow images for it.
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
    // It may have been told another one meanwhile.
    if (face.known === address) face.replaceChildren(canvas);
  } catch {
    // The letter stays.
  }
};

/** The way of pages that have no clipboard: served in the clear, or in a frame that is not allowed it. @param {string} text */
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
/** Where copying is not allowed nothing is said; the text can be selected. @param {string} text */
export const copy = (text) => {
  try {
    navigator.clipboard.writeText(text).catch(() => copy_by_event(text));
    return true;
  } catch {
    return copy_by_event(text);
  }
};
/** Offers a text as a file. It is made in the page: no policy for addresses has a say in it. @param {string} text */
export const save = (text) => {
  const file = document.createElement('a');
  file.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  file.download = `chat-${new Date().toISOString().slice(0, 10)}.txt`;
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), 6e4);
};
