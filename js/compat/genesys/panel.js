/**
 * The widget on the screen, as WebChat sees it: its content for the slots of the view (`slots.js`), and the view's form.
 */

import { element as make, elementOf, fill } from './elements.js';
import { createLayers } from './layers.js';

/** The DOM events of a form that are passed on while it is filled in. */
const EDITS = ['focusout', 'change', 'keyup'];

/**
 * @param {object} given
 * @param {Window & typeof globalThis} given.page
 * @param {import('./slots.js').Slots} given.slots
 * @param {() => boolean} given.submits Whether the core may submit the form.
 * @param {(event: Event) => void} given.heard Called with the events of the form.
 * @param {(form: Element) => void} given.form Called when a form was drawn.
 * @param {(name: 'askEnd' | 'submit') => void} given.ask Gives the core a command for the chat's widget.
 * @param {import('./chunk.js').Chunk<import('./others.js').More>} given.more
 */
export function createPanel({ page, slots, submits, heard, form, ask, more }) {
  const layers = createLayers(page, slots);
  const lines = createLines(slots);
  const frame = createFrame(slots);
  /** The page asked to submit a form that is not drawn yet. */
  let awaited = false;

  const submit = () => {
    awaited = false;
    if (submits()) ask('submit');
  };
  /** Work to be done once the view has finished drawing. @type {Record<string, (place: HTMLElement) => void>} */
  const drawn = {
    form: (place) => {
      form(place);
      if (awaited) submit();
    },
    overlay: layers.put,
  };
  /** @type {Record<string, (place: HTMLElement, id: string) => void>} */
  const built = {
    row: lines.built,
    composer: frame.apply,
    frame: (place) => {
      frame.apply();
      place.addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && layers.escape()) event.stopPropagation();
      });
    },
    form: (place) => {
      EDITS.forEach((name) => place.addEventListener(name, heard));
      // The core handles the event after this form, and then sets the errors of its fields.
      place.addEventListener('input', (event) => void page.setTimeout(() => heard(event)));
    },
  };
  slots.follow((name, place, id) => {
    built[name]?.(place, id);
    if (drawn[name]) page.queueMicrotask(() => slots.place(name) === place && drawn[name]?.(place));
  });

  /** Markup as elements, cleaned once the code for that is loaded; if it cannot be loaded, the plain text. @param {string} text */
  const markup = (text) => {
    const all = page.document.createDocumentFragment();
    const place = make(page.document, 'span');
    all.append(place);
    more.want(({ sanitised }) => place.replaceWith(sanitised(page.document, text)), () => place.append(text));
    return all;
  };
  /** Content of the page as a node: an element as it is, text as text, markup cleaned. @param {unknown} given @returns {Node} */
  const content = (given) => elementOf(given) ?? markup(typeof given === 'string' || typeof given === 'number' ? `${given}` : '');

  return {
    content,
    row: slots.row,
    mark: lines.mark,
    keep: lines.keep,
    fit: frame.fit,
    theme: frame.theme,
    ask: layers.ask,
    /** @param {unknown} given @param {{ fit: boolean }} how */
    overlay: (given, { fit }) => layers.cover(content(given), fit),
    /** Removes question and overlay, also an overlay that waits for the panel. */
    clear: layers.clear,
    /** The visitor is asked whether the conversation is to end. */
    askEnd: () => ask('askEnd'),
    /** Submits the form as the visitor would, as soon as it is there. */
    submit: () => {
      if (slots.place('form')?.isConnected) submit();
      else awaited = true;
    },
    /** The window was closed: callbacks that wait for its elements are dropped. */
    forget: () => void (awaited = false),
  };
}

/** Lines of the transcript: the page's content in them, and its ids for them. @param {import('./slots.js').Slots} slots */
function createLines(slots) {
  /** The content of lines that the page inserted, by id. @type {Map<string, () => Node>} */
  const contents = new Map();
  /** @type {WeakMap<Element, string>} */
  const entries = new WeakMap();
  /** The ids and class names of rows, by the id of their entry. @type {Map<string, { id: string, names: string[] }>} */
  const marks = new Map();
  const put = (/** @type {HTMLElement} */ row, /** @type {{ id: string, names: string[] } | undefined} */ mark) => {
    if (!mark) return;
    row.id = mark.id;
    row.classList.add(...mark.names);
  };
  return {
    /** @param {string} id @param {() => Node} get */
    keep: (id, get) => void contents.set(id, get),
    /** @param {HTMLElement} row A row that was drawn before has its content already. @param {string} id */
    built(row, id) {
      entries.set(row, id);
      put(row, marks.get(id));
      const place = row.querySelector('.drawn');
      const get = contents.get(id);
      if (place && get && !place.hasChildNodes()) place.append(get());
    },
    /** Sets the id and class names by which the page finds a row, also when it is drawn again. @param {HTMLElement} row @param {string} id @param {string[]} names */
    mark(row, id, names) {
      const entry = entries.get(row);
      const mark = { id, names };
      if (entry && slots.row(entry)) marks.set(entry, mark);
      put(row, mark);
    },
  };
}

/** The class names of the whole widget, and the longest message. @param {import('./slots.js').Slots} slots */
function createFrame(slots) {
  /** @type {Record<string, boolean>} */
  let flags = {};
  /** @type {string[]} */
  let themes = [];
  let limit = 0;
  const apply = () => {
    const names = slots.place('frame')?.classList;
    Object.keys(flags).forEach((name) => names?.toggle(name, flags[name]));
    names?.add(...themes);
    const field = slots.place('composer')?.querySelector('textarea');
    if (field && limit) field.maxLength = limit;
  };
  return {
    apply,
    /** @param {Record<string, boolean>} given Class names. @param {number} most Characters of a message. */
    fit(given, most) {
      flags = given;
      limit = most;
      apply();
    },
    /** @param {string[]} given Class names, in place of those before. */
    theme(given) {
      slots.place('frame')?.classList.remove(...themes);
      themes = given;
      apply();
    },
  };
}

/** @typedef {ReturnType<typeof createPanel>} Panel */

/**
 * An element for pages in place of a message that is not on the screen: it has the same structure, and is in no document.
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
