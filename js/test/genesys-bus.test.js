/** The bus, its options and how it loads plugins, row by row: G1.1 to G1.3. Plugin objects, events, commands and promises have tables of their own. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echo, listen, makeBus, outcome } from './genesys/host.js';

const NO_PLUGIN = 'Could not load plugin file in given location. Check your plugins path option.';

/** @type {[string, (it: ReturnType<typeof makeBus>) => unknown][]} Section and rule, and the check. */
const ROWS = [
  // The global.
  ['G1.3 registerPlugin gives a plugin object once, then false', ({ CXBus }) => {
    assert.equal(CXBus.registerPlugin('Mine').namespace(), 'Mine');
    assert.equal(CXBus.registerPlugin('Mine'), false);
  }],
  ['G1.3 registerPlugin gives false for what is no name, and for names of the bus itself', ({ CXBus }) => {
    for (const name of [undefined, null, 1, true, {}, [], '', () => {}, 'CXBus', 'QuickBus']) assert.equal(CXBus.registerPlugin(name), false);
  }],
  ['G1.3 registerMaster gives lock, unlock and config once, then undefined', ({ CXBus }) => {
    const master = CXBus.registerMaster();
    assert.equal(CXBus.registerMaster(), undefined);
    master.lock();
    assert.equal(CXBus.registerPlugin('Late'), false);
    master.unlock();
    assert.ok(CXBus.registerPlugin('Late'));
    assert.equal(master.config({ pluginsPath: '/p' }).pluginsPath, '/p/');
  }],
  ['G1.3 command: the commander is CXBus', async (it) => {
    echo(it);
    const found = outcome(it.CXBus.command('Echo.echo'));
    await it.tasks.all();
    assert.equal(found.values[0].commander, 'CXBus');
  }],
  ['G1.3 subscribe: the subscriber is CXBus', (it) => {
    const mine = it.plugin('Mine');
    it.CXBus.subscribe('Mine.x', () => {});
    assert.deepEqual(mine.subscribers(), { 'Mine.x': ['CXBus'] });
  }],
  ['G1.3 data reads as CXBus', (it) => {
    it.plugin('App').data('timeFormat', 24);
    assert.equal(it.CXBus.data('App.timeFormat'), 24);
  }],
  ['G1.3 superset: the global has every method of a plugin object', ({ CXBus, plugin }) => {
    for (const [name, method] of Object.entries(plugin('Mine'))) assert.equal(typeof CXBus[name], typeof method, name);
  }],
  ['G1.1 QuickBus is a plugin object of that name with registerPlugin', (it) => {
    const { QuickBus } = it.bus;
    assert.equal(QuickBus.namespace(), 'QuickBus');
    assert.ok(QuickBus.registerPlugin('MyPlugin'));
    assert.equal(it.CXBus.registerPlugin('MyPlugin'), false);
  }],
  ['G1.1 the commander of a command on the QuickBus is QuickBus', async (it) => {
    echo(it);
    const found = outcome(it.bus.QuickBus.command('Echo.echo'));
    await it.tasks.all();
    assert.equal(found.values[0].commander, 'QuickBus');
  }],
  // Options.
  ['G1.3 configure returns nothing', ({ CXBus }) => assert.equal(CXBus.configure({ debug: false }), undefined)],
  ['G1.3 debug logs traffic, and nothing is logged without it', async (it) => {
    const mine = echo(it);
    mine.publish('x', 1);
    assert.equal(it.printed.length, 0);
    it.CXBus.configure({ debug: true });
    mine.publish('x', 1);
    it.CXBus.command('Echo.none');
    assert.deepEqual(it.printed.map(([words]) => words), ['CXBus publish Echo.x', 'CXBus command Echo.none', 'CXBus rejected Echo.none']);
    it.CXBus.configure({ log: false });
    mine.publish('x', 1);
    assert.equal(it.printed.length, 3);
  }],
  ['G1.3 pluginsPath gets a slash, and pluginFilenameFormat its name', ({ CXBus, scripts }) => {
    CXBus.loadPlugin('One');
    CXBus.configure({ pluginsPath: 'https://a.example/plugins' });
    CXBus.loadPlugin('Two');
    CXBus.configure({ pluginsPath: '/p/', pluginFilenameFormat: 'cx-plugin-v2.js' });
    CXBus.loadPlugin('three');
    assert.deepEqual(scripts.map(({ address }) => address), ['one.min.js', 'https://a.example/plugins/two.min.js', '/p/cx-three-v2.js']);
  }],
  ['G1.3 pluginMap names a file, or forbids it', ({ CXBus, scripts }) => {
    CXBus.configure({ pluginMap: { mine: '/own/mine.js', Not: false } });
    CXBus.loadPlugin('mine');
    assert.equal(outcome(CXBus.loadPlugin('Not')).state, 'rejected');
    assert.deepEqual(scripts.map(({ address }) => address), ['/own/mine.js']);
  }],
  ['G1.3 async false: events and commands are there at once', (it) => {
    const mine = echo(it);
    it.CXBus.configure({ async: false });
    const heard = listen(it.CXBus, 'Echo.x');
    mine.publish('x', 1);
    assert.deepEqual(heard, [['Echo.x', 1]]);
    assert.equal(it.CXBus.command('Echo.echo').state(), 'resolved');
  }],
  ['G1.3 loadPlugins false: nothing is loaded for a command', (it) => {
    it.CXBus.configure({ loadPlugins: false });
    assert.deepEqual(outcome(it.CXBus.command('Mine.x')), { state: 'rejected', values: [NO_PLUGIN] });
    assert.equal(it.scripts.length, 0);
  }],
  ['G1.3 unlocked adds getPluginInterface', (it) => {
    assert.equal('getPluginInterface' in it.CXBus, false);
    it.CXBus.configure({ unlocked: true });
    const mine = it.plugin('Mine');
    assert.equal(it.CXBus.getPluginInterface('Mine'), mine);
    assert.equal(it.CXBus.getPluginInterface('None'), undefined);
  }],
  ['hostile: options of every wrong type change nothing', ({ CXBus, scripts }) => {
    const angry = new Proxy({}, { get() { throw new Error('theirs'); }, ownKeys() { throw new Error('theirs'); } });
    const wrong = [undefined, null, 0, 1, '', 'x', true, [], () => {}, Symbol('s'), angry];
    for (const options of wrong) CXBus.configure(options);
    for (const value of wrong) {
      CXBus.configure({ debug: value && typeof value !== 'boolean' ? value : undefined, pluginMap: value, loadPlugins: value === true || value });
      CXBus.configure({ pluginsPath: typeof value === 'string' ? undefined : value, pluginFilenameFormat: value === 'x' ? 1 : value });
    }
    CXBus.configure({ get pluginsPath() { throw new Error('theirs'); } });
    CXBus.loadPlugin('mine');
    assert.deepEqual(scripts.map(({ address }) => address), ['mine.min.js']);
  }],
  // Loading.
  ['G1.3 loadPlugin resolves with the load event', ({ CXBus, scripts }) => {
    const found = CXBus.loadPlugin('mine');
    const event = { type: 'load' };
    scripts[0].loaded(event);
    assert.deepEqual(outcome(found), { state: 'resolved', values: [event] });
  }],
  ['G1.3 loadPlugin is rejected without a value the second time, whatever its case', ({ CXBus, scripts }) => {
    CXBus.loadPlugin('mine');
    assert.deepEqual(outcome(CXBus.loadPlugin('mine')), { state: 'rejected', values: [] });
    scripts[0].loaded({});
    assert.deepEqual(outcome(CXBus.loadPlugin('MINE')), { state: 'rejected', values: [] });
    assert.equal(scripts.length, 1);
  }],
  ['G1.3 loadPlugin says which file could not be loaded, and may be tried again', ({ CXBus, scripts }) => {
    CXBus.configure({ pluginsPath: '/p' });
    const found = CXBus.loadPlugin('mine');
    scripts[0].failed();
    assert.deepEqual(outcome(found), { state: 'rejected', values: ['Could not load plugin file: /p/mine.min.js'] });
    assert.equal(CXBus.loadPlugin('mine').state(), 'pending');
  }],
  ['G1.3 loadFile: the same for any script', ({ CXBus, scripts }) => {
    const found = CXBus.loadFile('configuration.js');
    assert.deepEqual(outcome(CXBus.loadFile('configuration.js')), { state: 'rejected', values: [] });
    scripts[0].loaded('event');
    assert.deepEqual(outcome(found), { state: 'resolved', values: ['event'] });
    const bad = CXBus.loadFile('/bad.js');
    scripts[1].failed();
    assert.deepEqual(outcome(bad), { state: 'rejected', values: ['Could not load file: /bad.js'] });
  }],
  ['hostile: what is no name or address is rejected, and so is a page that cannot add scripts', () => {
    const { CXBus } = makeBus({ addScript: () => { throw new Error('policy'); } });
    for (const value of [undefined, null, 1, {}, '', () => {}]) {
      assert.equal(CXBus.loadPlugin(value).state(), 'rejected');
      assert.equal(CXBus.loadFile(value).state(), 'rejected');
      assert.equal(CXBus.loadModule(value).state(), 'rejected');
    }
    assert.deepEqual(outcome(CXBus.loadFile('x.js')), { state: 'rejected', values: ['Could not load file: x.js'] });
  }],
  ['G1.2 a plugin of ours is answered without fetching anything', async () => {
    const it = makeBus({ builtins: { WebChat: () => void it.bus.registerPlugin('WebChat') } });
    const found = it.CXBus.loadPlugin('webchat');
    await it.tasks.all();
    assert.equal(outcome(found).values[0].type, 'load');
    assert.equal(it.scripts.length, 0);
    assert.deepEqual(outcome(it.CXBus.loadPlugin('webchat')), { state: 'rejected', values: [] });
  }],
  ['G1.2 one that takes a while is waited for; one that fails is reported', async () => {
    let done;
    const it = makeBus({ builtins: { slow: () => new Promise((resolve) => (done = resolve)), bad: () => { throw new Error('ours'); } } });
    const slow = it.CXBus.loadPlugin('slow');
    const bad = it.CXBus.loadPlugin('bad');
    await it.tasks.all();
    assert.deepEqual([slow.state(), bad.state()], ['pending', 'rejected']);
    done();
    await slow;
    assert.deepEqual(it.reported.map((error) => error.message), ['ours']);
  }],
  ['G1.3 registerModule registers once, and loadModule gives what its factory makes', async ({ CXBus, scripts }) => {
    assert.deepEqual([CXBus.registerModule('m', () => 'made'), CXBus.registerModule('m', () => {}), CXBus.registerModule('n')], [true, false, false]);
    assert.equal(await CXBus.loadModule('m'), 'made');
    const later = CXBus.loadModule('other');
    CXBus.registerModule('other', () => 'later');
    scripts[0].loaded({});
    assert.equal(await later, 'later');
  }],
];

for (const [rule, shows] of ROWS) test(rule, () => shows(makeBus()));
