/**
 * The widget on the screen, as WebChat sees it: the element that the core draws into, what the visitor presses in it, and what this
 * layer lays over it (questions, the page's overlays, lines of the page's own).
 */

import { element as make, elementOf, fill } from './elements.js';
import { sanitised } from './sanitise.js';

/** Looks of what this layer adds, in the core's colours. */
const STYLE = `
.cx-layer{position:absolute;inset:0;z-index:2;display:flex;flex-direction:column;background:var(--bg);color:var(--text);overflow:auto}
.cx-layer.fit{inset:auto 0 0;max-block-size:85%;border-block-start:1px solid var(--line);box-shadow:0 -1em 2em rgb(15 20 40/.15)}
.cx-layer .cx-content{flex:1;padding:1.25em;overflow-wrap:anywhere}
.cx-layer:focus-visible{outline:none}
.cx-content :is(h1,h2,h3,h4,h5,h6){font-size:1.1875em;font-weight:700;line-height:1.3;margin:1em 0 .35em}
.cx-content :is(p,ul,ol,table,pre,blockquote){margin:.6em 0}
.cx-content :is(ul,ol){padding-inline-start:1.4em;list-style:revert}
.cx-content>:first-child{margin-block-start:0}
.cx-ask{position:absolute;inset:0;z-index:3;display:grid;align-items:end;background:rgb(15 20 40/.4)}
.cx-ask>div{display:flex;flex-wrap:wrap;gap:.5em;padding:1em;background:var(--bg);color:var(--text);border-block-start:1px solid var(--line)}
.cx-ask p{flex:1 0 100%;margin:0;font-weight:600;text-align:center;overflow-wrap:anywhere}
.cx-ask .main-button{flex:1 1 auto}
.panel:has(.cx-ask),.panel:has(.cx-layer){position:fixed}
.text.drawn{white-space:normal}
.text.drawn :is(p,ul,ol,table,pre,blockquote){margin:.4em 0;padding-inline-start:0}
.text.drawn :is(ul,ol){padding-inline-start:1.4em;list-style:revert}
.text.drawn>:first-child{margin-block-start:0}
.text.drawn>:last-child{margin-block-end:0}
.text.drawn a{color:inherit}
.row.bare{align-items:stretch}
.row.middle{align-items:center}
.cx-error:is(input,textarea,select){border-color:var(--bad)!important}
.cx-no-emoji [data-do=emoji]{display:none}
.cx-no-emoji .write textarea{padding-inline-start:1em}
.cx-no-end .head .more{display:none}
`;

/**
 * @param {object} given
 * @param {Window & typeof globalThis} given.page
 * @param {() => string} given.element Id of the element that holds the widget.
 * @param {(act: string, event: Event) => boolean} given.pressed Something was pressed; true: it is not the core's.
 * @param {(event: Event) => void} given.heard Something happened in a form.
 * @param {(form: Element) => void} given.form A form was drawn.
 */
