/**
 * The element on the page in which Toaster and Overlay show their content: a shadow root with its own styles. Elements of the page's are slotted in, so
 * that the page's style rules still apply to them; everything that is built here is inside.
 */

import { element as make } from './elements.js';

const STYLE = `
:host{all:initial!important;display:block!important;color-scheme:light dark}
*{box-sizing:border-box}
.cx-surface{font:400 medium/1.5 system-ui,sans-serif;color:light-dark(#171a21,#f1f2f5)}
.cx-toast{position:fixed;z-index:2147483001;inset-block-end:max(20px,env(safe-area-inset-bottom));inset-inline-end:max(20px,env(safe-area-inset-right));
inline-size:min(24em,100vw - 2.5em);max-block-size:calc(100vh - 2.5em);overflow:auto;border:1px solid light-dark(#e2e4ea,#363a46);border-radius:1.125em;
background:light-dark(#fff,#1c1f27);box-shadow:0 .25em .5em rgb(15 20 40/.1),0 1em 3em rgb(15 20 40/.25);animation:rise .25s}
.cx-back{position:fixed;z-index:2147483001;inset:0;display:grid;place-items:center;padding:1em;background:rgb(15 20 40/.45);animation:fade .2s}
.cx-overlay{inline-size:min(36em,100%);max-block-size:100%;overflow:auto;border:1px solid light-dark(#e2e4ea,#363a46);border-radius:1.125em;background:light-dark(#fff,#1c1f27);
box-shadow:0 1em 4em rgb(15 20 40/.35)}
.cx-overlay:focus-visible{outline:none}
.cx-bar{display:flex;align-items:flex-start;gap:.5em;padding:.75em .75em 0 1.25em}
.cx-title{flex:1;padding-block:.45em;font-size:1.1em;font-weight:700;line-height:1.3;overflow-wrap:anywhere}
.cx-body{padding:.5em 1.25em 1.25em;overflow-wrap:anywhere}
.cx-body:empty{display:none}
.cx-body :first-child{margin-block-start:0}
button{all:unset;box-sizing:border-box;cursor:pointer;text-align:center}
button:focus-visible{outline:3px solid light-dark(#2f55e0,#a9b9ff);outline-offset:2px}
.cx-button-close{flex:none;inline-size:2.75em;block-size:2.75em;border-radius:50%;font-size:1em}
.cx-button-close span{font-size:1.5em;line-height:1.833}
.cx-channel{display:flex;flex-direction:column;inline-size:100%;margin-block-end:.5em;padding:.75em 1em;border:1px solid light-dark(#858b99,#7d8494);border-radius:.75em;font-weight:600;text-align:start}
.cx-channel:hover{background:light-dark(#f3f4f7,#262933)}
.cx-channel small{font-size:.875em;font-weight:400;opacity:.75}
.cx-button-close:hover{background:light-dark(#f3f4f7,#262933)}
.cx-button-container{display:flex;flex-wrap:wrap;gap:.5em;padding:0 1.25em 1.25em}
.cx-btn{flex:1 1 auto;min-block-size:2.75em;padding:.5em 1.25em;border-radius:.75em;font-weight:600;overflow-wrap:anywhere}
.cx-btn-primary{background:var(--cx-accent,#2f55e0);color:var(--cx-on,#fff)}
.cx-btn-default{border:1px solid light-dark(#858b99,#7d8494)}
.cx-icon{display:none}
a{color:inherit}
@keyframes rise{from{opacity:0;transform:translateY(1em)}}
@keyframes fade{from{opacity:0}}
@media(prefers-reduced-motion:reduce){*{animation:none!important}}
@media print{:host{display:none!important}}
`;

/** Elements of ours, which belong inside the surface and not into the page's tree. @type {WeakSet<object>} */
export const ours = new WeakSet();

/**
 * @param {Window & typeof globalThis} page
 * @param {string} id Of the element.
 * @param {() => string} accent The site's colour, `#rrggbb` or nothing.
 */
export function createSurface(page, id, accent) {
  const { document } = page;
  /** @type {HTMLElement | undefined} */
  let host;
  /** Elements of the page that are inert while the overlay is open. @type {Element[]} */
  let aside = [];
  /** The element that had the focus before. @type {Element | null} */
  let before = null;

  return {
    /**
     * Shows a box, and removes the one before.
     *
     * @param {HTMLElement} box
     * @param {Node} [slotted] Element of the page's, for the slot.
     * @param {boolean} [modal] The rest of the page is inert as long as the box is open.
     */
    show(box, slotted, modal = false) {
      this.clear();
      before = document.activeElement;
      host = document.createElement('div');
      host.id = id;
      const root = host.attachShadow({ mode: 'open' });
      const sheet = new page.CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      const frame = make(document, 'div', 'cx-surface', undefined);
      const colour = accent();
      if (/^#[\da-f]{6}$/i.test(colour)) frame.style.setProperty('--cx-accent', colour);
      frame.append(box);
      root.append(frame);
      if (slotted) host.append(slotted);
      if (modal) {
        aside = [...document.body.children].filter((other) => !other.hasAttribute('inert'));
        aside.forEach((other) => other.setAttribute('inert', ''));
      }
      document.body.append(host);
    },
    clear() {
      const had = host?.contains(document.activeElement) || host?.shadowRoot?.activeElement;
      host?.remove();
      host = undefined;
      aside.splice(0).forEach((other) => other.removeAttribute('inert'));
      if (had && before instanceof page.HTMLElement) before.focus();
    },
    isOpen: () => host !== undefined,
  };
}
