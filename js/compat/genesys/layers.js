/** The layers over WebChat's panel: an overlay with the page's content, and a question to the visitor. */

import { element as make } from './elements.js';

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

  /** Makes the elements under a layer inert; the buttons of the header can be used beside an overlay. */
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

  /** Puts the layers into the panel: it may have been built anew, and a closed panel has no height. */
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
    /** @param {Node} given @param {boolean} fit Makes the overlay only as high as its content. */
    cover(given, fit) {
      takeOverlay();
      overlay = { box: overlayBox(document, given, fit), fit };
      put();
    },
    /** Asks the visitor. @param {string} words @param {string} yes @param {string} no @param {() => void} done Called when the visitor says yes. */
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
    /** Answers a question with no, or removes an overlay. @returns {boolean} Whether there was a layer. */
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
 * @param {[string, () => void]} no The text of the button, and its action.
 * @param {[string, () => void]} yes
 * @returns {{ box: HTMLElement, keep: HTMLElement }} `keep`: the button for no.
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
