/** The facade's content in the slots of the view: rows, overlays and questions, class names, the form. The view is played here. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { NAMES } from '../compat/genesys/names.js';
import { createPanel } from '../compat/genesys/panel.js';
import { createSlots } from '../compat/genesys/slots.js';

/** An element, with the members that the code uses. */
function element(tag, root) {
  const names = new Set();
  const made = {
    nodeType: 1,
    tag,
    id: '',
    style: {},
    attributes: {},
    children: [],
    listeners: {},
    isConnected: true,
    parentElement: undefined,
    classList: {
      add: (...all) => all.forEach((one) => names.add(one)),
      remove: (...all) => all.forEach((one) => names.delete(one)),
      toggle: (name, on) => (on ? names.add(name) : names.delete(name)),
    },
    names: () => [...names].sort(),
    append: (...nodes) => {
      for (const node of nodes) {
        node.remove?.();
        made.children.push(node);
        if (node.nodeType) node.parentElement = made;
      }
    },
    remove: () => {
      const { parentElement } = made;
      if (parentElement) parentElement.children = parentElement.children.filter((child) => child !== made);
      made.parentElement = undefined;
    },
    hasChildNodes: () => made.children.length > 0,
    querySelector: (selector) => made.parts?.[selector] ?? null,
    setAttribute: (name, value) => (made.attributes[name] = value),
    toggleAttribute: (name, on) => (on ? (made.attributes[name] = '') : delete made.attributes[name]),
    addEventListener: (name, listener) => (made.listeners[name] ??= []).push(listener),
    focus: () => (root.focused = made),
    getRootNode: () => ({ activeElement: null }),
  };
  return made;
}

/** A page with the facade's panel over the view of its chat, which has the id `chat`. */
function world() {
  const root = { focused: undefined };
  const make = (tag) => element(tag, root);
  const tasks = [];
  const page = {
    document: { createElement: make },
    HTMLElement: class {},
    setTimeout: (work) => tasks.push(work),
    queueMicrotask: (work) => tasks.push(work),
  };
  const slots = createSlots(() => 'chat');
  const noted = [];
  const it = { make, noted, slots, root, refuses: false };
  it.follow = () =>
    (it.panel = createPanel({
      page,
      slots,
      submits: () => noted.push('asked') > 0 && !it.refuses,
      heard: ({ type }) => noted.push(type),
      form: () => noted.push('form'),
      ask: (name) => noted.push(name),
    }));
  it.settle = () => tasks.splice(0).forEach((work) => work());
  /** The view builds its panel. */
  it.draws = () => {
    const panel = make('div');
    const [head, main, over] = ['head', 'main', 'overlay'].map(make);
    head.offsetHeight = 56;
    panel.append(head, main, over);
    slots.built('header', head, 'chat');
    slots.built('overlay', over, 'chat');
    it.settle();
    return { panel, head, main, over };
  };
  it.row = (id, parts) => Object.assign(make('li'), { parts: { '.drawn': parts } });
  return it;
}

test('content of the page is put into its line once, and again where the view has an empty place for it', () => {
  const it = world();
  it.follow();
  const contents = [it.make('b'), it.make('i')];
  it.panel.keep('i_1', () => contents.shift());
  const place = it.make('div');
  it.slots.built('row', it.row('i_1', place), 'i_1');
  assert.deepEqual(place.children.map(({ tag }) => tag), ['b']);
  it.slots.built('row', it.row('i_1', place), 'i_1');
  assert.deepEqual(place.children.map(({ tag }) => tag), ['b'], 'the view kept it');
  const fresh = it.make('div');
  it.slots.built('row', it.row('i_1', fresh), 'i_1');
  assert.deepEqual(fresh.children.map(({ tag }) => tag), ['i']);
});

test('the ids and classes of a row are on the row that replaces it', () => {
  const it = world();
  it.follow();
  const row = it.row('e1');
  it.slots.built('row', row, 'e1');
  it.panel.mark(it.panel.row('e1'), 'cx-chat-index-1', ['cx-message', 'cx-you']);
  assert.deepEqual([row.id, row.names()], ['cx-chat-index-1', ['cx-message', 'cx-you']]);
  row.isConnected = false;
  assert.equal(it.panel.row('e1'), undefined, 'it is not on the screen');
  const again = it.row('e1');
  it.slots.built('row', again, 'e1');
  assert.deepEqual([again.id, again.names()], ['cx-chat-index-1', ['cx-message', 'cx-you']]);
  const nowhere = it.make('li');
  it.panel.mark(nowhere, 'cx-chat-index-2', ['cx-them']);
  assert.deepEqual([nowhere.id, nowhere.names()], ['cx-chat-index-2', ['cx-them']], 'one that was never drawn');
});

test('a late subscriber gets the elements that were built before, and none of other widgets', () => {
  const it = world();
  const [frame, other, composer] = [it.make('div'), it.make('div'), it.make('div')];
  const field = it.make('textarea');
  composer.parts = { textarea: field };
  it.slots.built('frame', frame, 'chat');
  it.slots.built('frame', other, 'callback');
  it.follow();
  it.panel.fit({ 'cx-no-emoji': true, 'cx-no-end': false }, 300);
  it.panel.theme(['cx-theme-blue']);
  it.panel.theme(['cx-theme-red', 'mine']);
  it.slots.built('composer', composer, 'chat');
  assert.deepEqual([frame.names(), other.names(), field.maxLength], [['cx-no-emoji', 'cx-theme-red', 'mine'], [], 300]);
  const next = it.make('div');
  it.slots.built('frame', next, 'chat');
  assert.deepEqual(next.names(), ['cx-no-emoji', 'cx-theme-red', 'mine']);
});

