import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi } from '../api.js';
import { Listeners } from '../listeners.js';

const throws = () => {
  throw new Error('hostile');
};

/** An API over a core that records its commands. @param {import('node:test').TestContext} t */
function apiOf(t) {
  /** @type {unknown[][]} */
  const done = [];
  /** @type {string[]} */
  const said = [];
  t.mock.method(console, 'error', (/** @type {unknown} */ line) => said.push(String(line)));
  const chat = {
    ready: Promise.resolve(),
    listeners: new Listeners(),
    call: (/** @type {unknown[]} */ ...call) => void done.push(call),
    setLocale: (/** @type {unknown} */ locale) => void done.push(['locale', locale]),
    setPage: (/** @type {unknown[]} */ ...page) => void done.push(['page', ...page]),
    state: () => ({ status: 'ready' }),
    replay: () => {},
    destroy: () => {},
  };
  return { api: /** @type {any} */ (createApi(/** @type {any} */ (chat), '1')), done, said };
}

test('a wrong argument is one line that names it, and nothing is thrown or done', (t) => {
  const { api, done, said } = apiOf(t);
  const hostile = { toString: throws, valueOf: throws, [Symbol.toPrimitive]: throws };
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  const cases = [
    ['open', 'widget', Symbol('x')],
    ['open', 'widget', {}],
    ['close', 'widget', hostile],
    ['show', 'widget', []],
    ['hide', 'widget', true],
    ['end', 'widget', () => {}],
    ['sendMessage', 'text', hostile],
    ['sendMessage', 'text', undefined],
    ['sendMessage', 'text', Symbol('x')],
    ['sendMessage', 'widget', 'hi', Symbol('x')],
    ['setVisitor', 'values', 'Vera'],
    ['setVisitor', 'values', null],
    ['setVisitor', 'setVisitor', new Proxy({}, { ownKeys: throws })],
    ['setVisitor', 'setVisitor', Object.defineProperty({}, 'name', { get: throws, enumerable: true })],
    ['setVisitor', 'name', { name: {} }],
    ['setLocale', 'locale', hostile],
    ['setLocale', 'locale', undefined],
    ['setPage', 'url', { url: hostile }],
    ['setPage', 'title', { title: 7n }],
    ['setPage', 'setPage', new Proxy({}, { get: throws })],
    ['on', 'name', null],
    ['on', 'name', Symbol('x'), () => {}],
    ['on', 'listener', 'opened', null],
    ['on', 'listener', 'opened', {}],
    ['off', 'name', hostile],
    ['push', 'call', 'open'],
    ['push', 'call', null],
    ['push', 'push', proxy],
    ['push', 'opne', ['opne']],
    ['push', 'version', ['version']],
    ['push', 'constructor', ['constructor']],
    ['push', 'widget', ['open', Symbol('x')]],
  ];
  for (const [method, field, ...given] of cases) {
    done.length = said.length = 0;
    assert.doesNotThrow(() => api[/** @type {string} */ (method)](...given), `${String(method)}: ${String(field)}`);
    assert.equal(said.length, 1, `${String(method)}: ${String(field)}`);
    assert.match(said[0] ?? '', /^Chinwag: /);
    assert.ok(said[0]?.includes(`(${String(field)}: `), said[0]);
    assert.deepEqual(done, []);
  }
});

test('`on` returns a function also for wrong arguments', (t) => {
  const { api } = apiOf(t);
  assert.doesNotThrow(() => api.on('opened', null)());
});

test('one bad call of several stops none of the others', (t) => {
  const { api, done, said } = apiOf(t);
  api.push(['open', Symbol('x')], ['open', 'sales'], 7, ['sendMessage', 'hi']);
  assert.deepEqual([done, said.length], [[['open', { widget: 'sales' }], ['sendMessage', { widget: undefined, text: 'hi' }]], 2]);
});

test('left out, null and empty are no widget in particular', (t) => {
  const { api, done, said } = apiOf(t);
  [undefined, null, ''].forEach((widget) => api.open(widget));
  assert.deepEqual([done, said], [Array(3).fill(['open', { widget: undefined }]), []]);
});

test('known values of the visitor are set as texts', (t) => {
  const { api, done, said } = apiOf(t);
  api.setVisitor({ name: 'Vera', order: 7, member: true, phone: undefined, city: null });
  const values = [['name', 'Vera'], ['order', '7'], ['member', 'true']].map(([name, value]) => ({ name, value }));
  assert.deepEqual([done, said], [[['setVisitor', { values }]], []]);
});
