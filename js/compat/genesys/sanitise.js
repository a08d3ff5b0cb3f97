/**
 * Builds elements of ours from HTML of the page's: a small set of inline and list tags, links to allowed addresses, text. Everything else is left
 * out, and elements that run code are left out with their content. No parser of the browser's sees the text (quality S1): it is split into tags and
 * words here, and elements are built one by one.
 */

import { followed } from '../../../src/browser/js/href.js';

const TAGS = /^(a|abbr|b|blockquote|br|code|div|em|h[1-6]|hr|i|kbd|li|mark|ol|p|pre|q|s|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)$/;
/** Left out together with their content. */
const DROPPED = /^(script|style|template|iframe|object|embed|svg|math|noscript|textarea|select|title|head|form|frame|frameset|noframes|xmp)$/;
const DEEPEST = 32;
/** The most elements that are made of one text, and the most characters of it. */
const MOST = 2000;
const LONGEST = 50_000;
/** Tags without an end tag. */
const EMPTY = /^(br|hr)$/;
/** A comment, a tag with its attributes, or words. */
const PIECE = /<!--[^]*?(?:-->|$)|<(\/?)([a-z][a-z\d]*)((?:[^<>"']|"[^"]*"|'[^']*'){0,2000})>|[^<]+|</gi;
const ATTRIBUTE = /([a-z][a-z\d-]*)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi;
/** @type {Record<string, string>} */
const NAMES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', euro: '\u20ac', hellip: '\u2026', ndash: '\u2013', mdash: '\u2014', copy: '\u00a9' };

/**
 * @param {Document} document Where the elements are to stand.
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function sanitised(document, html) {
  const out = document.createDocumentFragment();
  /** The open elements, innermost last. @type {{ tag: string, node: Node }[]} */
  const open = [];
  /** The tag that is being left out with its content; empty outside of such a tag. */
  let dropped = '';
  let left = MOST;
  for (const [piece, end, name, given = ''] of html.slice(0, LONGEST).matchAll(PIECE)) {
    const here = open[open.length - 1]?.node ?? out;
    const tag = name?.toLowerCase();
    if (dropped) {
      if (tag === dropped && end) dropped = '';
    } else if (!tag) {
      if (!piece.startsWith('<!--')) here.appendChild(document.createTextNode(decoded(piece)));
    } else if (end) {
      const at = open.map((one) => one.tag).lastIndexOf(tag);
      if (at >= 0) open.length = at;
    } else if (DROPPED.test(tag)) {
      dropped = tag;
    } else if (TAGS.test(tag) && left > 0 && open.length < DEEPEST) {
      left -= 1;
      const made = document.createElement(tag);
      attributes(given, made, tag);
      here.appendChild(made);
      if (!EMPTY.test(tag)) open.push({ tag, node: made });
    }
  }
  return out;
}

/** @param {string} given As it stands in the tag. @param {HTMLElement} to @param {string} tag */
function attributes(given, to, tag) {
  for (const [, name = '', double, single, bare] of given.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase();
    const value = decoded(double ?? single ?? bare ?? '');
    // Pages find their elements by these attributes.
    if (/^(title|class|id|lang|dir|role|aria-label|data-[a-z\d-]+)$/.test(key) && !/^data-(do|test|id)$/.test(key)) to.setAttribute(key, value);
    const href = tag === 'a' && key === 'href' ? safeHref(value) : undefined;
    if (!href) continue;
    to.setAttribute('href', href);
    to.setAttribute('target', '_blank');
    to.setAttribute('rel', 'noopener noreferrer');
  }
}

/** @param {string} text @returns {string} */
function decoded(text) {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (name) return Object.hasOwn(NAMES, name) ? /** @type {string} */ (NAMES[name]) : whole;
    const code = decimal ? Number(decimal) : parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** An address that a link may lead to; nothing for others. @param {string | null} href @returns {string | undefined} */
export function safeHref(href) {
  return href ? followed(href, globalThis.location?.href)?.href : undefined;
}
