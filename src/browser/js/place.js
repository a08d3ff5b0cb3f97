/** Where widgets stand in the page: their elements, beside each other, and in the top layer when the page keeps fixed elements inside a box of its own. */

import { LIGHT, host_of } from './root.js';
import { attribute, css } from './tree.js';

/** @typedef {import('./root.js').Root} Root */

/** The style sheet of all widgets, except for the launchers. Made on first use: a server, which only imports this file, has no style sheets. @type {CSSStyleSheet | undefined} */
let panels;
const sheet = () => (panels ??= new CSSStyleSheet());
let looks = '';
/** The style sheet of the panels has arrived. @param {string} css */
export const dress = (css) => sheet().replaceSync(scoped((looks = css)));

/** Whether widgets stand in the page's document. */
let light = false;
/**
 * Limits rules to the content of a widget in the page's document, by nesting: with `@scope` WebKit (2.50) leaves out text fields. Keyframes cannot
 * be nested, so they come last in our style sheets.
 *
 * @param {string} css
 */
const scoped = (css) => {
  const [rules, ...frames] = css.split('@keyframes');
  return light ? [`:where(.${LIGHT}){${rules}}`, ...frames].join('@keyframes') : css;
};
/** Whether rules can be nested, also those for an element by its tag. */
const nests = () => {
  const probe = new CSSStyleSheet();
  probe.replaceSync('a{b{}}');
  return !!(/** @type {CSSStyleRule | undefined} */ (probe.cssRules[0])?.cssRules?.length);
};
/** Our style sheets that are attached to the document. @type {CSSStyleSheet[]} */
let adopted = [];
/** @param {CSSStyleSheet[]} sheets */
const adopt = (sheets) => {
  document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter((other) => !adopted.includes(other)), ...sheets];
  adopted = sheets;
};

/**
 * Takes the element with an id, or makes it. Gives its root. Throws where there can be no shadow root.
 *
 * @param {string} id
 * @param {string} host_css For the element itself.
 * @param {string} css The rules for its content.
 * @param {boolean} wants_light Without a shadow root. Ignored where the rules of a style sheet cannot be limited to an element.
 * @returns {Root}
 */
export const place = (id, host_css, css, wants_light) => {
  const before = light;
  light = wants_light && nests();
  if (light !== before) dress(looks);
  let host = document.getElementById(id);
  const early = host?.shadowRoot;
  const made = !host || !!early;
  const was = !!early?.activeElement;
  if (!host || (early && light)) {
    const fresh = document.createElement('div');
    fresh.id = id;
    if (host) host.replaceWith(fresh);
    else document.body.append(fresh);
    host = fresh;
  }
  const shadow = light ? undefined : (early ?? host.attachShadow({ mode: 'open' }));
  /** @type {Root} */
  const root = shadow ?? host;
  // An element that an earlier core used keeps its mark of who made it: the widget or the page.
  root.made ??= made;
  root.was = was;
  // The page's own content of the element is shown again when the widget leaves: a shadow root cannot be removed, but can show it by a slot.
  root.kept ??= shadow ? [document.createElement('slot')] : [...root.childNodes];
  root.taken = true;
  root.replaceChildren();
  const own = new CSSStyleSheet();
  // A rule of the page for every element (`* { all: initial }`) is undone; its rules for some elements have priority over our rules for tags.
  own.replaceSync(host_css + scoped((light ? '*{all:revert-layer}' : '') + css));
  if (shadow) shadow.adoptedStyleSheets = [own, sheet()];
  else {
    host.classList.add(LIGHT);
    adopt([own, sheet()]);
  }
  return root;
};

/** Takes the widget out of its element: the opposite of `place`. A second call does nothing. @param {Root} root */
export const leave = (root) => {
  if (!root.taken) return;
  root.taken = false;
  const host = host_of(root);
  root.replaceChildren(.../** @type {Node[]} */ (root.kept));
  if (root !== host) /** @type {ShadowRoot} */ (root).adoptedStyleSheets = [];
  else {
    host.classList.remove(LIGHT);
    if (!document.querySelector('.' + LIGHT)) adopt([]);
  }
  if (root.made) host.remove();
  else {
    host.removeAttribute('popover');
    host.removeAttribute('data-chinwag');
    host.removeAttribute('data-open');
    host.hidden = false;
  }
  arrange();
};

