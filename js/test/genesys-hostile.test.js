/** The shipped form of the bus, bundled with the natives, in a page that replaces built-in functions after it (quality R26, R53). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The globals of a page that a bare context lacks, and the entry. */
const ENTRY = `
  import { startGenesys } from './js/compat/genesys/start.js';
  import { addPlugin } from './js/compat/genesys/plugin.js';
  const chat = (bus, config) => addPlugin(bus, config, { name: 'WebChat', section: 'webchat', configure: () => {}, commands: {
    open: ({ deferred, data }) => deferred.resolve(data.x) } });
  startGenesys({ page: globalThis, plugins: { webchat: chat }, start: 'asked', addScript: globalThis.addScript });
`;

/** Replaces everything that older libraries and careless pages replace. */
const BREAKAGE = `
  const broken = () => { throw new Error('replaced'); };
  const { getOwnPropertyNames: names, getOwnPropertyDescriptor: descriptor } = Object;
  const prototypes = [Array.prototype, String.prototype, Function.prototype, Map.prototype, Set.prototype, Promise.prototype, RegExp.prototype];
  for (let at = 0; at < prototypes.length; at += 1) {
    const prototype = prototypes[at];
    const all = names(prototype);
    for (let one = 0; one < all.length; one += 1) {
      if (all[one] !== 'constructor' && 'value' in descriptor(prototype, all[one]) && typeof prototype[all[one]] === 'function') prototype[all[one]] = broken;
    }
    if (prototype[Symbol.iterator]) prototype[Symbol.iterator] = broken;
  }
  Object.prototype.then = undefined;
  Object.prototype.debug = true;
  Object.keys = Object.create = Object.is = Object.entries = Object.hasOwn = Object.defineProperty = Object.getPrototypeOf = Object.assign = broken;
  Reflect.apply = Reflect.set = Reflect.get = broken;
  Array.isArray = Date.now = JSON.parse = JSON.stringify = broken;
  globalThis.setTimeout = globalThis.Promise = globalThis.Map = globalThis.Set = globalThis.queueMicrotask = globalThis.MessageChannel = broken;
  globalThis.console = undefined;
`;

const USE = `
  globalThis.heard = [];
  globalThis._genesys = { widgets: { main: { lang: 'de', preload: ['webchat'] }, extensions: { e: () => { heard[heard.length] = 'extension'; } } } };
  CXBus.subscribe('App.ready', () => { heard[heard.length] = 'App.ready'; });
  CXBus.subscribe('WebChat.ready', () => { heard[heard.length] = 'WebChat.ready'; });
  CXBus.before('WebChat.open', (options) => ({ x: options.x + 1 }));
  const mine = CXBus.registerPlugin('Mine');
  mine.republish('kept', { n: 1 });
  CXBus.subscribe('Mine.kept', (event) => { heard[heard.length] = 'kept ' + event.data.n; });
  CXBus.loadPlugin('widgets-core').done(() => { heard[heard.length] = 'core'; });
  CXBus.command('WebChat.open', { x: 1 }).then((value) => value * 10).done((value) => { heard[heard.length] = 'open ' + value; });
  CXBus.command('WebChat.none').fail((text) => { heard[heard.length] = text; });
  mine.data('k', 'v');
  mine.unsubscribe('Mine.none');
  mine.registry();
  CXBus.data('App.language');
`;

/** A page's globals, as far as the start needs them. */
function context() {
  const { performance, crypto, setTimeout, clearTimeout, MessageChannel, URL } = globalThis;
  const errors = [];
  const document = { cookie: '', hidden: false, addEventListener() {}, getElementById: () => null };
  const channels = [];
  const page = {
    ...{ performance, crypto, clearTimeout, URL, document, errors, addEventListener() {}, navigator: { userAgent: '' }, addScript() {} },
    console: { log() {}, error: (...words) => errors.push(words) },
    setTimeout: (work, time) => setTimeout(work, time),
    MessageChannel: class {
      constructor() {
        const channel = new MessageChannel();
        channels.push(channel);
        return channel;
      }
    },
  };
  const { code } = buildSync({
    ...{ stdin: { contents: ENTRY, resolveDir: ROOT }, absWorkingDir: ROOT, inject: ['./js/natives.js'] },
    ...{ bundle: true, minify: true, write: false, format: 'iife', target: 'es2022', logLevel: 'silent' },
  }).outputFiles.map(({ text }) => ({ code: text }))[0];
  vm.createContext(page);
  vm.runInContext(code, page);
  return { page, close: () => channels.forEach(({ port1 }) => port1.close()) };
}

/** Waits until a condition holds. */
async function until(is) {
  // The limit is in turns, not seconds: on a slow machine a turn takes longer.
  for (let turns = 0; !is() && turns < 10_000; turns += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(is());
}

/** Starts the bus, breaks the page, and uses all functions. @param {string} breakage */
async function works(breakage) {
  const { page, close } = context();
  try {
    vm.runInContext(`(() => {${breakage}\n${USE}})()`, page);
    await until(() => page.heard.length >= 7);
    const heard = Array.from({ length: page.heard.length }, (_, at) => page.heard[at]);
    assert.deepEqual([...heard].sort(), ['App.ready', 'Command does not exist', 'WebChat.ready', 'core', 'extension', 'kept 1', 'open 20']);
    assert.ok(heard.indexOf('extension') < heard.indexOf('App.ready') && heard.indexOf('App.ready') < heard.indexOf('WebChat.ready'));
    assert.deepEqual(page.errors, []);
  } finally {
    close();
  }
}

test('the bundle works on a page that leaves the language alone', () => works(''));

test('r53_the_bus_works_on_a_page_that_replaces_its_built_ins', () => works(BREAKAGE));

test('tasks of a message channel come one by one, in order, also when one throws', async () => {
  const { createTasks } = await import('../compat/genesys/tasks.js');
  const channel = new MessageChannel();
  const order = [];
  const task = createTasks(channel);
  const done = new Promise((resolve) => {
    for (const name of ['a', 'b']) {
      task(() => {
        order.push(name);
        // Each is a task of its own: the callbacks of promises run before the next task.
        Promise.resolve().then(() => order.push(`after ${name}`));
        if (name === 'a') task(() => resolve(undefined));
      });
    }
  });
  await done;
  channel.port1.close();
  assert.deepEqual(order, ['a', 'after a', 'b', 'after b']);
});
