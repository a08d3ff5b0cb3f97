/** Places widgets in the page: their elements, beside each other, and in the top layer when the page places fixed elements relative to one of its own elements. */

import { LIGHT, host_of } from './root.js';
import { attribute, css } from './tree.js';

/** @typedef {import('./root.js').Root} Root */

/**
 * The style sheet of all widgets, except for the launchers. Made when it is needed, because this file is also imported on servers, which have no
 * style sheets.
 *
 * @type {CSSStyleSheet | undefined}
 */
let panels;
const sheet = () => (panels ??= new CSSStyleSheet());
let looks = '';
/** Sets the rules of that style sheet, once they are fetched. @param {string} css */
export const dress = (css) => sheet().replaceSync(scoped((looks = css)));

/** Whether widgets stand in the page's document. */
let light = false;
/**
 * Limits rules to the content of a widget in the page's document. It nests the rules, because with `@scope` WebKit (2.50) leaves out text fields.
 * Keyframes cannot be nested, so they come last in our style sheets.
 *
 * @param {string} css
 */
const scoped = (css) => {
  const [rules, ...frames] = css.split('@keyframes');
  return light ? [`:where(.${LIGHT}){${rules}}`, ...frames].join('@keyframes') : css;
};
/** Whether the browser supports nested rules, also with a tag as the selector. */
const nests = () => {
  const probe = new CSSStyleSheet();
  probe.replaceSync('a{b{}}');
  return !!(/** @type {CSSStyleRule | undefined} */ (probe.cssRules[0])?.cssRules?.length);
};
/** The style sheets of ours that the document has. @type {CSSStyleSheet[]} */
let adopted = [];
/** @param {CSSStyleSheet[]} sheets */
const adopt = (sheets) => {
  document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter((other) => !adopted.includes(other)), ...sheets];
  adopted = sheets;
};

/**
 * Finds the element with an id, or makes it; returns its root. Throws when the element cannot have a shadow root.
 *
 * @param {string} id
 * @param {string} host_css For the element itself.
 * @param {string} css The rules for its content.
 * @param {boolean} wants_light Without a shadow root, if the browser can limit a style sheet to an element.
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
  // An element that an earlier core used keeps its owner: the page or us.
  root.made ??= made;
  root.was = was;
  // The page's own content of an element is shown again afterwards. A shadow root cannot be removed: it shows that content through a slot.
  root.kept ??= shadow ? [document.createElement('slot')] : [...root.childNodes];
  root.taken = true;
  root.replaceChildren();
  const own = new CSSStyleSheet();
  // The page's rules for all elements (`* { all: initial }`) are reverted; its rules for some elements win over our own rules for tags.
  own.replaceSync(host_css + scoped((light ? '*{all:revert-layer}' : '') + css));
  if (shadow) shadow.adoptedStyleSheets = [own, sheet()];
  else {
    host.classList.add(LIGHT);
    adopt([own, sheet()]);
  }
  return root;
};

/** Undoes `place`, once. @param {Root} root */
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

/** Shows or hides a widget, and marks whether its panel is open. @param {Root} root @param {string} shape @param {boolean} on @param {boolean} open */
export const show_host = (root, shape, on, open) => {
  const host = host_of(root);
  // The page may have replaced the list of style sheets.
  if (!adopted.every((own) => document.adoptedStyleSheets.includes(own))) adopt(adopted);
  // A launcher that was built anew has to be arranged too.
  const launcher = root.querySelector('.launcher,.tab');
  const known = host.hidden === !on && root.launcher === launcher;
  root.launcher = launcher;
  attribute(host, 'data-chinwag', shape);
  host.hidden = !on;
  if (open && !host.hasAttribute('data-open')) lift(root, true);
  host.toggleAttribute('data-open', open);
  if (!known) arrange();
};

/** Whether fixed elements inside an element are placed relative to it and not to the window, by the rules of CSS. @param {Element} element */
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
 * When the page places fixed elements relative to an element of its own (because it rotates or blurs its body, for example), a widget goes to the
 * browser's top layer, which belongs to the window. Only then, because the top layer covers everything, and `--chinwag-z-index` has no effect
 * there.
 *
 * @param {Root} root
 * @param {boolean} [first] It is put above the other widgets there.
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
/** Arranges launchers of one shape beside each other and tabs one above the other, without gaps for hidden ones. */
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
    // Tabs are centred on the edge.
    const middle = shape === 'tab' ? /** @type {number} */ (shifts.at(-1)) / 2 : 0;
    launchers.forEach((launcher, index) => css(launcher, '--shift', /** @type {number} */ (shifts[index]) - middle + 'px'));
  }
};
