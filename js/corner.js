/**
 * What stands in the corner of the page while there is no core: the first launcher, or a plain link when the widget cannot start.
 * A shadow root and a constructed style sheet, so that the page's rules and its Content-Security-Policy leave it alone.
 */

import { safeLink } from './options.js';

/** @typedef {import('./options.js').Options} Options */

/** The element's id on the page. */
export const CORNER_ID = 'chinwag-launcher';

const STYLE = `
:host{all:initial!important;position:fixed!important;z-index:2147483000!important;inset-block-end:max(20px,env(safe-area-inset-bottom))!important;inset-inline-end:max(20px,env(safe-area-inset-right))!important}
@media print{:host{display:none!important}}
:is(button,a){all:unset;box-sizing:border-box;display:flex;align-items:center;justify-content:center;gap:10px;min-width:60px;height:60px;padding:0 18px;border-radius:30px;cursor:pointer;
background:var(--chinwag-accent,#0f62fe);color:var(--chinwag-on-accent,#fff);font:600 16px/1.25 system-ui,sans-serif;box-shadow:0 1px 2px #0003,0 6px 24px #0004}
:is(button,a):focus-visible{outline:3px solid;outline-color:light-dark(#111,#fff);outline-offset:3px;box-shadow:0 0 0 3px #fff}
svg{width:24px;height:24px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
[aria-busy=true] svg{animation:p 1s ease-in-out infinite alternate}
@keyframes p{to{opacity:.35}}
@media(prefers-reduced-motion:reduce){svg{animation:none!important}}
@media(forced-colors:active){:is(button,a){border:2px solid ButtonText}}
`;

/** A speech bubble. */
const BUBBLE = 'M21 12a8 8 0 0 1-8 8H4l1.8-3.2A8 8 0 1 1 21 12Z';

/**
 * Draws the launcher.
 *
 * @param {Options} options
 * @param {() => void} pressed Told once, at the first press.
 * @returns {Corner}
 */
export function drawLauncher(options, pressed) {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(bubble());
  if (options.label) button.append(options.label);
  else button.setAttribute('aria-label', 'Chat');
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
 * @returns {Corner | undefined} Nothing when the link leads nowhere that may be offered.
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
  link.append(bubble(), label);
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
    if (accent) {
      this.#host.style.setProperty('--chinwag-accent', accent);
      this.#host.style.setProperty('--chinwag-on-accent', isLight(accent) ? '#111' : '#fff');
    }
    root.append(inner);
    document.body.append(this.#host);
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

/** Whether dark text reads better on a colour. @param {string} hex @returns {boolean} */
export function isLight(hex) {
  const full = hex.length === 4 ? hex.replace(/[^#]/g, '$&$&') : hex;
  const [red, green, blue] = [1, 3, 5].map((at) => (parseInt(full.slice(at, at + 2), 16) / 255) ** 2.2);
  // Equal contrast to black and to white lies at this luminance (WCAG's formula, solved for it).
  return 0.2126 * /** @type {number} */ (red) + 0.7152 * /** @type {number} */ (green) + 0.0722 * /** @type {number} */ (blue) > 0.179;
}

/** @typedef {InstanceType<typeof Corner>} CornerElement */
