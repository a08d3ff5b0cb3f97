/** How the core starts, row by row: G1.1, G1.2, G1.10, G1.14. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addPlugin } from '../compat/genesys/plugin.js';
import { listen, makePage, makeStart, outcome } from './genesys/host.js';

const JQUERY = Object.assign(() => 'wrapped', { fn: {} });

/** A table of one plugin, which notes its configuration. */
function table(seen = []) {
  const chat = (bus, config) =>
    addPlugin(bus, config, {
      name: 'WebChat',
      section: 'webchat',
      events: ['opened'],
      configure: (options) => seen.push(options),
      commands: { open: ({ deferred }) => deferred.resolve('open') },
    });
  return { webchat: chat };
}

/** @type {[string, () => unknown][]} */
const ROWS = [
  ['G1.1 window.CXBus is there as soon as the script ran, also without a configuration', () => {
    const { page } = makeStart(undefined, { start: 'asked' });
    assert.equal(typeof page.CXBus.command, 'function');
    assert.equal('_genesys' in page, false);
  }],
  ['G1.1 widgets.bus is the QuickBus and widgets.common is Common, in the page\'s own object', async () => {
    const other = {};
    const widgets = { webchat: {} };
    const page = { ...makePage(), _genesys: { other, widgets } };
    const { genesys } = makeStart(undefined, { page });
    assert.equal(page._genesys.widgets, widgets);
    assert.equal(page._genesys.other, other);
    assert.equal(widgets.bus, genesys.bus.QuickBus);
    assert.equal(widgets.common, genesys.common);
  }],
  ['G1.1 cxwidget is another name of widgets, either way', () => {
    const old = { main: { lang: 'de' } };
    const page = { ...makePage(), _genesys: { cxwidget: old } };
    const { CXBus } = makeStart(undefined, { page });
    assert.equal(page._genesys.widgets, old);
    assert.equal(old.bus.namespace(), 'QuickBus');
    assert.equal(CXBus.data('App.language'), 'de');
    const { page: newer } = makeStart({});
    assert.equal(newer._genesys.cxwidget, newer._genesys.widgets);
  }],
  ['G1.1 where both are there each gets the bus', () => {
    const page = { ...makePage(), _genesys: { cxwidget: {}, widgets: {} } };
    makeStart(undefined, { page });
    assert.equal(page._genesys.cxwidget.bus, page._genesys.widgets.bus);
  }],
  ['G1.1 a second copy of the script leaves the first alone', () => {
    const { page } = makeStart({});
    const first = page.CXBus;
    assert.equal(makeStart(undefined, { page }).genesys, undefined);
    assert.equal(page.CXBus, first);
  }],
  ['G1.2 all in one: it starts by itself, and brings all plugins', async () => {
    const seen = [];
    const it = makeStart({ webchat: { a: 1 } }, { plugins: table(seen), start: 'detect' });
    assert.equal(it.widgets.bus.namespace(), 'QuickBus');
    const heard = listen(it.CXBus, 'WebChat.ready');
    await it.tasks.all();
    assert.deepEqual([heard.length, seen], [1, [{ a: 1 }]]);
  }],
  ['G1.2 lazy: the core starts when the page loads widgets-core, plugins when they are needed', async () => {
    const it = makeStart({ webchat: {} }, { plugins: table(), start: 'detect' });
    it.CXBus.configure({ debug: false, pluginsPath: '/p' });
    await it.tasks.all();
    assert.equal(it.CXBus.data('App.ready'), undefined);
    const found = it.CXBus.loadPlugin('widgets-core');
    await it.tasks.all();
    assert.deepEqual([found.state(), it.CXBus.data('App.ready'), 'WebChat' in it.CXBus.registry()], ['resolved', true, false]);
    const open = outcome(it.CXBus.command('WebChat.open'));
    await it.tasks.all();
    assert.deepEqual([open.values, it.scripts.length], [['open'], 0]);
  }],
  ['G1.2 a command sent straight after widgets-core is answered', async () => {
    const it = makeStart({}, { plugins: table(), start: 'asked' });
    it.CXBus.loadPlugin('widgets-core');
    const open = outcome(it.CXBus.command('WebChat.open'));
    await it.tasks.all();
    assert.deepEqual(open.values, ['open']);
  }],
  ['G1.2 script-built: a configuration that comes by loadFile', async () => {
    const it = makeStart(undefined, { plugins: table(), start: 'detect' });
    it.CXBus.loadFile('configuration.js').done(() => it.CXBus.loadPlugin('widgets-core').done(() => (it.page.done = true)));
    it.page.heard.load?.();
    await it.tasks.all();
    assert.equal('_genesys' in it.page, false);
    it.page._genesys = { widgets: { main: { lang: 'it' } } };
    it.scripts[0].loaded({});
    await it.tasks.all();
    assert.deepEqual([it.page.done, it.CXBus.data('App.language')], [true, 'it']);
  }],
  ['G1.2 the configuration is read when the core starts: one assigned anew counts', async () => {
    const it = makeStart({ main: { lang: 'de' } }, { start: 'asked' });
    it.page._genesys = { widgets: { main: { lang: 'it' } } };
    it.CXBus.loadPlugin('widgets-core');
    await it.tasks.all();
    assert.equal(it.CXBus.data('App.language'), 'it');
    assert.equal(it.page._genesys.widgets.bus.namespace(), 'QuickBus');
  }],
  ['G1.2 all in one with options of the bus: starts all the same', async () => {
    const debug = makeStart({}, { start: 'detect' });
    debug.CXBus.configure({ debug: false });
    await debug.tasks.all();
    assert.equal(debug.CXBus.data('App.ready'), true);
    const paths = makeStart({}, { start: 'detect' });
    paths.CXBus.configure({ pluginsPath: '/mine' });
    await paths.tasks.all();
    assert.equal(paths.CXBus.data('App.ready'), undefined);
    paths.page.heard.load();
    assert.equal(paths.CXBus.data('App.ready'), true);
  }],
  ['G1.2 lazy: a page that loads something itself is left to it', async () => {
    const it = makeStart({}, { start: 'detect' });
    it.CXBus.configure({ pluginsPath: '/p' });
    it.CXBus.loadFile('configuration.js');
    await it.tasks.all();
    it.page.heard.load?.();
    assert.equal(it.CXBus.data('App.ready'), undefined);
  }],
  ['G1.2 superset: a script that a tag manager brings after the page waits a second for its configuration', async () => {
    const page = makePage();
    page.document.readyState = 'complete';
    const it = makeStart(undefined, { page, start: 'detect' });
    page._genesys = { widgets: {} };
    assert.deepEqual(it.waits.map(({ time }) => time), [1000]);
    it.waits[0].work();
    assert.equal(it.CXBus.data('App.ready'), true);
  }],
  ['G1.2 superset: a configuration below the script starts it when the page has loaded', async () => {
    const it = makeStart(undefined, { start: 'detect' });
    it.page._genesys = { widgets: {} };
    it.page.heard.load();
    assert.equal(it.page._genesys.widgets.bus.namespace(), 'QuickBus');
  }],
  ['G1.2 superset: widgets-core is answered also where the core runs already', async () => {
    const it = makeStart({});
    const found = it.CXBus.loadPlugin('widgets-core');
    await it.tasks.all();
    assert.equal(found.state(), 'resolved');
  }],
  ['G1.10 main, app and global are one', () => {
    const { widgets, CXBus } = makeStart({ main: { lang: 'de', theme: 'light' }, app: { timeFormat: 24 }, global: { deploymentID: 'd' } });
    assert.deepEqual(widgets.main, { lang: 'de', theme: 'light', timeFormat: 24, deploymentID: 'd' });
    assert.deepEqual(['App.language', 'App.timeFormat', 'App.deploymentID'].map((key) => CXBus.data(key)), ['de', 24, 'd']);
  }],
  ['G1.10 i18n as an address is fetched first', async () => {
    const asked = [];
    const it = makeStart(
      { main: { lang: 'de', i18n: '/texts.json' } },
      { fetchJson: async (address) => (asked.push(address), { de: { webchat: { Title: 'Hallo' } } }) },
    );
    assert.equal(it.CXBus.data('App.ready'), undefined);
    const heard = listen(it.CXBus, 'App.i18n', 'App.ready');
    await it.tasks.all();
    await it.tasks.all();
    assert.deepEqual(asked, ['/texts.json']);
    assert.deepEqual(heard.map(([path]) => path), ['App.i18n', 'App.ready']);
    assert.equal(heard[0][1].webchat.Title, 'Hallo');
  }],
  ['G1.10 texts that cannot be fetched are ignored', async () => {
    for (const fetchJson of [() => { throw new Error('no'); }, () => Promise.reject(new Error('no')), () => Promise.resolve('no pack'), () => null]) {
      const it = makeStart({ main: { i18n: '/x.json' } }, { fetchJson });
      await it.tasks.all();
      assert.equal(it.CXBus.data('App.ready'), true);
      assert.deepEqual(it.reported, []);
    }
  }],
  ['G1.10 a server of texts that never answers does not stop the start', async () => {
    const it = makeStart({ main: { i18n: '/x.json' } }, { fetchJson: () => new Promise(() => {}) });
    assert.equal(it.CXBus.data('App.ready'), undefined);
    it.waits[0].work();
    assert.equal(it.CXBus.data('App.ready'), true);
  }],
  ['G1.10 the order: language, time format, extensions in their order, App.ready, onReady, addresses', async () => {
    const order = [];
    const it = makeStart({
      extensions: {
        second: 'https://a.example/second.js',
        first: () => {
          order.push(`first ${it0()}`);
        },
        third: () => {
          order.push('third');
        },
      },
      onReady: () => order.push(`onReady ${page.sessionStorage.getItem('Widgets.ready')}`),
    }, { start: 'asked' });
    const { page, CXBus } = it;
    const it0 = () => `${CXBus.data('App.language')} ${CXBus.data('App.timeFormat')} ${CXBus.data('App.ready')}`;
    for (const path of ['App.language', 'App.timeFormat', 'App.ready']) CXBus.subscribe(path, () => order.push(path));
    CXBus.loadPlugin('widgets-core');
    await it.tasks.all();
    assert.deepEqual(order, ['first en 12 undefined', 'third', 'onReady true', 'App.language', 'App.timeFormat', 'App.ready']);
    assert.deepEqual(it.scripts.map(({ address }) => address), ['https://a.example/second.js']);
  }],
  ['G1.10 App.ready brings the whole configuration, also to those who come late', async () => {
    const it = makeStart({ webchat: { x: 1 } });
    await it.tasks.all();
    const heard = listen(it.CXBus, 'App.ready');
    await it.tasks.all();
    assert.equal(heard[0][1], it.widgets);
  }],
  ['G1.10 onReady is called once, with the QuickBus; commands that it sends are answered', async () => {
    const given = [];
    const it = makeStart({ onReady: (bus) => given.push([bus, outcome(bus.command('WebChat.open'))]) }, { plugins: table() });
    it.CXBus.loadPlugin('widgets-core');
    await it.tasks.all();
    assert.equal(given.length, 1);
    assert.equal(given[0][0], it.genesys.bus.QuickBus);
    assert.deepEqual(given[0][1].values, ['open']);
  }],
  ['G1.10 after pluginLoadDelay (100 ms) the preload plugins and the remembered ones are loaded', async () => {
    const it = makeStart({ main: { preload: ['webchat', 5, null, 'mine'] } }, { plugins: table(), start: 'asked' });
    it.page.sessionStorage.setItem('Widgets.autoLoadList', '["sidebar", 3]');
    it.CXBus.configure({ pluginsPath: '/p' });
    it.CXBus.loadPlugin('widgets-core');
    await it.tasks.all();
    assert.equal(it.scripts.length, 0);
    assert.deepEqual(it.waits.map(({ time }) => time), [100]);
    it.waits[0].work();
    await it.tasks.all();
    assert.deepEqual(it.scripts.map(({ address }) => address), ['/p/mine.min.js', '/p/sidebar.min.js']);
    assert.ok('WebChat' in it.CXBus.registry());
    const { waits } = makeStart({ main: { pluginLoadDelay: 700 } });
    assert.deepEqual(waits.map(({ time }) => time), [700]);
  }],
  ['G1.10 a plugin waits for App.ready, configures itself from its section, opens, and republishes ready', async () => {
    const seen = [];
    const it = makeStart({ webchat: { a: 1 } }, { plugins: table(seen), start: 'asked' });
    it.CXBus.loadPlugin('webchat');
    await it.tasks.all();
    const heard = listen(it.CXBus, 'WebChat.ready');
    const open = it.CXBus.command('WebChat.open');
    await it.tasks.all();
    assert.deepEqual([seen, heard, open.state()], [[], [], 'pending']);
    it.CXBus.loadPlugin('widgets-core');
    await it.tasks.all();
    assert.deepEqual([seen, heard, open.state()], [[{ a: 1 }], [['WebChat.ready', {}]], 'resolved']);
  }],
  ['G1.7 before holds for a plugin\'s own configure; one that cancels leaves it answering', async () => {
    const seen = [];
    const change = makeStart({ webchat: { a: 1 }, extensions: { e: () => change0() } }, { plugins: table(seen), start: 'asked' });
    const change0 = () => void change.CXBus.before('WebChat.configure', (options) => ({ ...options, b: 2 }));
    change.CXBus.loadPlugin('widgets-core');
    change.CXBus.loadPlugin('webchat');
    await change.tasks.all();
    assert.deepEqual(seen, [{ a: 1, b: 2 }]);
    const none = makeStart({}, { plugins: table(seen), start: 'asked' });
    none.CXBus.before('WebChat.configure', () => false);
    none.CXBus.loadPlugin('widgets-core');
    const open = none.CXBus.command('WebChat.open');
    await none.tasks.all();
    assert.deepEqual([open.state(), seen.length], ['resolved', 1]);
  }],
  ['hostile: a page with a plugin of one of our names keeps it', async () => {
    const it = makeStart({}, { plugins: table(), start: 'asked' });
    const theirs = it.CXBus.registerPlugin('WebChat');
    theirs.registerCommand('open', ({ deferred }) => deferred.resolve('theirs'));
    theirs.ready();
    it.CXBus.loadPlugin('webchat');
    const open = outcome(it.CXBus.command('WebChat.open'));
    await it.tasks.all();
    assert.deepEqual([open.values, it.warned.length], [['theirs'], 1]);
  }],
  ['G1.10 superset: a plugin that is loaded before the core finds its section', async () => {
    const found = [];
    const it = makeStart({ webchat: { a: 1 } }, { plugins: { webchat: (bus, config) => found.push(config('webchat'), config('none')) }, start: 'asked' });
    it.CXBus.loadPlugin('webchat');
    await it.tasks.all();
    assert.deepEqual(found, [{ a: 1 }, {}]);
  }],
  // Extensions and jQuery.
  ['G1.1 an extension gets jQuery, CXBus and Common, once', () => {
    const calls = [];
    const page = { ...makePage({ extensions: { e: (...given) => calls.push(given), f: ($, bus, common) => calls.push([$, bus, common]) } }), jQuery: JQUERY };
    const { genesys } = makeStart(undefined, { page });
    const given = [JQUERY, genesys.bus.CXBus, genesys.common];
    assert.deepEqual(calls, [given, given]);
  }],
  ['G1.14 our jQuery is fetched when an extension names a parameter, and only then', async () => {
    let fetched = 0;
    const jquery = () => (fetched += 1, Promise.resolve(JQUERY));
    makeStart({ extensions: { e: () => {} } }, { jquery });
    assert.equal(fetched, 0);
    makeStart({ extensions: { e: ($) => $ } }, { jquery, page: { ...makePage({ extensions: { e: ($) => $ } }), jQuery: JQUERY } });
    assert.equal(fetched, 0);
    const got = [];
    const it = makeStart({ extensions: { e: ($) => got.push($), f: ($) => got.push($) } }, { jquery });
    await it.tasks.all();
    assert.deepEqual([fetched, got], [1, [JQUERY, JQUERY]]);
    assert.equal('jQuery' in it.page || '$' in it.page, false);
  }],
  ['G1.14 extensions wait for it in their order, and the start with them', async () => {
    const order = [];
    let give;
    const it = makeStart(
      { extensions: { a: () => order.push('a'), b: ($) => order.push(`b ${$ === JQUERY}`), c: () => order.push('c') }, onReady: () => order.push('ready') },
      { jquery: () => new Promise((resolve) => (give = resolve)) },
    );
    await it.tasks.all();
    assert.deepEqual(order, ['a']);
    give(JQUERY);
    await it.tasks.all();
    assert.deepEqual(order, ['a', 'b true', 'c', 'ready']);
  }],
  ['G1.14 a jQuery that is long in coming holds up the extensions only', async () => {
    const order = [];
    let give;
    const it = makeStart(
      { extensions: { b: ($) => order.push(`b ${$ === JQUERY}`) }, onReady: () => order.push('ready') },
      { jquery: () => new Promise((resolve) => (give = resolve)) },
    );
    it.waits[0].work();
    assert.deepEqual(order, ['ready']);
    give(JQUERY);
    await it.tasks.all();
    assert.deepEqual(order, ['ready', 'b true']);
  }],
  ['G1.14 without jQuery extensions are called all the same, and the console says why', async () => {
    for (const jquery of [() => Promise.reject(new Error('blocked')), () => { throw new Error('blocked'); }, undefined]) {
      const got = [];
      const it = makeStart({ extensions: { e: ($, bus) => got.push($, typeof bus.command) } }, { jquery });
      await it.tasks.all();
      assert.deepEqual([got, it.warned.length], [[undefined, 'function'], jquery ? 1 : 0]);
    }
  }],
  ['G1.14 a loader that puts jQuery on the page is tidied up after', async () => {
    const page = makePage({ extensions: { e: ($) => $ } });
    let tidied = 0;
    const loud = Object.assign(() => {}, { fn: {}, noConflict: (all) => (tidied += Number(all)) });
    const it = makeStart(undefined, { page, jquery: async () => (page.jQuery = loud) });
    await it.tasks.all();
    assert.equal(tidied, 1);
  }],
  // Hostile pages.
  ['hostile: an extension, an onReady and a loader that throw are reported and stop nothing', async () => {
    const fails = (message) => () => {
      throw new Error(message);
    };
    const order = [];
    const it = makeStart({ extensions: { a: fails('extension'), b: () => order.push('b') }, onReady: fails('onReady') });
    await it.tasks.all();
    assert.deepEqual([order, it.CXBus.data('App.ready')], [['b'], true]);
    assert.deepEqual(it.reported.map((error) => error.message), ['extension', 'onReady']);
  }],
  ['hostile: every section of every wrong type', async () => {
    for (const value of [null, 0, 'text', true, [], () => {}, Symbol('s'), 5n]) {
      const main = Object.fromEntries(
        ['theme', 'themes', 'lang', 'mobileMode', 'mobileModeBreakpoint', 'zoomBreakpoint', 'timeFormat', 'preload', 'debug', 'header', 'deploymentID', 'cookieOptions', 'customStylesheetID', 'transitions'].map((key) => [key, value]),
      );
      for (const widgets of [{ main: value, extensions: value, onReady: value, webchat: value }, { main, extensions: { a: value }, app: value, global: value }]) {
        const it = makeStart(widgets, { plugins: table() });
        await it.tasks.all();
        assert.equal(it.CXBus.data('App.ready'), true, String(value));
        assert.deepEqual(it.reported, []);
      }
    }
  }],
  ['hostile: a page without storage', async () => {
    const page = makePage({});
    Object.defineProperty(page, 'sessionStorage', { get() { throw new Error('SecurityError'); } });
    const it = makeStart(undefined, { page });
    const found = it.CXBus.command('App.registerAutoLoad', { name: 'webchat' });
    for (const { work } of it.waits) work();
    await it.tasks.all();
    assert.equal(found.state(), 'resolved');
  }],
];

for (const [rule, shows] of ROWS) test(rule, shows);
