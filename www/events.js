/**
 * The list of events for pages, as they happen. Each is shown as a sentence, and as data. A page can get them in three
 * vocabularies; CTLive messages are checked against their contract as well.
 */

import { Contract, isContractMessage } from './contract.js';
import { sentence } from './sentences.js';

/** @typedef {import('./sentences.js').List} List */
/** @typedef {{ at: number, type: string, words: string, payload: unknown, wrong: string[], page: string }} Row */

/** An item that `early.js` has kept. @typedef {{ list: 'messages' | 'events' | 'violations', at: number, payload: unknown }} Heard */

const CHANNEL = 'chinwag-events';
/** The most rows that are kept of each vocabulary. */
const MOST = 500;

/** The events of this page and of other pages of the demo: one source for every list. */
export class Source extends EventTarget {
  /** @type {Record<List, Row[]>} */
  rows = { messages: [], events: [], genesys: [] };
  /** How often a browser enforced a policy against one of the pages. */
  violations = 0;
  #contract = new Contract();
  #channel = 'BroadcastChannel' in window ? new BroadcastChannel(CHANNEL) : undefined;

  constructor() {
    super();
    const early = /** @type {{ inspected?: Heard[] }} */ (/** @type {unknown} */ (window));
    const heard = early.inspected ?? [];
    heard.forEach((one) => this.#hear(one));
    // From now on each event is shown when it comes.
    early.inspected = Object.assign([], { push: (/** @type {Heard} */ one) => this.#hear(one) });
    this.#channel?.addEventListener('message', ({ data }) => this.#push(data.list, data.row));
  }

  get wrong() {
    return this.rows.messages.filter((row) => row.wrong.length).length;
  }

  clear() {
    this.rows = { messages: [], events: [], genesys: [] };
    this.dispatchEvent(new Event('change'));
  }

  /** @param {Heard} heard @returns {number} */
  #hear({ list, at, payload }) {
    if (list === 'messages' && !isContractMessage(payload)) return 0;
    const message = /** @type {any} */ (payload);
    const wrong = list === 'messages' ? this.#contract.check(message) : [];
    const type = list === 'messages' ? message.type : message.name;
    const words = list === 'violations' ? '' : sentence(list, type, message);
    /** @type {Row} */
    const row = { at, type, words, payload, wrong, page: location.pathname };
    this.#push(list, row);
    this.#channel?.postMessage({ list, row });
    return 0;
  }

  /** @param {List | 'violations'} list @param {Row} row */
  #push(list, row) {
    if (list === 'violations') {
      this.violations += 1;
    } else {
      const rows = this.rows[list];
      if (!row.words) row.words = sentence(list, row.type, /** @type {any} */ (row.payload));
      rows.push(row);
      if (rows.length > MOST) rows.shift();
    }
    this.dispatchEvent(new CustomEvent('change', { detail: { list, row } }));
  }
}

/**
 * Draws the list of one vocabulary into an element.
 *
 * @param {HTMLElement} place
 * @param {Source} source
 * @param {List} first The vocabulary that is shown at first.
 * @returns {(list: List) => void} Shows another vocabulary.
 */
export function drawEvents(place, source, first) {
  let shown = first;
  const filter = make('input', { type: 'search', placeholder: 'Filter', ariaLabel: 'Filter by words or content' });
  const verdict = make('p', { className: 'verdict', role: 'status' });
  const copy = make('button', { type: 'button', textContent: 'Copy as JSON' });
  const clear = make('button', { type: 'button', textContent: 'Clear' });
  const list = make('ol', { className: 'list', tabIndex: 0, ariaLabel: 'Events' });
  place.classList.add('events');
  place.replaceChildren(make('div', { className: 'bar' }, verdict, filter, copy, clear), list);

  const matches = (/** @type {Row} */ row) => (row.words + row.type + JSON.stringify(row.payload)).toLowerCase().includes(filter.value.trim().toLowerCase());
  const append = (/** @type {Row} */ row) => {
    const end = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(drawRow(row));
    if (list.children.length > MOST) list.firstElementChild?.remove();
    if (end) list.scrollTop = list.scrollHeight;
  };
  const judge = () => {
    const count = source.rows[shown].length;
    const all = count === 1 ? '1 event' : `${count} events`;
    const { wrong } = source;
    const order = wrong ? `${wrong} break the contract` : 'all as the contract says';
    verdict.textContent = shown === 'messages' ? `${all}, ${order}` : all;
    verdict.classList.toggle('bad', shown === 'messages' && wrong > 0);
  };
  const redraw = () => {
    list.replaceChildren(...source.rows[shown].filter(matches).map(drawRow));
    list.scrollTop = list.scrollHeight;
    judge();
  };
  filter.addEventListener('input', redraw);
  clear.addEventListener('click', () => source.clear());
  copy.addEventListener('click', async () => {
    const text = JSON.stringify(source.rows[shown].map((row) => row.payload), null, 2);
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = 'Copied';
    } catch {
      copy.textContent = 'Not allowed here';
    }
    setTimeout(() => (copy.textContent = 'Copy as JSON'), 1500);
  });
  source.addEventListener('change', (event) => {
    const added = /** @type {CustomEvent} */ (event).detail;
    if (!added) redraw();
    else if (added.list === shown) {
      if (matches(added.row)) append(added.row);
      judge();
    }
  });
  redraw();
  return (list) => {
    shown = list;
    redraw();
  };
}

/** @param {Row} row */
function drawRow(row) {
  const time = new Date(row.at);
  const head = make(
    'summary',
    {},
    make('time', { textContent: time.toLocaleTimeString([], { hour12: false }), dateTime: time.toISOString() }),
    make('span', { textContent: row.words }),
    make('code', { textContent: row.type }),
  );
  const more = make('pre', { textContent: JSON.stringify(row.payload, null, 2), tabIndex: 0 });
  const item = make('li', { className: row.wrong.length ? 'bad' : '' }, make('details', {}, head, more));
  item.dataset.type = row.type;
  row.wrong.forEach((words) => item.append(make('p', { className: 'wrong', textContent: `Contract: ${words}` })));
  return item;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]> & { role?: string, dateTime?: string }} properties
 * @param {...Node} children
 * @returns {HTMLElementTagNameMap[T]}
 */
function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