export function createPanel({ page, element, pressed, heard, form }) {
  const { document } = page;
  /** The one that is listened to. @type {ShadowRoot | undefined} */
  let known;
  /** Content for lines of the page's, by id. @type {Map<string, () => Node>} */
  const contents = new Map();
  /** @type {Record<string, boolean>} */
  let flags = {};
  /**
   * Callbacks by selector, called once when an element of it is drawn: a page may send commands before the panel's file is loaded.
   * @type {Map<string, (element: HTMLElement) => void>}
   */
  const awaited = new Map();

  const root = () => {
    const host = document.getElementById(element());
    const found = host?.shadowRoot ?? undefined;
    if (!host || !found || found === known) return found;
    known = found;
    const sheet = new page.CSSStyleSheet();
    sheet.replaceSync(STYLE);
    found.adoptedStyleSheets = [...found.adoptedStyleSheets, sheet];
    // Outside and capturing: before the core hears of it, which listens inside. In the page's own document (`skin.js`) that is further out.
    const light = /** @type {unknown} */ (found) === host;
    const outside = light ? document : host;
    outside.addEventListener('click', (event) => (!light || host.contains(/** @type {Node} */ (event.target))) && press(event), true);
    outside.addEventListener('keydown', (event) => (!light || host.contains(/** @type {Node} */ (event.target))) && escape(/** @type {KeyboardEvent} */ (event)), true);
    ['focusout', 'change', 'keyup', 'input'].forEach((name) =>
      found.addEventListener(name, (event) => /** @type {Element} */ (event.target).closest?.('form.form') && heard(event), true),
    );
    new page.MutationObserver(look).observe(found, { childList: true, subtree: true });
    look();
    return found;
  };
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement | undefined} */ (root()?.querySelector(selector) ?? undefined);

  const press = (/** @type {Event} */ event) => {
    const [target] = event.composedPath();
    const control = /** @type {Element | undefined} */ (target)?.closest?.('[data-do],[type=submit]');
    const act = control?.getAttribute('data-do') ?? (control ? 'submit' : '');
    if (!act || !pressed(act, event)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** A question is answered with no, and an overlay goes, before the panel does. @param {KeyboardEvent} event */
  const escape = (event) => {
    if (event.key !== 'Escape') return;
    const no = /** @type {HTMLElement | null | undefined} */ (known?.querySelector('.cx-ask .plain'));
    const layer = known?.querySelector('.cx-layer');
    if (!no && !layer) return;
    event.stopPropagation();
    if (no) no.click();
    else take('.cx-layer');
  };

  const look = () => {
    const drawn = known?.querySelector('form.form:not([data-test=survey])');
    if (drawn) form(drawn);
    apply();
    [...awaited.keys()].forEach((selector) => {
      const act = awaited.get(selector);
      const element = find(selector);
      if (!element || !act) return;
      awaited.delete(selector);
      act(element);
    });
  };
  /** @param {string} selector @param {(element: HTMLElement) => void} act */
  const when = (selector, act) => {
    const element = find(selector);
    if (element) act(element);
    else awaited.set(selector, act);
  };
  const apply = () => {
    const frame = known?.querySelector('.frame');
    Object.keys(flags).forEach((name) => frame?.classList.toggle(name, flags[name]));
    const writing = /** @type {HTMLTextAreaElement | null | undefined} */ (known?.querySelector('.write textarea'));
    if (writing && limit && writing.maxLength !== limit) writing.maxLength = limit;
  };
  let limit = 0;

  /** Something of the page's as a node: an element as it is, text as text, markup cleaned. @param {unknown} given @returns {Node} */
  const content = (given) => {
    const own = elementOf(given);
    if (own) return own;
    return sanitised(document, typeof given === 'string' || typeof given === 'number' ? `${given}` : '');
  };

  /** @param {string} selector */
  const take = (selector) => {
    find(selector)?.remove();
    settle();
  };
  /** What lies under a question or an overlay is out of reach meanwhile. */
  const settle = () => {
    const asks = find('.cx-ask') !== undefined;
    const covered = find('.cx-layer:not(.fit)') !== undefined;
    find('.head')?.toggleAttribute('inert', asks);
    find('.main')?.toggleAttribute('inert', asks || covered);
    find('.cx-layer')?.toggleAttribute('inert', asks);
  };

  return {
    root,
    find,
    content,
    /** The element of a message, if it is on the screen. @param {string} id @returns {HTMLElement | undefined} */
    row: (id) => /** @type {HTMLElement | undefined} */ ([...(root()?.querySelectorAll('li[data-id]') ?? [])].find((row) => row.getAttribute('data-id') === id)),
    isShown: () => document.getElementById(element())?.hidden === false,

    /** @param {Record<string, boolean>} given Class names on the widget. @param {number} most Characters of a message. */
    fit: (given, most) => {
      flags = given;
      limit = most;
      root();
      apply();
    },
    /** What the core presses its own buttons for. @param {string} act */
    press: (act) => when(`[data-do="${act}"]`, (button) => button.click()),
    /** Submits the form, as the visitor would. */
    submit: () => when('form.form:not([data-test=survey]) [type=submit]', (button) => button.click()),

    /** Content for a line of the page's. @param {string} id @param {() => Node} get */
    keep: (id, get) => void contents.set(id, get),
    /** The core drew a line of the page's. @param {Element} place @param {string} id */
    drawn: (place, id) => {
      const get = contents.get(id);
      if (get) place.append(get());
    },

    /** @param {unknown} given @param {{ fit: boolean }} how */
    overlay: (given, { fit }) => when('.panel', (panel) => {
      take('.cx-layer');
      const layer = make(document, 'div', `cx-layer cx-overlay${fit ? ' fit' : ''}`, undefined);
      const inner = make(document, 'div', 'cx-content', undefined);
      inner.append(content(given));
      layer.append(inner);
      layer.tabIndex = -1;
      // Below the header, which keeps its buttons.
      layer.style.insetBlockStart = fit ? '' : `${/** @type {HTMLElement} */ (panel.querySelector('.head'))?.offsetHeight ?? 0}px`;
      panel.append(layer);
      settle();
      layer.focus();
    }),
    /** Takes question and overlay away, also an overlay that waits for the panel. */
    clear: () => {
      awaited.delete('.panel');
      take('.cx-ask');
      take('.cx-layer');
    },
    /** The window was closed: what waits for its elements is not done any more. */
    forget: () => awaited.clear(),

    /**
     * Asks inside the panel.
     *
     * @param {string} words
     * @param {string} yes
     * @param {string} no
     * @param {() => void} done Told when the visitor agrees.
     */
    ask: (words, yes, no, done) => {
      take('.cx-ask');
      const panel = find('.panel');
      if (!panel) return done();
      const back = known?.activeElement;
      const layer = make(document, 'div', 'cx-ask', undefined);
      layer.setAttribute('role', 'alertdialog');
      layer.setAttribute('aria-label', words);
      const box = make(document, 'div', '', [make(document, 'p', '', words)]);
      /** @param {string} name @param {string} label @param {() => void} act */
      const button = (name, label, act) => {
        const made = make(document, 'button', name, label);
        made.setAttribute('type', 'button');
        made.addEventListener('click', () => {
          take('.cx-ask');
          if (back instanceof page.HTMLElement) back.focus();
          act();
        });
        box.append(made);
        return made;
      };
      const keep = button('plain', no, () => {});
      button('main-button danger', yes, done);
      layer.append(box);
      panel.append(layer);
      settle();
      keep.focus();
    },
  };
}

/** @typedef {ReturnType<typeof createPanel>} Panel */

/**
 * A message's element for pages when it is not on the screen: of the same shape, and nowhere.
 *
 * @param {Document} document
 * @param {string} name
 * @param {string | Node} content
 * @param {boolean} mine
 * @returns {HTMLElement}
 */
export function standIn(document, name, content, mine) {
  const made = make(document, 'li', `row ${mine ? 'mine' : 'theirs'}`, undefined);
  const bubble = make(document, 'div', 'bubble', undefined);
  const words = make(document, 'div', 'text', undefined);
  words.append(content);
  fill(bubble, words);
  fill(made, [make(document, 'div', 'name', name), bubble]);
  return made;
}
