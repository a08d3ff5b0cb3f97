/** Toaster and Overlay (G3.8): a note in the corner, and a box in the middle, with content of the page's. */

import { element as make, elementOf, fill, textOf } from './elements.js';
import { copy, isObject, read } from './safe.js';
import { sanitised } from './sanitise.js';
import { ours } from './surface.js';

export const NO_CONTENT = 'No content was provided. Toaster has ignored your command.';
export const TOASTER_RESERVED = 'Toaster view is currently reserved';
export const TOASTER_CLOSED = 'Toaster view is already closed';
export const NO_HTML = 'No HTML content was provided. Overlay has ignored your command.';
export const OVERLAY_CLOSED = 'Overlay view is already closed';
/** @param {string} name */
export const overlayReserved = (name) => `Overlay view is currently reserved by '${name}'`;

/** @typedef {{ surface: ReturnType<typeof import('./surface.js').createSurface>, document: Document, wrap: (made: HTMLElement) => unknown }} Given */
/** @typedef {Record<string, import('./commands.js').Handler>} Commands */

/** @param {import('./bus.js').Plugin} plugin @param {Given} given @returns {Commands} */
export function createToaster(plugin, { surface, document, wrap }) {
  let reserved = false;
  let number = 0;
  let ends = '';
  const close = () => {
    if (!surface.isOpen()) return;
    surface.clear();
    reserved = false;
    plugin.publish(ends);
    plugin.publish('closed');
  };
  plugin.subscribe('App.closeAll', close);
  return {
    open: ({ data, deferred }) => {
      const { type, title, body, html, buttons, controls, immutable } = copy(data);
      const own = type === 'custom' ? (body ?? html) : undefined;
      if (own === undefined && !textOf(title) && !elementOf(body) && !textOf(body)) return deferred.reject(NO_CONTENT);
      if (surface.isOpen() && reserved) return deferred.reject(TOASTER_RESERVED);
      if (surface.isOpen()) close();
      reserved = immutable === true;
      number += 1;
      const path = `close.Toaster#${number}`;
      const box = make(document, 'div', 'cx-toast cx-widget cx-toaster', undefined);
      box.setAttribute('role', 'status');
      const slotted = own === undefined ? generic(document, box, { title, body, buttons, controls }, close) : placed(document, box, own);
      plugin.registerEvents(path);
      ends = path;
      surface.show(box, slotted);
      plugin.publish('opened');
      return deferred.resolve({ html: wrap(elementOf(slotted) ?? box), events: { close: `Toaster.${path}` } });
    },
    close: ({ deferred }) => {
      if (!surface.isOpen()) return deferred.reject(TOASTER_CLOSED);
      close();
      return deferred.resolve();
    },
  };
}

/** @param {import('./bus.js').Plugin} plugin @param {Given} given @returns {Commands} */
export function createOverlay(plugin, { surface, document, wrap }) {
  let owner = '';
  let fixed = false;
  let number = 0;
  let ends = '';
  const close = () => {
    if (!surface.isOpen()) return;
    surface.clear();
    owner = '';
    fixed = false;
    plugin.publish(ends);
  };
  plugin.subscribe('App.closeAll', close);
  return {
    open: ({ data, commander, deferred }) => {
      const { html, title, immutable } = copy(data);
      if (!elementOf(html) && !textOf(html)) return deferred.reject(NO_HTML);
      if (surface.isOpen() && fixed && owner !== commander) return deferred.reject(overlayReserved(owner));
      close();
      owner = commander;
      fixed = immutable === true;
      number += 1;
      ends = `close.${commander}#${number}`;
      const box = make(document, 'div', 'cx-overlay cx-widget', undefined);
      box.setAttribute('role', 'dialog');
      box.setAttribute('aria-modal', 'true');
      if (textOf(title)) box.setAttribute('aria-label', textOf(title));
      box.tabIndex = -1;
      const bar = make(document, 'div', 'cx-bar', make(document, 'span', 'cx-title', textOf(title)));
      bar.append(button(document, 'cx-button-close', make(document, 'span', '', '\u00d7'), 'Close', close));
      const body = make(document, 'div', 'cx-body', undefined);
      const slotted = placed(document, body, html);
      if (!fixed) box.append(bar);
      box.append(body);
      const back = make(document, 'div', 'cx-back', box);
      back.addEventListener('click', (event) => event.target === back && !fixed && close());
      back.addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && !fixed) close();
      });
      plugin.registerEvents(ends);
      surface.show(back, slotted, true);
      box.focus();
      return deferred.resolve({ html: wrap(elementOf(slotted) ?? body), events: { close: `Overlay.${ends}` } });
    },
    close: ({ deferred, commander }) => {
      if (!surface.isOpen()) return deferred.reject(OVERLAY_CLOSED);
      if (fixed && owner !== commander) return deferred.reject(overlayReserved(owner));
      close();
      return deferred.resolve();
    },
    back: ({ deferred }) => {
      close();
      return deferred.resolve();
    },
    immutable: ({ deferred }) => {
      fixed = true;
      return deferred.resolve();
    },
    mutable: ({ deferred }) => {
      fixed = false;
      return deferred.resolve();
    },
  };
}

/**
 * Puts content of the page's into a box: an element is slotted in, text and markup are built as elements.
 *
 * @param {Document} document
 * @param {HTMLElement} into
 * @param {unknown} content
 * @returns {Node | undefined} The element for the slot, which stays in the page's own tree.
 */
function placed(document, into, content) {
  const own = elementOf(content);
  if (!own) {
    into.append(sanitised(document, textOf(content)));
    return undefined;
  }
  if (ours.has(own)) {
    into.append(own);
    return undefined;
  }
  into.append(document.createElement('slot'));
  return own;
}

/** @param {Document} document @param {HTMLElement} box @param {Record<string, unknown>} given @param {() => void} close @returns {Node | undefined} */
function generic(document, box, { title, body, buttons, controls }, close) {
  const bar = make(document, 'div', 'cx-bar', make(document, 'span', 'cx-title', textOf(title)));
  if (controls !== 'none' && controls !== '') bar.append(button(document, 'cx-button-close', make(document, 'span', '', '\u00d7'), 'Close', close));
  const inner = make(document, 'div', 'cx-body', undefined);
  const slotted = placed(document, inner, body);
  box.append(bar, inner);
  if (isObject(buttons)) {
    const row = make(document, 'div', 'cx-button-container', undefined);
    const type = read(buttons, 'type');
    const secondary = textOf(read(buttons, 'secondary'));
    const primary = textOf(read(buttons, 'primary'));
    if (primary && type !== 'default') row.append(button(document, 'cx-btn cx-btn-primary', primary));
    if (type !== 'primary' && (secondary || (type === 'default' && primary))) row.append(button(document, 'cx-btn cx-btn-default', secondary || primary));
    fill(box, row);
  }
  return slotted;
}

/** @param {Document} document @param {string} name @param {unknown} words @param {string} [label] @param {() => void} [act] */
function button(document, name, words, label, act) {
  const made = make(document, 'button', name, words);
  made.setAttribute('type', 'button');
  if (label) made.setAttribute('aria-label', label);
  if (act) made.addEventListener('click', act);
  return made;
}
