import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baseOf, isPlain, plainAddress, readCalls, readOptions, safeLink, textsFor } from '../options.js';

const SRC = 'https://chat.example.com/chinwag.js?v=1';

test('the tag names the site; the server is where the script came from', () => {
  const options = readOptions({ site: 'demo' }, undefined, SRC);
  assert.equal(options?.site, 'demo');
  assert.equal(options?.server, 'https://chat.example.com/');
  assert.equal(options?.launcher, true);
  assert.equal(options?.consent, undefined);
});

test('without a site there is nothing to start', () => {
  assert.equal(readOptions({}, undefined, SRC), null);
  assert.equal(readOptions({ site: '' }, undefined, SRC), null);
  assert.equal(readOptions({ site: 'demo' }, undefined, 'file:///home/me/chinwag.js'), null);
});

test("the page's object goes before the tag's attributes", () => {
  const options = readOptions({ site: 'a', locale: 'it' }, { site: 'b', server: 'https://other.example/chat', launcher: false }, SRC);
  assert.deepEqual([options?.site, options?.server, options?.locale, options?.launcher], ['b', 'https://other.example/chat/', 'it', false]);
});

test('p2_unknown_consent_is_no_consent', () => {
  const consent = (/** @type {unknown} */ value) => readOptions({ site: 'a' }, { consent: value }, SRC)?.consent;
  assert.equal(consent('granted'), true);
  assert.equal(consent(true), true);
  assert.equal(consent('denied'), false);
  assert.equal(consent(false), false);
  for (const value of ['', 'yes?', 1, {}, null]) assert.equal(consent(value), undefined);
});

test('s4_a_colour_that_is_none_is_left_out', () => {
  const accent = (/** @type {string} */ value) => readOptions({ site: 'a', accent: value }, undefined, SRC)?.accent;
  assert.equal(accent('#0b6b57'), '#0b6b57');
  assert.equal(accent('#abc'), '#abc');
  for (const value of ['red', '#12', '#0b6b57;}', 'url(x)', 'var(--x)', '#0b6b57\n']) assert.equal(accent(value), undefined);
});

test('s15_hostile_configuration_pollutes_nothing', () => {
  const hostile = JSON.parse('{"__proto__": {"site": "evil", "polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "site": 7}');
  const options = readOptions({ site: 'demo' }, hostile, SRC);
  assert.equal(options?.site, undefined);
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
  // Inherited members are not configuration either.
  assert.equal(readOptions({}, Object.create({ site: 'evil' }), SRC), null);
});

test('s16_an_element_of_our_name_is_not_configuration', () => {
  class HTMLFormElement {
    site = 'evil';
  }
  assert.equal(isPlain(new HTMLFormElement()), false);
  assert.equal(readOptions({}, new HTMLFormElement(), SRC), null);
  assert.equal(readOptions({ site: 'demo' }, new HTMLFormElement(), SRC)?.site, 'demo');
});

test('early calls are read from the object and from a list, and nothing else is', () => {
  assert.deepEqual(readCalls({ q: [['open'], ['on', 'shown']] }), [['open'], ['on', 'shown']]);
  assert.deepEqual(readCalls([['open']]), [['open']]);
  for (const value of [undefined, null, 'open', { q: 'open' }, { q: [7, null, 'open', [], [7]] }]) assert.deepEqual(readCalls(value), []);
});

test('the server is an http address that ends with a slash', () => {
  assert.equal(baseOf('https://chat.example.com', ''), 'https://chat.example.com/');
  assert.equal(baseOf('/chat', 'https://shop.example/a/b.html'), 'https://shop.example/chat/');
  assert.equal(baseOf('https://u:p@chat.example.com/a?x#y', ''), 'https://chat.example.com/a');
  for (const value of ['javascript:alert(1)', 'data:text/plain,x', 'nonsense']) assert.equal(baseOf(value, ''), undefined);
});

/** The complaints. @param {Record<string, string | undefined>} attributes @param {unknown} [preset] */
const complaints = (attributes, preset) => {
  /** @type {string[]} */
  const wrong = [];
  const options = readOptions(attributes, preset, SRC, wrong);
  return { options, fields: wrong.map((line) => line.split(':')[0]) };
};
const throws = () => {
  throw new Error('hostile');
};

