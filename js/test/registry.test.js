/** Several scripts on one page: the decisions of the registry, with a simple widget set. The tests in browsers use the real widget set. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { KEY, VERSION, createRegistry, registryOf } from '../registry.js';

/** @typedef {import('../script.js').Script} Script */

const OPTIONS = { site: 'shop', server: 'https://chat.example/', launcher: true };

/** A widget set that records its calls. @param {any} options @param {() => any} pick @param {any} facade */
function standIn(options, pick, facade) {
  return { options, pick, facade, status: 'loading', ready: Promise.resolve(), wanted: /** @type {unknown[]} */ ([]), want(/** @type {unknown[]} */ ...given) {
    this.wanted.push(given);
  } };
}

/** @param {boolean} full @param {unknown} [element] @returns {Script} */
const script = (full, element) => /** @type {any} */ ({ full, element, core: {}, files: () => ({}) });

/** @type {() => any} */
const registry = () => createRegistry(/** @type {any} */ (standIn));

const page = /** @type {any} */ (globalThis);

/** A document with these script elements. @param {string} readyState @param {any[]} [tags] */
function open(readyState, tags = []) {
  page.document = { readyState, querySelectorAll: () => tags };
  page.addEventListener = () => {};
}

/** @param {string} src */
function tag(src, site = 'shop', type = '') {
  /** @type {Record<string, () => void>} */
  const listeners = {};
  return { src, type, dataset: { site }, listeners, addEventListener: (/** @type {string} */ name, /** @type {() => void} */ go) => (listeners[name] = go) };
}

/** Waits until all tasks that are due have run. */
const settled = () => new Promise((go) => setImmediate(go));

afterEach(() => {
  delete page.document;
  delete page.addEventListener;
  delete page[KEY];
});

test('the widget set is made once, by the first script, with the build that serves all', async () => {
  open('complete');
  const all = registry();
  const [lean, full] = [script(false), script(true)];
  const { chat } = all.join(lean, OPTIONS);
  all.announce(full);
  assert.equal(all.join(lean, { ...OPTIONS, launcher: false }).chat, chat);
  assert.equal(chat.options.launcher, true, 'the first options count');
  assert.equal(await chat.pick(), full, 'announced in the same task');
});

test('a lean build is enough without other scripts', async () => {
  open('complete');
  const all = registry();
  const lean = script(false);
  assert.equal(await all.join(lean, OPTIONS).chat.pick(), lean);
});

test('a tag that is in the document and has not run is waited for', async () => {
  const element = tag('https://chat.example/other.js');
  open('loading', [element]);
  const all = registry();
  /** @type {unknown} */
  let picked;
  all.join(script(false), OPTIONS).chat.pick().then((/** @type {unknown} */ build) => (picked = build));
  await settled();
  assert.equal(picked, undefined);
  const full = script(true, element);
  all.announce(full);
  element.listeners.load?.();
  await settled();
  assert.equal(picked, full);
});

test("tags of others, of texts, and a tag that fails, stop nothing", async () => {
  const failing = tag('https://chat.example/other.js');
  open('interactive', [tag('https://elsewhere.example/x.js'), tag('https://chat.example/x.js', ''), tag('https://chat.example/x.js', 'shop', 'text/plain'), failing]);
  const all = registry();
  const lean = script(false);
  const picked = all.join(lean, OPTIONS).chat.pick();
  await settled();
  failing.listeners.error?.();
  assert.equal(await picked, lean);
});

test('a facade that comes later takes over with the build that serves it', () => {
  open('complete');
  const all = registry();
  const { chat } = all.join(script(false), OPTIONS);
  /** @type {unknown[]} */
  const taken = [];
  const full = { ...script(true), takeOver: async (/** @type {unknown[]} */ ...given) => void taken.push(given) };
  const facade = { attached: (/** @type {unknown} */ to) => assert.equal(to, chat) };
  assert.equal(all.join(full, OPTIONS, facade).chat, chat);
  assert.deepEqual([chat.wanted, taken], [[[full, facade]], []], 'before the core is made it is enough to say so');
  chat.status = 'ready';
  all.join(full, OPTIONS, facade);
  assert.deepEqual(taken, [[chat, full, facade]]);
});

test('another site is refused by name, and another server', () => {
  open('complete');
  const all = registry();
  all.join(script(false), OPTIONS);
  for (const other of [{ ...OPTIONS, site: 'blog' }, { ...OPTIONS, server: 'https://other.example/' }]) {
    assert.throws(() => all.join(script(true), other), { code: 'another_site', message: new RegExp(`${other.site} of ${other.server}`) });
  }
  assert.equal(all.options().site, 'shop');
});

test('a destroyed widget set can be replaced, by another site too, and the facade of the same site is kept', () => {
  open('complete');
  for (const status of ['destroyed', 'failed']) {
    const all = registry();
    const facade = {};
    const { chat } = all.join(script(true), OPTIONS, facade);
    chat.status = status;
    assert.equal(all.options(), undefined);
    const next = all.join(script(false), OPTIONS).chat;
    assert.notEqual(next, chat);
    assert.equal(next.facade, facade);
    next.status = status;
    assert.equal(all.join(script(false), { ...OPTIONS, site: 'blog' }).chat.facade, undefined);
  }
});

/** The reported errors during a call. @param {import('node:test').TestContext} t @param {() => unknown} work */
function reported(t, work) {
  const log = t.mock.method(console, 'error', () => {});
  work();
  return log.mock.calls.map(({ arguments: [text] }) => text);
}

test('the first script leaves the registry, the others find it', () => {
  const first = registryOf(page);
  assert.equal(registryOf(page), first);
  assert.equal(Object.keys(page).includes('chinwag'), false);
});

test('s16: another value in the place of the registry is replaced if it can be, and reported', (t) => {
  for (const wrong of [null, 0, 'x', {}, { version: 1 }, [], () => {}, { version: '1', join() {} }]) {
    page[KEY] = wrong;
    assert.match(reported(t, () => assert.equal(registryOf(page).version, VERSION))[0], /Symbol\.for.*\[misuse\]/);
    assert.equal(page[KEY].version, VERSION);
    t.mock.reset();
  }
  for (const fixed of [{ value: 'theirs' }, { value: undefined }, { get: () => { throw new Error('theirs'); } }]) {
    const window = Object.defineProperty({}, KEY, fixed);
    assert.match(reported(t, () => assert.equal(registryOf(window).version, VERSION))[0], /\[misuse\]/);
    t.mock.reset();
  }
  const frozen = Object.freeze({});
  assert.equal(reported(t, () => registryOf(frozen)).length, 1);
});

test('scripts of another release are refused, older and newer', () => {
  for (const version of [VERSION - 1, VERSION + 1]) {
    page[KEY] = { version, join() {} };
    assert.throws(() => registryOf(page), { code: 'other_release', message: new RegExp(`${version}`) });
  }
});
