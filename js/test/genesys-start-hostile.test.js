/** Values that are no configuration, or that would change built-in objects. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePage, makeStart } from './genesys/host.js';

test('s16_what_is_no_configuration_is_not_taken_for_one', async () => {
  const element = { nodeType: 1, main: { lang: 'xx' } };
  const page = makePage();
  page.window = page;
  const angry = { get widgets() { throw new Error('theirs'); } };
  const proxy = new Proxy({}, { get() { throw new Error('theirs'); }, set() { throw new Error('theirs'); }, ownKeys() { throw new Error('theirs'); } });
  const frozen = Object.freeze({ widgets: Object.freeze({ main: Object.freeze({ lang: 'de' }) }) });
  for (const _genesys of [element, page, null, 'text', 5, [], angry, { widgets: element }, { widgets: 5 }, { widgets: proxy }, proxy, frozen]) {
    const it = makeStart(undefined, { page: { ...makePage(), _genesys } });
    await it.tasks.all();
    assert.deepEqual([it.CXBus.data('App.ready'), it.CXBus.data('App.language')], [true, _genesys === frozen ? 'de' : 'en']);
  }
});

test('s15_members_that_would_change_prototypes_are_dropped', async () => {
  const widgets = JSON.parse('{"main": {"__proto__": {"polluted": 1}, "i18n": {"__proto__": {"polluted": 1}, "de": {"__proto__": {"polluted": 1}}}, "lang": "de"}}');
  const it = makeStart(widgets);
  it.CXBus.command('App.registerI18n', JSON.parse('{"lang": "__proto__", "namespace": "polluted", "i18n": {"polluted": 1}}'));
  it.CXBus.command('App.registerI18n', JSON.parse('{"lang": "de", "namespace": "__proto__", "i18n": {"polluted": 1}}'));
  await it.tasks.all();
  assert.equal({}.polluted, undefined);
  assert.equal(it.CXBus.data('App.i18n').polluted, undefined);
});
