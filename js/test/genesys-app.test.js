/** `App` and `Common`, row by row: G1.9, G1.11, G1.13, G3.8. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen, makePage, makeStart, outcome } from './genesys/host.js';

/** Starts with this `main`, and sends `App` commands. */
async function app(main = {}, options = {}) {
  const it = makeStart({ main }, options);
  await it.tasks.all();
  const command = async (name, data) => {
    const found = outcome(it.CXBus.command(`App.${name}`, data));
    await it.tasks.all();
    return found;
  };
  const data = (key) => it.CXBus.data(`App.${key}`);
  /** The payload of an event that a late subscriber gets. */
  const told = async (name) => {
    const heard = listen(it.CXBus, `App.${name}`);
    await it.tasks.all();
    return heard.map(([, payload]) => payload);
  };
  return { ...it, command, data, told, Common: it.genesys.common };
}

const resolved = (found, ...values) => assert.deepEqual([found.values, found.state], [values, 'pending']);
const rejected = (found, text) => assert.deepEqual(found.values, [text]);

/** @type {[string, () => unknown][]} */
const ROWS = [
  ['G1.11 theme: dark unless another is given, as its class', async () => {
    assert.deepEqual(await (await app()).told('theme'), [{ theme: 'cx-theme-dark' }]);
    assert.deepEqual(await (await app({ theme: 'light' })).told('theme'), [{ theme: 'cx-theme-light' }]);
    assert.deepEqual(await (await app({ theme: 'none' })).told('theme'), [{ theme: 'cx-theme-dark' }]);
  }],
  ['G1.11 themes are added to dark and light', async () => {
    const it = await app({ theme: 'blue', themes: { blue: 'cx-theme-blue' } });
    assert.equal(it.data('theme'), 'cx-theme-blue');
    resolved(await it.command('setTheme', { theme: 'dark' }), 'cx-theme-dark');
  }],
  ['G1.11 lang and i18n: the pack of the language', async () => {
    const i18n = { de: { webchat: { Title: 'Hallo' } }, en: { webchat: { Title: 'Hello' } } };
    const it = await app({ lang: 'de', i18n });
    assert.deepEqual([await it.told('language'), await it.told('i18n')], [['de'], [{ webchat: { Title: 'Hallo' } }]]);
    assert.deepEqual([it.data('language'), it.data('i18n').webchat.Title, it.data('localization').en.webchat.Title], ['de', 'Hallo', 'Hello']);
    assert.deepEqual([await (await app()).told('language'), await (await app()).told('i18n')], [['en'], [{}]]);
  }],
  ['G1.11 mobileMode: as given, or by the width of the page', async () => {
    assert.deepEqual(await (await app({ mobileMode: true })).told('mobileMode'), [{ mobileMode: true }]);
    let change;
    const list = { matches: true, addEventListener: (_, listener) => (change = listener) };
    const queries = [];
    const page = { ...makePage({ main: { mobileMode: 'auto', mobileModeBreakpoint: 500 } }), matchMedia: (query) => (queries.push(query), query.includes('500') ? list : { matches: false }) };
    const it = makeStart(undefined, { page });
    await it.tasks.all();
    assert.deepEqual([it.CXBus.data('App.mobileMode'), queries], [true, ['(max-width:500px)', '(max-width:42em)']]);
    list.matches = false;
    change();
    assert.equal(it.CXBus.data('App.mobileMode'), false);
  }],
  ['G1.11 zoomBreakpoint: zoom tells the layout', async () => {
    const page = { ...makePage({ main: { zoomBreakpoint: '30em' } }), matchMedia: (query) => ({ matches: query === '(max-width:30em)' }) };
    const it = makeStart(undefined, { page });
    const heard = listen(it.CXBus, 'App.zoom');
    await it.tasks.all();
    assert.deepEqual(heard, [['App.zoom', { layout: 'narrow' }]]);
  }],
  ['G1.11 timeFormat: 12 unless 24, as number or text', async () => {
    for (const [given, expected] of [[undefined, 12], [24, 24], ['24', 24], ['12', 12], ['x', 12]]) {
      const it = await app({ timeFormat: given });
      assert.deepEqual([await it.told('timeFormat'), it.data('timeFormat')], [[{ timeFormat: expected }], expected]);
    }
  }],
  ['G1.11 debug logs traffic, debugTimestamps with the time', async () => {
    assert.equal((await app()).printed.length, 0);
    assert.ok((await app({ debug: true })).printed.some(([words]) => words === 'CXBus publish App.ready'));
    assert.ok((await app({ debug: true, debugTimestamps: true })).printed.some(([words]) => /^\d{13} CXBus publish App.ready$/.test(words)));
  }],
  ['G1.11 header: Authorization and apikey, nothing else', async () => {
    const it = await app({ header: { Authorization: 'a', APIKEY: 'k', Cookie: 'c', 'X-Other': 'o', apikey2: 5 } });
    assert.deepEqual(it.data('requestHeader'), { Authorization: 'a', apikey: 'k' });
  }],
  ['G1.11 deploymentID, cookieOptions and transitions', async () => {
    const it = await app({ deploymentID: 'shop', cookieOptions: { secure: true }, transitions: false });
    assert.deepEqual([it.data('deploymentID'), it.data('cookieOptions'), it.data('transitions')], ['shop', { secure: true }, false]);
    const bare = await app();
    assert.deepEqual([bare.data('deploymentID'), bare.data('cookieOptions'), bare.data('transitions')], ['', {}, true]);
  }],
  ['G1.11 customStylesheetID is put last', async () => {
    const page = makePage({ main: { customStylesheetID: 'mine' } });
    const [mine, other] = [page.document.createElement('style'), page.document.createElement('style')];
    mine.setAttribute('id', 'mine');
    page.document.head.append(mine, other);
    makeStart(undefined, { page });
    assert.deepEqual(page.document.head.children, [other, mine]);
  }],
  ['G1.9 App.ID is a fresh id, App.ready true', async () => {
    const it = await app();
    assert.match(it.data('ID'), /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    assert.notEqual(it.data('ID'), (await app()).data('ID'));
    assert.equal(it.data('ready'), true);
  }],
  ['G3.8 focus and blur, App.pageFocus and App.pageHidden', async () => {
    const it = await app();
    const heard = listen(it.CXBus, 'App.focus', 'App.blur');
    assert.deepEqual([it.data('pageFocus'), it.data('pageHidden')], [true, false]);
    it.page.heard.blur();
    it.page.document.hidden = true;
    it.page.heard.visibilitychange();
    assert.deepEqual([it.data('pageFocus'), it.data('pageHidden')], [false, true]);
    it.page.heard.focus();
    await it.tasks.all();
    assert.deepEqual(heard.map(([path]) => path), ['App.blur', 'App.focus']);
  }],
  ['G3.8 setTheme rejects what is no theme', async () => {
    const it = await app();
    for (const theme of ['none', '', undefined, 5, {}, '__proto__', 'constructor']) rejected(await it.command('setTheme', { theme }), 'Invalid theme specified');
    resolved(await it.command('setTheme', { theme: 'light' }), 'cx-theme-light');
    assert.deepEqual(await it.told('theme'), [{ theme: 'cx-theme-light' }]);
  }],
  ['G3.8 getTheme resolves with the class', async () => resolved(await (await app()).command('getTheme'), 'cx-theme-dark')],
  ['G3.8 reTheme gives an element the theme\'s class', async () => {
    const it = await app({ theme: 'light' });
    const html = it.page.document.createElement('div');
    html.className = 'mine cx-theme-dark';
    await it.command('reTheme', { html: [html] });
    assert.equal(html.className, 'mine cx-theme-light');
    await it.command('reTheme', {});
  }],
  ['G3.8 themeDemo shows every theme, then the one before', async () => {
    const waits = [];
    const page = { ...makePage({}), setTimeout: (work, time) => waits.push([time, work]) };
    const it = makeStart(undefined, { page });
    const demo = it.CXBus.command('App.themeDemo', { delay: 10 });
    await it.tasks.all();
    const seen = listen(it.CXBus, 'App.theme');
    await it.tasks.all();
    for (const [, work] of waits) work();
    await it.tasks.all();
    assert.deepEqual(seen.map(([, { theme }]) => theme), ['cx-theme-dark', 'cx-theme-dark', 'cx-theme-light', 'cx-theme-dark']);
    assert.deepEqual([waits.map(([time]) => time), demo.state()], [[0, 10, 20], 'resolved']);
  }],
  ['G3.8 setLanguage: only one that there are texts of', async () => {
    const it = await app({ i18n: { de: { webchat: { Title: 'Hallo' } } } });
    for (const lang of [undefined, '', 5, {}]) rejected(await it.command('setLanguage', { lang }), 'No language code provided');
    for (const lang of ['xx', 'toString']) rejected(await it.command('setLanguage', { lang }), 'No matching language code found in language pack');
    const heard = listen(it.CXBus, 'App.language', 'App.i18n');
    await it.tasks.all();
    resolved(await it.command('setLanguage', { lang: 'de' }), 'de');
    assert.deepEqual(heard.slice(2), [['App.language', 'de'], ['App.i18n', { webchat: { Title: 'Hallo' } }]]);
    resolved(await it.command('setLanguage', { lang: 'en' }), 'en');
  }],
  ['G3.8 registerI18n adds texts of a namespace', async () => {
    const it = await app({ i18n: { en: { webchat: { Title: 'Hello' } } } });
    await it.command('registerI18n', { lang: 'en', namespace: 'mine', i18n: { A: 'a' } });
    await it.command('registerI18n', { lang: 'en', namespace: 'webchat', i18n: { More: 'm' } });
    assert.deepEqual(await it.told('i18n'), [{ webchat: { Title: 'Hello', More: 'm' }, mine: { A: 'a' } }]);
    for (const wrong of [{}, { lang: 'en' }, { lang: 'en', namespace: 'x', i18n: 'text' }]) assert.equal((await it.command('registerI18n', wrong)).values.length, 1);
  }],
  ['G3.8 closeAll publishes closeAll', async () => {
    const it = await app();
    const heard = listen(it.CXBus, 'App.closeAll');
    await it.command('closeAll');
    assert.equal(heard.length, 1);
  }],
  ['G3.8 registerExtension runs a function, or loads an address, once App is ready', async () => {
    const it = makeStart({}, { start: 'asked' });
    const got = [];
    const early = it.CXBus.loadPlugin('widgets-core').done(() => {});
    it.CXBus.command('App.registerExtension', { name: 'e', extension: ($, bus, common) => got.push([$, bus === it.CXBus, common === it.genesys.common]) });
    assert.deepEqual([got, early.state()], [[], 'pending']);
    await it.tasks.all();
    assert.deepEqual(got, [[undefined, true, true]]);
    const file = it.CXBus.command('App.registerExtension', { name: 'f', extension: '/f.js' });
    await it.tasks.all();
    it.scripts[0].loaded({});
    assert.equal(file.state(), 'resolved');
    const none = it.CXBus.command('App.registerExtension', {});
    await it.tasks.all();
    assert.equal(none.state(), 'rejected');
  }],
  ['G3.8 registerAutoLoad and deregisterAutoLoad: plugins of the next page', async () => {
    const it = await app();
    await it.command('registerAutoLoad', { name: 'webchat' });
    await it.command('registerAutoLoad', { name: 'sidebar' });
    await it.command('registerAutoLoad', { name: 'webchat' });
    assert.deepEqual(JSON.parse(it.page.sessionStorage.getItem('Widgets.autoLoadList')), ['sidebar', 'webchat']);
    await it.command('deregisterAutoLoad', { name: 'sidebar' });
    assert.deepEqual(JSON.parse(it.page.sessionStorage.getItem('Widgets.autoLoadList')), ['webchat']);
    it.genesys.services.remember('webchat', false);
    assert.deepEqual(JSON.parse(it.page.sessionStorage.getItem('Widgets.autoLoadList')), []);
    assert.equal((await it.command('registerAutoLoad', {})).values.length, 1);
  }],
  ['G3.8 updateAJAXHeader and removeAJAXHeader', async () => {
    const it = await app({ header: { apikey: 'k' } });
    const heard = listen(it.CXBus, 'App.requestHeaderUpdated');
    await it.command('updateAJAXHeader', { header: { Authorization: 'b', Evil: 'e' } });
    assert.deepEqual(it.data('requestHeader'), { apikey: 'k', Authorization: 'b' });
    await it.command('removeAJAXHeader');
    assert.deepEqual([it.data('requestHeader'), heard.map(([, header]) => header)], [{}, [{ apikey: 'k', Authorization: 'b' }, {}]]);
  }],
  ['G3.8 debug turns logging on and off', async () => {
    const it = await app();
    await it.command('debug', { enabled: true, timestamps: true });
    await it.command('getTheme');
    assert.match(it.printed.pop()[0], /^\d{13} CXBus resolved App.getTheme$/);
    await it.command('debug', { enabled: false });
    const said = it.printed.length;
    await it.command('info');
    assert.equal(it.printed.length, said);
  }],
  ['G3.8 info and about', async () => {
    const it = await app();
    const { values: [info] } = await it.command('info');
    assert.deepEqual([info.version, info.language, info.theme], ['1.2.3', 'en', 'cx-theme-dark']);
    await it.command('about');
    assert.deepEqual(it.printed, [['Chinwag 1.2.3']]);
  }],
  ['G1.4 App is a plugin like others: its lists', async () => {
    const { App } = (await app()).CXBus.registry();
    for (const command of ['setTheme', 'getTheme', 'reTheme', 'themeDemo', 'setLanguage', 'registerI18n', 'closeAll', 'registerExtension', 'registerAutoLoad', 'deregisterAutoLoad', 'updateAJAXHeader', 'removeAJAXHeader', 'debug', 'info', 'about']) assert.ok(App.commands.includes(command), command);
    for (const event of ['ready', 'closeAll', 'theme', 'i18n', 'language', 'mobileMode', 'timeFormat', 'zoom', 'focus', 'blur', 'requestHeaderUpdated']) assert.ok(App.events.includes(event), event);
  }],
  // Common.
  ['G1.13 every name is there', async () => {
    const { Common } = await app();
    const names = 'log error debug showLoading hideLoading showWaiting hideWaiting showAlert addDialog showDialog hideDialog hideDialogs injectScript linkify checkPath createPath guid watch setCookie getCookie deleteCookie getCookieOptions getFormattedTime bytesToSize populateAllPlaceholders populateLanguageStrings updateTemplateI18n isMobileDevice mobileScreenScale validateForm preFillForm getInputValue sanitizeHTML request data';
    for (const name of names.split(' ')) assert.equal(typeof Common[name], 'function', name);
    for (const name of ['Container', 'Buttons', 'Icon', 'Input', 'Form', 'Countdown']) assert.equal(typeof Common.Generate[name], 'function', name);
    assert.equal(typeof Common.config, 'object');
  }],
  ['G1.13 checkPath and createPath', async () => {
    const { Common } = await app();
    const object = { a: { b: 1 } };
    assert.deepEqual([Common.checkPath(object, 'a.b'), Common.checkPath(object, 'a.x.y'), Common.checkPath(undefined, 'a'), Common.checkPath(object)], [1, undefined, undefined, object]);
    assert.equal(Common.createPath(object, 'c.d', 5), 5);
    Common.createPath(object, 'a.e');
    Common.createPath(object, '__proto__.polluted', 1);
    Common.createPath(object, 'constructor.prototype.polluted', 1);
    assert.deepEqual([object, {}.polluted], [{ a: { b: 1, e: {} }, c: { d: 5 } }, undefined]);
    assert.equal(Common.createPath(5, 'a.b'), undefined);
  }],
  ['G1.13 guid is a random id of version 4', async () => {
    const { Common } = await app();
    assert.match(Common.guid(), /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  }],
  ['G1.13 sanitizeHTML and linkify leave nothing that a browser would run', async () => {
    const { Common } = await app();
    const evil = '<img src=x onerror="alert(1)"><script>alert(2)</script>\'&';
    assert.equal(Common.sanitizeHTML(evil), '&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&lt;script&gt;alert(2)&lt;/script&gt;&#39;&amp;');
    assert.equal(Common.linkify('see https://a.example/x?y=1&z=2.'), 'see <a href="https://a.example/x?y=1&amp;z=2" target="_blank" rel="noopener noreferrer">https://a.example/x?y=1&amp;z=2</a>.');
    const tags = Common.linkify('https://a.example/"onmouseover="alert(1) <b>https://b.example</b> javascript:alert(1)').match(/<[^>]*>/g);
    assert.deepEqual(tags.filter((tag) => !/^<a href="https:\/\/[ab]\.example\/?" target="_blank" rel="noopener noreferrer">$|^<\/a>$/.test(tag)), []);
    for (const odd of [undefined, null, {}, [], { toString: () => '<b>' }]) assert.equal(Common.sanitizeHTML(odd), '');
  }],
  ['G1.13 bytesToSize and getFormattedTime', async () => {
    const { Common } = await app({ timeFormat: 12 });
    assert.deepEqual([0, 900, 1536, 5_242_880].map(Common.bytesToSize), ['0 Bytes', '900 Bytes', '1.5 KB', '5 MB']);
    const afternoon = new Date(2020, 1, 2, 15, 4);
    assert.deepEqual([Common.getFormattedTime(afternoon), Common.getFormattedTime(new Date(2020, 1, 2, 0, 4).getTime())], ['3:04 PM', '12:04 AM']);
    assert.equal((await app({ timeFormat: 24 })).Common.getFormattedTime(afternoon), '15:04');
    assert.equal(Common.getFormattedTime('no date'), '');
  }],
  ['G1.12 cookies are named by the deployment, and their options cannot add attributes', async () => {
    const { Common, page } = await app({ deploymentID: 'shop', cookieOptions: { secure: true } });
    Common.setCookie('name', 'a;b', { domain: 'x; evil=1', samesite: 'lax' });
    assert.equal(page.document.cookie, 'shop.name=a%3Bb; path=/; secure; samesite=lax');
    page.document.cookie = 'other=1; shop.name=a%3Bb';
    assert.deepEqual([Common.getCookie('name'), Common.getCookie('other')], ['a;b', undefined]);
    Common.deleteCookie('name');
    assert.match(page.document.cookie, /^shop\.name=; path=\/; secure; expires=Thu, 01 Jan 1970/);
  }],
  ['G1.13 Generate.Container: title bar, body, controls and buttons, words as text', async () => {
    const { Common } = await app();
    const made = Common.Generate.Container({ type: 'overlay', title: '<b>Title</b>', body: 'Body', icon: 'chat', controls: 'all', classes: 'mine', buttons: { type: 'binary', primary: 'Yes', secondary: 'No' } });
    assert.equal(made.className, 'cx-widget cx-overlay mine');
    const text = (name) => made.querySelectorAll(name).map((one) => one.textContent);
    assert.deepEqual([text('.cx-title'), text('.cx-body'), text('.cx-btn-primary'), text('.cx-btn-default')], [['<b>Title</b>'], ['Body'], ['Yes'], ['No']]);
    for (const name of ['.cx-icon-chat', '.cx-button-close', '.cx-button-minimize', '.cx-buttons-window-control', '.cx-titlebar']) assert.equal(made.querySelectorAll(name).length, 1, name);
    assert.equal(Common.Generate.Container().querySelectorAll('.cx-button-close').length, 0);
  }],
  ['G1.13 Generate returns jQuery elements when there is jQuery', async () => {
    const $ = Object.assign((element) => ({ wrapped: element }), { fn: {} });
    const it = makeStart(undefined, { page: { ...makePage({}), jQuery: $ } });
    const { Generate } = it.genesys.common;
    for (const name of Object.keys(Generate)) assert.equal(Generate[name]({}).wrapped.nodeType, 1, name);
  }],
  ['G1.13 Generate.Form builds fields; what would run something is left out', async () => {
    const { Common } = await app();
    const form = Common.Generate.Form({ inputs: [{ id: 'f', name: 'first', label: 'First', value: 'Ada', maxlength: 5, required: true, onfocus: 'alert(1)', style: 'x' }, { type: 'select', name: 's', options: [{ text: 'One', value: '1' }] }, null] });
    const [first, select] = form.querySelectorAll('.cx-input');
    assert.deepEqual([first.attributes, first.value], [{ id: 'f', name: 'first', maxlength: '5', required: '', type: 'text' }, 'Ada']);
    assert.deepEqual([select.tag, select.children[0].textContent, select.children[0].attributes.value], ['select', 'One', '1']);
    assert.equal(form.querySelectorAll('.cx-label')[0].textContent, 'First');
  }],
  ['G1.13 alerts, dialogs and marks', async () => {
    const { Common, page } = await app();
    const box = page.document.createElement('div');
    assert.equal(Common.showAlert(box, '<i>text</i>').textContent, '<i>text</i>');
    const dialog = Common.addDialog([box], 'words');
    assert.equal(dialog.hidden, true);
    Common.showDialog(dialog);
    assert.equal(dialog.hidden, false);
    Common.hideDialogs(box);
    assert.equal(dialog.hidden, true);
    Common.showLoading(box);
    assert.equal(box.className, 'cx-loading');
    Common.hideLoading(box);
    assert.equal(box.className, '');
    for (const odd of [undefined, null, 5, 'text', {}]) for (const name of ['showLoading', 'hideDialogs', 'showDialog', 'validateForm', 'preFillForm', 'getInputValue', 'updateTemplateI18n']) Common[name](odd);
  }],
  ['G1.13 texts and values into elements', async () => {
    const { Common, page } = await app();
    const box = page.document.createElement('form');
    const [label, field] = [page.document.createElement('span'), page.document.createElement('input')];
    label.setAttribute('data-message', 'Title');
    field.setAttribute('name', 'first');
    box.append(label, field);
    Common.updateTemplateI18n(box, { Title: '<b>Hello</b>' });
    Common.preFillForm(box, { first: 'Ada' });
    assert.deepEqual([label.textContent, Common.getInputValue(field), Common.validateForm(box)], ['<b>Hello</b>', 'Ada', true]);
    box.valid = false;
    assert.equal(Common.validateForm(box), false);
  }],
  ['G1.13 log and error, injectScript, and data as on the bus', async () => {
    const { Common, scripts, printed, warned } = await app({ timeFormat: 24 });
    Common.log('a', 1);
    Common.error('b');
    Common.debug('not in debug mode');
    assert.deepEqual([printed, warned], [[['a', 1]], [['b']]]);
    const found = Common.injectScript('/x.js');
    scripts[0].failed();
    assert.deepEqual(outcome(found).values, ['Could not load file: /x.js']);
    assert.equal(Common.data('App.timeFormat'), 24);
  }],
  ['G1.13 request: the answer, or its status', async () => {
    const asked = [];
    const answer = { ok: true, status: 200, headers: new Map([['content-type', 'application/json']]), text: async () => '{"a":1}' };
    const page = { ...makePage({}), URLSearchParams, fetch: async (...given) => (asked.push(given), answer) };
    const { request } = makeStart(undefined, { page }).genesys.common;
    assert.deepEqual(await request({ url: '/x', type: 'post', data: { a: 'b c' } }), { a: 1 });
    assert.deepEqual([asked[0][0], asked[0][1].method, `${asked[0][1].body}`], ['/x', 'POST', 'a=b+c']);
    Object.assign(answer, { ok: false, status: 404, text: async () => 'none' });
    await assert.rejects(async () => request({ url: '/x' }), (error) => error.status === 404 && error.responseText === 'none');
  }],
  ['G1.13 watch calls back when a member has changed', async () => {
    const waits = [];
    const page = { ...makePage({}), setTimeout: (work) => waits.push(work) };
    const { watch } = makeStart(undefined, { page }).genesys.common;
    const object = { a: 1 };
    const seen = [];
    watch(object, 'a', (...values) => seen.push(values));
    waits.pop()();
    object.a = 2;
    waits.pop()();
    assert.deepEqual([seen, waits.length], [[[2, 1]], 0]);
  }],
];

for (const [rule, shows] of ROWS) test(rule, shows);
