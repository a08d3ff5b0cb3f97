/**
 * The corner of the page while there is no core: the first launcher, or a plain link when the widget cannot start. It has a shadow root and a
 * constructed style sheet: the page's style rules do not apply to it, and the page's Content-Security-Policy does not block it.
 */

import { rgb, shades } from '../src/browser/js/colour.js';
import { safeLink } from './options.js';

/** @typedef {import('./options.js').Options} Options */

/** The element's id on the page. */
export const CORNER_ID = 'chinwag-launcher';

/** The styles of the core's launcher (`src/browser/view/launcher.css`), so that nothing moves when that one replaces it. */
const STYLE = `
:host{all:initial!important;position:fixed!important;z-index:2147483000!important;color-scheme:light dark!important;font:medium/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Helvetica Neue",Arial,sans-serif!important;inset-block-end:calc(1.25em + env(safe-area-inset-bottom,0px))!important;inset-inline-end:1.25em!important}
@media print{:host{display:none!important}}
:is(button,a){all:unset;box-sizing:border-box;border:1px solid transparent;display:flex;align-items:center;justify-content:center;gap:.6em;min-width:3.75em;max-width:calc(100vw - 2.5em);height:3.75em;border-radius:1.875em;cursor:pointer;
background:linear-gradient(to bottom,#ffffff1a,transparent),var(--chinwag-accent,var(--chinwag-fill,#2f55e0));color:var(--chinwag-on-accent,var(--chinwag-on,#fff));font-weight:600;box-shadow:0 .1em .3em rgb(15 20 40/.1),0 .75em 2.5em rgb(15 20 40/.2)}
.words{padding:0 1.1em}
span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
:is(button,a):focus-visible{outline:.1875em solid;outline-color:light-dark(#111,#fff);outline-offset:.125em;box-shadow:0 0 0 .125em #fff}
svg{flex:none;width:1.75em;height:1.75em;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
[aria-busy=true] svg{animation:p 1s ease-in-out infinite alternate}
@keyframes p{to{opacity:.35}}
@media(prefers-reduced-motion:reduce){svg{animation:none!important}}
@media(forced-colors:active){:is(button,a){border:2px solid ButtonText}}
`;

/** A speech bubble. */
const BUBBLE = 'M21 11.5a8.4 8.4 0 0 1-8.5 8.3 9 9 0 0 1-3.6-.8L3.5 20.5l1.6-4.6A8 8 0 0 1 4 11.5a8.4 8.4 0 0 1 8.5-8.3A8.4 8.4 0 0 1 21 11.5Z';

/**
 * Draws the launcher.
 *
 * @param {Options} options
 * @param {() => void} pressed Called once, at the first press.
 * @returns {Corner}
 */
export function drawLauncher(options, pressed) {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(bubble());
  say(button, options.label);
  if (!options.label) button.setAttribute('aria-label', 'Chat');
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => {
    if (button.ariaBusy === 'true') return;
    button.ariaBusy = 'true';
    pressed();
  });
  return new Corner(button, options.accent);
}

/**
 * Draws the link that takes the widget's place.
 *
 * @param {string} href
 * @param {string} label
 * @param {string | undefined} accent
 * @returns {Corner | undefined} Nothing when the address is not allowed for a link.
 */
export function drawContact(href, label, accent) {
  const safe = safeLink(href);
  if (!safe || !label) return undefined;
  const link = document.createElement('a');
  link.href = safe;
  if (safe.startsWith('http')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  link.append(bubble());
  say(link, label);
  return new Corner(link, accent);
}

/** The element in the corner. */
class Corner {
  /** @type {HTMLElement} */ #host;
  /** @type {HTMLElement} */ #inner;

  /** @param {HTMLElement} inner @param {string | undefined} accent */
  constructor(inner, accent) {
    this.#inner = inner;
    this.#host = document.createElement('div');
    this.#host.id = CORNER_ID;
    const root = this.#host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.paint(accent);
    root.append(inner);
    document.body.append(this.#host);
  }

  /** @param {unknown} accent Anything but a colour changes nothing. */
  paint(accent) {
    if (!rgb(accent)) return;
    const [fill, on] = shades(accent);
    this.#host.style.setProperty('--chinwag-fill', fill);
    this.#host.style.setProperty('--chinwag-on', on);
  }

  /** Takes it away. @returns {boolean} Whether it had the focus. */
  remove() {
    const focused = this.#host.shadowRoot?.activeElement === this.#inner;
    this.#host.remove();
    return focused;
  }
}

function bubble() {
  const names = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(names, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(names, 'path');
  path.setAttribute('d', BUBBLE);
  svg.append(path);
  return svg;
}

/** @param {HTMLElement} element @param {string | undefined} words */
function say(element, words) {
  if (!words) return;
  element.className = 'words';
  const span = document.createElement('span');
  span.append(words);
  element.append(span);
}

/** @typedef {InstanceType<typeof Corner>} CornerElement */