test('an overlay that is asked for early is there with the panel, and with the next panel', () => {
  const it = world();
  it.follow();
  it.panel.overlay(it.make('p'), { fit: false });
  const first = it.draws();
  const [layer] = first.over.children;
  assert.deepEqual([layer.className, layer.style.insetBlockStart, it.root.focused], ['cx-layer cx-overlay', '56px', layer]);
  assert.deepEqual([first.head, first.main].map(({ attributes }) => 'inert' in attributes), [false, true], 'the header keeps its buttons');
  const second = it.draws();
  assert.deepEqual([first.over.children, second.over.children], [[], [layer]]);
  it.panel.clear();
  assert.deepEqual([second.over.children, 'inert' in second.main.attributes], [[], false]);

  it.panel.overlay(it.make('p'), { fit: true });
  assert.ok(!('inert' in second.main.attributes));
  it.panel.clear();
  const early = world();
  early.follow();
  early.panel.overlay(early.make('p'), { fit: false });
  early.panel.clear();
  assert.deepEqual(early.draws().over.children, [], 'taken back before there was a panel');
});

test('a question covers everything; Escape says no to it, then takes the overlay, then is the view\'s', () => {
  const it = world();
  it.follow();
  const frame = it.make('div');
  it.slots.built('frame', frame, 'chat');
  const { head, main, over } = it.draws();
  it.panel.overlay(it.make('p'), { fit: false });
  const answers = [];
  it.panel.ask('Really?', 'Yes', 'No', () => answers.push('yes'));
  const [layer, question] = over.children;
  assert.equal(question.attributes['aria-label'], 'Really?');
  assert.deepEqual([head, main, layer].map(({ attributes }) => 'inert' in attributes), [true, true, true]);
  const escape = () => {
    let stopped = false;
    frame.listeners.keydown.forEach((listener) => listener({ key: 'Escape', stopPropagation: () => (stopped = true) }));
    return stopped;
  };
  assert.ok(escape());
  assert.deepEqual([over.children, answers, 'inert' in head.attributes], [[layer], [], false]);
  assert.ok(escape());
  assert.deepEqual(over.children, []);
  assert.ok(!escape());
  it.panel.ask('Really?', 'Yes', 'No', () => answers.push('yes'));
  const [, , yes] = over.children[0].children[0].children;
  yes.listeners.click[0]();
  assert.deepEqual([answers, over.children], [['yes'], []]);
});

test('without a panel there is no question: the answer is yes', () => {
  const it = world();
  it.follow();
  let agreed = false;
  it.panel.ask('Really?', 'Yes', 'No', () => (agreed = true));
  assert.ok(agreed);
});

test('a form is submitted when it is there and the page\'s validators agree', () => {
  const it = world();
  it.follow();
  it.panel.submit();
  assert.deepEqual(it.noted.splice(0), []);
  const form = it.make('form');
  it.slots.built('form', form, 'chat');
  it.settle();
  assert.deepEqual(it.noted.splice(0), ['form', 'asked', 'submit']);
  it.refuses = true;
  it.panel.submit();
  assert.deepEqual(it.noted.splice(0), ['asked']);
  for (const type of ['focusout', 'change', 'keyup', 'input']) form.listeners[type].forEach((listener) => listener({ type }));
  it.settle();
  assert.deepEqual(it.noted.splice(0), ['focusout', 'change', 'keyup', 'input']);
  form.isConnected = false;
  it.panel.submit();
  it.panel.forget();
  it.slots.built('form', it.make('form'), 'chat');
  it.settle();
  assert.deepEqual(it.noted, ['form'], 'the window was closed meanwhile');
  it.panel.askEnd();
  assert.deepEqual(it.noted, ['form', 'askEnd']);
});

test('names and looks of the facade are for parts that the view has', () => {
  const folder = new URL('../../src/browser/view/', import.meta.url);
  const view = readdirSync(folder)
    .filter((name) => name.endsWith('.rs'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('');
  const has = (/** @type {string} */ part) => new RegExp(`[.]${part}(?![\\w-])`).test(view);
  assert.deepEqual(Object.keys(NAMES).map((key) => key.split('.').at(-1) ?? '').filter((part) => !has(part)), []);
  const looks = readFileSync(new URL('../compat/genesys/layers.css', import.meta.url), 'utf8').replace(/\/\*.*?\*\//g, '');
  const parts = [...looks.matchAll(/\.(?!cx-|fit\b|middle\b)([a-z][a-z-]*)/g)].map(([, part]) => part ?? '');
  assert.deepEqual(parts.filter((part) => !has(part)), []);
});

/** The facade is a client of the port and of the view's slots (`docs/architecture.md`): no code of it reads our view, or presses its buttons. */
test('the facade does not watch, press or rewrite the view', () => {
  const folder = new URL('../compat/genesys/', import.meta.url);
  const banned = {
    'MutationObserver': /MutationObserver/,
    'a press on a control': /\.click\(/,
    'the view\'s shadow root': /shadowRoot\b/,
    'rules of a style sheet': /cssRules|cssText|insertRule/,
    'a control of the view': /\[data-do|\[data-test=(?!"?field)/,
    'a capturing listener on the view': /addEventListener\([^)]*(capture|,\s*true\s*\))/,
  };
  // These files have a shadow root of their own, or listen to the whole page.
  const own = { 'surface.js': ['the view\'s shadow root'], 'more-chunk.js': ['a capturing listener on the view'], 'layers.js': ['a control of the view'] };
  const found = readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) => {
      const text = readFileSync(new URL(name, folder), 'utf8');
      return Object.entries(banned)
        .filter(([what, pattern]) => pattern.test(text) && !own[name]?.includes(what))
        .map(([what]) => `${name}: ${what}`);
    });
  assert.deepEqual(found, []);
});