/** Shows a widget or not, and whether its panel is open. @param {Root} root @param {string} shape @param {boolean} on @param {boolean} open */
export const show_host = (root, shape, on, open) => {
  const host = host_of(root);
  // The page may have replaced the document's list of style sheets.
  if (!adopted.every((own) => document.adoptedStyleSheets.includes(own))) adopt(adopted);
  // A launcher that was built again has to be positioned, too.
  const launcher = root.querySelector('.launcher,.tab');
  const known = host.hidden === !on && root.launcher === launcher;
  root.launcher = launcher;
  attribute(host, 'data-chinwag', shape);
  host.hidden = !on;
  if (open && !host.hasAttribute('data-open')) lift(root, true);
  host.toggleAttribute('data-open', open);
  if (!known) arrange();
};

/** Whether fixed elements inside an element are placed in it and not in the window, by the rules of CSS. @param {Element} element */
const holds = (element) => {
  const style = getComputedStyle(element);
  /** @param {string} name */
  const is = (name) => (style[/** @type {'transform'} */ (name)] || 'none') !== 'none';
  const changes = /transform|translate|rotate|scale|perspective|filter|contain/;
  return (
    ['transform', 'translate', 'rotate', 'scale', 'perspective', 'filter', 'backdropFilter'].some(is) ||
    /paint|layout|strict|content/.test(style.contain) ||
    changes.test(style.willChange) ||
    style.contentVisibility === 'auto' ||
    (style.containerType || 'normal') !== 'normal'
  );
};
/**
 * Where the page keeps fixed elements in an element of its own (it turns or blurs its body, say), a widget goes to the browser's top
 * layer, which belongs to the window. Only then, because the top layer is before everything, and `--chinwag-z-index` has no effect there.
 *
 * @param {Root} root
 * @param {boolean} [first] Put it in front of the other widgets in the top layer.
 */
export const lift = (root, first) => {
  const host = host_of(root);
  if (!host.showPopover || !host.isConnected) return;
  const shown = host.matches(':popover-open');
  let here = host.parentElement;
  while (!shown && here && !holds(here)) here = here.parentElement;
  if (!shown && !here) return;
  if (shown && first) host.hidePopover();
  host.popover = 'manual';
  if (!shown || first) host.showPopover();
};
/** Launchers of one shape stand beside each other and tabs one above the other, without gaps for those that are hidden. */
const arrange = () => {
  // Without a prototype: members that a page puts on `Object.prototype` would be walked too.
  /** @type {Record<string, HTMLElement[]>} */
  const shapes = /** @type {any} */ ({ __proto__: null });
  document.querySelectorAll(/** @type {'div'} */ ('[data-chinwag]:not([hidden])')).forEach((host) => {
    const launcher = /** @type {HTMLElement | null} */ ((host.shadowRoot ?? host).querySelector('.launcher,.tab'));
    if (launcher) (shapes[/** @type {string} */ (host.dataset.chinwag)] ??= []).push(launcher);
  });
  for (const shape in shapes) {
    const launchers = /** @type {HTMLElement[]} */ (shapes[shape]);
    let end = 0;
    const shifts = launchers.map((launcher, index) => {
      const half = (shape === 'tab' ? launcher.offsetHeight : launcher.offsetWidth) / 2;
      const shift = index && end + half;
      end = shift + half + 16;
      return shift;
    });
    // Tabs stand around the middle of the edge.
    const middle = shape === 'tab' ? /** @type {number} */ (shifts.at(-1)) / 2 : 0;
    launchers.forEach((launcher, index) => css(launcher, '--shift', /** @type {number} */ (shifts[index]) - middle + 'px'));
  }
};
