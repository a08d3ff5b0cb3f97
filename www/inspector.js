/**
 * The contract inspector: what a host page is told, as it happens. On the left the messages that CTLive listeners get, each held
 * against the contract; on the right the events of `window.Chinwag`.
 */

import { Contract, isContractMessage } from './contract.js';

/** @typedef {{ at: number, type: string, detail: string, payload: unknown, wrong: string[], page: string }} Row */

/** What `early.js` hears. @typedef {{ list: 'messages' | 'events', at: number, payload: unknown }} Heard */

const CHANNEL = 'chinwag-inspector';
/** What is shown in a row besides the type, if it is there. */
const TELLING = ['elementID', 'widgetID', 'type', 'chatID', 'isSurveyConfigured', 'users', 'element', 'conversation', 'status', 'position', 'count', 'code'];
/** Rows that are kept. */
const MOST = 500;

/** What this page hears: one source for every list that shows it. */
export class Source extends EventTarget {
  /** @type {Record<'messages' | 'events', Row[]>} */
  rows = { messages: [], events: [] };
  #contract = new Contract();
  #channel = 'BroadcastChannel' in window ? new BroadcastChannel(CHANNEL) : undefined;

  constructor() {
    super();
    const early = /** @type {{ inspected?: Heard[] }} */ (/** @type {unknown} */ (window));
    const heard = early.inspected ?? [];
    heard.forEach((one) => this.#hear(one));
    // From now on each is shown as it comes.
    early.inspected = Object.assign([], { push: (/** @type {Heard} */ one) => this.#hear(one) });
    this.#channel?.addEventListener('message', ({ data }) => this.#push(data.list, data.row));
  }

  get wrong() {
    return this.rows.messages.filter((row) => row.wrong.length).length;
  }

  clear() {
    this.rows = { messages: [], events: [] };
    this.dispatchEvent(new Event('change'));
  }

  /** @param {Heard} heard @returns {number} */
  #hear({ list, at, payload }) {
    if (list === 'messages' && !isContractMessage(payload)) return 0;
    const message = /** @type {any} */ (payload);
    const object = list === 'messages' ? message.object : message;
    const detail = TELLING.filter((key) => key in object)
      .map((key) => `${key} ${[object[key]].flat().join(' ')}`)
      .join(' · ');
    const wrong = list === 'messages' ? this.#contract.check(message) : [];
    /** @type {Row} */
    const row = { at, type: list === 'messages' ? message.type : message.name, detail, payload, wrong, page: location.pathname };
    this.#push(list, row);
    this.#channel?.postMessage({ list, row });
    return 0;
  }

  /** @param {'messages' | 'events'} list @param {Row} row */
  #push(list, row) {
    const rows = this.rows[list];
    rows.push(row);
    if (rows.length > MOST) rows.shift();
    this.dispatchEvent(new CustomEvent('change', { detail: { list, row } }));
  }
}

/**
 * Draws the inspector into an element.
 *
 * @param {HTMLElement} place
 * @param {Source} source
 */
export function drawInspector(place, source) {
  const filter = make('input', { type: 'search', placeholder: 'Filter', ariaLabel: 'Filter by type or content' });
  const verdict = make('p', { className: 'verdict', role: 'status' });
  const copy = make('button', { type: 'button', textContent: 'Copy as JSON' });
  const clear = make('button', { type: 'button', textContent: 'Clear' });
  const bar = make('div', { className: 'bar' }, verdict, filter, copy, clear);
  const lists = {
    messages: make('ol', { className: 'list', tabIndex: 0, ariaLabel: 'CTLive messages' }),
    events: make('ol', { className: 'list', tabIndex: 0, ariaLabel: 'Chinwag events' }),
  };
  const column = (/** @type {string} */ title, /** @type {string} */ note, /** @type {HTMLElement} */ list) =>
    make('div', { className: 'column' }, make('h3', { textContent: title }), make('p', { className: 'hint', textContent: note }), list);
  const columns = make(
    'div',
    { className: 'columns' },
    column('CTLive messages', 'window.postMessage, heard by a strict listener', lists.messages),
    column('Chinwag events', "Chinwag.on('*', …)", lists.events),
  );
  place.classList.add('inspector');
  place.replaceChildren(bar, columns);

  const matches = (/** @type {Row} */ row) => (row.type + JSON.stringify(row.payload)).toLowerCase().includes(filter.value.trim().toLowerCase());
  const append = (/** @type {'messages' | 'events'} */ list, /** @type {Row} */ row) => {
    const end = lists[list].scrollHeight - lists[list].scrollTop - lists[list].clientHeight < 40;
    lists[list].append(drawRow(row));
    if (end) lists[list].scrollTop = lists[list].scrollHeight;
  };
  const judge = () => {
    const { wrong, rows } = source;
    verdict.textContent = wrong ? `${wrong} of ${rows.messages.length} messages break the contract` : `${rows.messages.length} messages, all in order`;
    verdict.classList.toggle('bad', wrong > 0);
  };
  const redraw = () => {
    for (const list of /** @type {const} */ (['messages', 'events'])) {
      lists[list].replaceChildren(...source.rows[list].filter(matches).map(drawRow));
    }
    judge();
  };
  filter.addEventListener('input', redraw);
  clear.addEventListener('click', () => source.clear());
  copy.addEventListener('click', async () => {
    const text = JSON.stringify(source.rows.messages.map((row) => row.payload), null, 2);
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
    else {
      if (matches(added.row)) append(added.list, added.row);
      judge();
    }
  });
  redraw();
}

/** @param {Row} row */
function drawRow(row) {
  const time = new Date(row.at);
  const clock = `${time.toLocaleTimeString([], { hour12: false })}.${String(time.getMilliseconds()).padStart(3, '0')}`;
  const head = make(
    'summary',
    {},
    make('time', { textContent: clock, dateTime: time.toISOString() }),
    make('b', { textContent: row.type }),
    make('span', { className: 'detail', textContent: row.detail }),
  );
  if (row.page !== location.pathname) head.append(make('i', { textContent: row.page }));
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