test('an option that cannot be used is named, and the others count', () => {
  const bad = {
    consent: 'maybe',
    accent: 'red',
    launcher: 'banana',
    contactHref: 'javascript:alert(1)',
  };
  const { options, fields } = complaints({ site: 'demo', locale: 'it', ...bad });
  assert.deepEqual(fields, Object.keys(bad));
  assert.deepEqual([options?.site, options?.locale, options?.launcher, options?.contactHref], ['demo', 'it', true, undefined]);
  for (const name of ['locale', 'label', 'contactLabel']) {
    for (const value of [7, {}, Symbol('x'), () => {}, [], true]) assert.deepEqual(complaints({ site: 'demo' }, { [name]: value }).fields, [name]);
  }
});

test('a server that is empty or no address is named', () => {
  assert.deepEqual(complaints({ site: 'demo', server: '' }).fields, ['server']);
  assert.equal(complaints({ site: 'demo', server: '' }).options?.server, 'https://chat.example.com/', 'the script came from somewhere');
  for (const server of ['javascript:alert(1)', 'http://[', 'chat.example.com', '{{ server }}', ' ', 'https:', 'data:,x']) {
    const { options, fields } = complaints({ site: 'demo', server });
    assert.deepEqual([options, fields], [null, ['server']], server);
  }
});

test('a site that is missing, empty or no text is named', () => {
  for (const site of [undefined, null, '', 7, {}, Symbol('x')]) assert.deepEqual(complaints({}, { site }).fields, ['site']);
});

test("an object whose getter throws, and a proxy whose traps do, are named and the tag's attributes count", () => {
  for (const name of ['site', 'server', 'locale', 'consent', 'label', 'accent', 'launcher', 'contactHref', 'contactLabel']) {
    const { fields } = complaints({ site: 'demo' }, Object.defineProperty({}, name, { get: throws, enumerable: true }));
    assert.deepEqual(fields, [name]);
  }
  const traps = ['get', 'getOwnPropertyDescriptor', 'getPrototypeOf', 'has', 'ownKeys'];
  for (const trap of traps) assert.doesNotThrow(() => complaints({ site: 'demo' }, new Proxy({ locale: 'it', q: [['open']] }, { [trap]: throws })), trap);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.deepEqual([complaints({ site: 'demo' }, proxy).options?.site, readCalls(proxy)], ['demo', []]);
  // A getter that works counts like a plain member.
  assert.equal(complaints({}, new Proxy({ site: 'demo' }, {})).options?.site, 'demo');
  assert.deepEqual(readCalls({ q: Object.defineProperty([['open'], 0, ['close']], 1, { get: throws }) }), [['open']]);
});

test('texts are found by the whole tag, then by its language', () => {
  const texts = { it: 1, 'pt-BR': 2 };
  assert.equal(textsFor(texts, 'it-CH'), 1);
  assert.equal(textsFor(texts, 'PT-br'), 2);
  assert.equal(textsFor(texts, 'en'), undefined);
  assert.equal(textsFor(texts, 'constructor'), undefined);
});

test('p10_query_and_fragment_stay_on_the_page', () => {
  assert.equal(plainAddress('https://shop.example/a?token=1#b'), 'https://shop.example/a');
  assert.equal(plainAddress('file:///home/me/page.html#x?y'), 'file:///home/me/page.html');
});

test('s3_a_contact_link_leads_to_a_page_a_mail_or_a_telephone', () => {
  assert.equal(safeLink('mailto:hello@shop.example'), 'mailto:hello@shop.example');
  assert.equal(safeLink('tel:+390401234'), 'tel:+390401234');
  for (const value of ['javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', 'blob:https://x/1', '', undefined]) {
    assert.equal(safeLink(value), undefined);
  }
});

test('a widget stands in a shadow root, in the document of the page, or is not drawn', () => {
  /** @type {string[]} */
  const wrong = [];
  const root = (/** @type {string} */ value) => readOptions({ site: 'a', root: value }, undefined, SRC, wrong)?.root;
  for (const value of ['shadow', 'light', 'none']) assert.equal(root(value), value);
  assert.deepEqual(wrong, []);
  assert.equal(root('closed'), undefined);
  assert.deepEqual(wrong, ['root: shadow, light or none']);
});
