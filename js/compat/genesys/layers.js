/** The layers over WebChat's panel: an overlay of the page's, and a question. */

import { element as make } from './elements.js';

/** Looks of the facade's own elements, in the core's colours: they come with the panel's style sheet. */
export const LOOKS = `
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
 * @param {Window & typeof globalThis} page
 * @param {import('./slots.js').Slots} slots
 */
export function createLayers(page, slots) {
  const { document } = page;
  /** @type {{ box: HTMLElement, fit: boolean } | undefined} */
  let overlay;
  /** @type {{ box: HTMLElement, keep: HTMLElement, no: () => void } | undefined} */
  let question;

  /** The elements under them are inert meanwhile; the header keeps its buttons under an overlay. */
  const settle = () => {
    const place = slots.place('overlay');
    for (const part of place?.parentElement?.children ?? []) {
      const covered = overlay && !overlay.fit && part !== slots.place('header');
      if (part !== place) part.toggleAttribute('inert', !!question || !!covered);
    }
    overlay?.box.toggleAttribute('inert', !!question);
  };
  const takeOverlay = () => {
    overlay?.box.remove();
    overlay = undefined;
    settle();
  };
  const takeQuestion = () => {
    question?.box.remove();
    question = undefined;
    settle();
  };

  /** Puts them where they belong: there may be another panel, and a closed one has no height. */
  const put = () => {
    const place = slots.place('overlay');
    if (!place) return;
    if (overlay) {
      // Below the header.
      overlay.box.style.insetBlockStart = overlay.fit ? '' : `${slots.place('header')?.offsetHeight ?? 0}px`;
      place.append(overlay.box);
    }
    if (question) place.append(question.box);
    settle();
    (question?.keep ?? overlay?.box)?.focus();
  };

  return {
    put,
    /** @param {Node} given @param {boolean} fit As high as its content. */
    cover(given, fit) {
      takeOverlay();
      overlay = { box: overlayBox(document, given, fit), fit };
      put();
    },
    /** Asks the visitor. @param {string} words @param {string} yes @param {string} no @param {() => void} done Told of a yes. */
    ask(words, yes, no, done) {
      takeQuestion();
      const place = slots.place('overlay');
      if (!place) return done();
      const back = /** @type {Document | ShadowRoot} */ (place.getRootNode()).activeElement;
      const answer = (/** @type {() => void} */ act) => () => {
        takeQuestion();
        if (back instanceof page.HTMLElement) back.focus();
        act();
      };
      const refuse = answer(() => {});
      question = { ...questionBox(document, words, [no, refuse], [yes, answer(done)]), no: refuse };
      put();
    },
    /** A question is answered with no, or an overlay goes. @returns {boolean} Whether there was one. */
    escape() {
      if (!question && !overlay) return false;
      if (question) question.no();
      else takeOverlay();
      return true;
    },
    clear() {
      takeQuestion();
      takeOverlay();
    },
  };
}

/** @param {Document} document @param {Node} given @param {boolean} fit @returns {HTMLElement} */
function overlayBox(document, given, fit) {
  const box = make(document, 'div', `cx-layer cx-overlay${fit ? ' fit' : ''}`, undefined);
  const inner = make(document, 'div', 'cx-content', undefined);
  inner.append(given);
  box.append(inner);
  box.tabIndex = -1;
  return box;
}

/**
 * @param {Document} document
 * @param {string} words
 * @param {[string, () => void]} no Its words, and its action.
 * @param {[string, () => void]} yes
 * @returns {{ box: HTMLElement, keep: HTMLElement }} With the button that leaves everything as it is.
 */
function questionBox(document, words, no, yes) {
  const box = make(document, 'div', 'cx-ask', undefined);
  box.setAttribute('role', 'alertdialog');
  box.setAttribute('aria-label', words);
  const row = make(document, 'div', '', [make(document, 'p', '', words)]);
  const button = (/** @type {string} */ name, /** @type {[string, () => void]} */ [label, act]) => {
    const made = make(document, 'button', name, label);
    made.setAttribute('type', 'button');
    made.addEventListener('click', act);
    row.append(made);
    return made;
  };
  const keep = button('plain', no);
  button('main-button danger', yes);
  box.append(row);
  return { box, keep };
}
