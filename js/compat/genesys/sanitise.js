/**
 * HTML of the page's as elements of ours: a small set of inline and list tags, links to where links may lead, text. Everything else is
 * left out, and what runs is left out with what is in it. The page's text is parsed in a document of its own, in which nothing is
 * fetched and nothing runs, and elements are built anew from what is found there.
 */

import { each } from './safe.js';

const TAGS = /^(a|abbr|b|blockquote|br|code|div|em|h[1-6]|hr|i|kbd|li|mark|ol|p|pre|q|s|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)$/;
/** Left out together with their content. */
const DROPPED = /^(script|style|template|iframe|object|embed|svg|math|noscript|textarea|select|title|head|form|frame|frameset|noframes|xmp)$/;
const DEEPEST = 32;
/** Elements that one text may become. */
const MOST = 2000;

/**
 * @param {Document} document Where the elements are to stand.
 * @param {string} html
 * @returns {DocumentFragment} With the text alone where nothing may be parsed.
 */
export function sanitised(document, html) {
  const out = document.createDocumentFragment();
  const view = /** @type {typeof globalThis} */ (/** @type {unknown} */ (document.defaultView ?? globalThis));
  let left = MOST;

  /** @param {Node} from @param {Node} to @param {number} depth */
  const walk = (from, to, depth) => {
    each(from.childNodes, (node) => {
      if (node.nodeType === 3) {
        to.appendChild(document.createTextNode(node.nodeValue ?? ''));
        return;
      }
      if (node.nodeType !== 1 || depth > DEEPEST || left <= 0) return;
      const element = /** @type {Element} */ (node);
      const tag = element.localName.toLowerCase();
      if (DROPPED.test(tag)) return;
      if (!TAGS.test(tag)) {
        walk(node, to, depth + 1);
        return;
      }
      left -= 1;
      const made = document.createElement(tag);
      attributes(element, made, tag);
      to.appendChild(made);
      walk(node, made, depth + 1);
    });
  };

  try {
    walk(new view.DOMParser().parseFromString(html, 'text/html').body, out, 0);
  } catch {
    // The page's policy forbids to parse texts: then it is one.
    out.appendChild(document.createTextNode(html));
  }
  return out;
}

/** @param {Element} from @param {HTMLElement} to @param {string} tag */
function attributes(from, to, tag) {
  // Pages find their parts again by these.
  each(['title', 'class', 'id', 'lang', 'dir', 'role', 'aria-label'], (name) => {
    const value = from.getAttribute(name);
    if (value !== null) to.setAttribute(name, value);
  });
  each(from.attributes, ({ name, value }) => {
    if (/^data-[a-z\d-]+$/.test(name) && name !== 'data-do') to.setAttribute(name, value);
  });
  const href = tag === 'a' ? safeHref(from.getAttribute('href')) : undefined;
  if (!href) return;
  to.setAttribute('href', href);
  to.setAttribute('target', '_blank');
  to.setAttribute('rel', 'noopener noreferrer');
}

/** An address that may be followed. @param {string | null} href @returns {string | undefined} */
export function safeHref(href) {
  if (!href) return undefined;
  try {
    const url = new URL(href, globalThis.location?.href);
    return /^(https?|mailto|tel):$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
