/** The bus, row by row: the facts' sections 1.3 to 1.9. Promises have a table of their own. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen, makeBus, outcome } from './genesys/host.js';

const CANCELLED = "Command was cancelled by a 'before' function.";
const UNKNOWN = 'Command does not exist';
const NO_PLUGIN = 'Could not load plugin file in given location. Check your plugins path option.';

/** A plugin that answers `echo` with what its handler got. */
function echo(it, name = 'Echo', ready = true) {
  const plugin = it.plugin(name);
  plugin.registerCommand('echo', (command) => command.deferred.resolve(command));
  if (ready) plugin.ready();
  return plugin;
}

/** @type {[string, (it: ReturnType<typeof makeBus>) => unknown][]} Section and rule, and what shows it. */
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
  // The plugin object.
  ['G1.4 registerCommand returns true, false for what is none; the same name replaces', async (it) => {
    const mine = echo(it, 'Mine');
    assert.equal(mine.registerCommand('echo', ({ deferred }) => deferred.resolve('second')), true);
    for (const [name, handler] of [['x'], ['', () => {}], [1, () => {}], ['x', 'handler']]) assert.equal(mine.registerCommand(name, handler), false);
    const found = outcome(it.CXBus.command('Mine.echo'));
    await it.tasks.all();
    assert.deepEqual(found.values, ['second']);
  }],
  ['G1.4 registerEvents declares an array or one name, for introspection only', (it) => {
    const mine = it.plugin('Mine');
    mine.registerEvents(['a', 'b', 1, null]);
    mine.registerEvents('c');
    for (const odd of [undefined, null, 1, {}]) mine.registerEvents(odd);
    assert.deepEqual(mine.registry().Mine, { commands: [], events: ['a', 'b', 'c'] });
    assert.equal(mine.publish('undeclared'), true);
  }],
  ['G1.4 subscribe returns the path, or false', ({ CXBus }) => {
    assert.equal(CXBus.subscribe('None.yet', () => {}), 'None.yet');
    for (const [path, listener] of [['A.b'], ['A.b', 'text'], [undefined, () => {}], [{}, () => {}], ['', () => {}]]) assert.equal(CXBus.subscribe(path, listener), false);
  }],
  ['G1.4 publish, republish and publishDirect return true, false without a name', (it) => {
    const mine = it.plugin('Mine');
    for (const method of ['publish', 'republish', 'publishDirect']) {
      assert.equal(mine[method]('x', {}), true);
      for (const name of [undefined, null, '', 1, {}]) assert.equal(mine[method](name), false);
    }
  }],
  ['G1.4 before returns true, false without a complete path or a function', ({ CXBus }) => {
    assert.equal(CXBus.before('WebChat.open', (options) => options), true);
    for (const [path, filter] of [['WebChat.open'], ['open', () => {}], ['WebChat.', () => {}], ['.open', () => {}], [1, () => {}]]) assert.equal(CXBus.before(path, filter), false);
  }],
  ['G1.4 registry has commands and events of all plugins', (it) => {
    echo(it, 'A').registerEvents(['done']);
    it.plugin('B');
    const { A, B, CXBus } = it.CXBus.registry();
    assert.deepEqual([A, B, CXBus], [{ commands: ['echo'], events: ['done'] }, { commands: [], events: [] }, { commands: [], events: [] }]);
  }],
  ['G1.4 subscribers has the plugin\'s own events only', (it) => {
    const [a, b] = [it.plugin('A'), it.plugin('B')];
    b.subscribe('A.x', () => {});
    b.subscribe('A.x', () => {});
    a.subscribe('B.y', () => {});
    it.CXBus.subscribe('AB.z', () => {});
    assert.deepEqual([a.subscribers(), b.subscribers()], [{ 'A.x': ['B', 'B'] }, { 'B.y': ['A'] }]);
  }],
  ['G1.4 namespace is the name', ({ plugin }) => assert.equal(plugin('Mine').namespace(), 'Mine')],
  ['G1.4 ready returns nothing', ({ plugin }) => assert.equal(plugin('Mine').ready(), undefined)],
  ['G1.4 unsubscribe takes all of this plugin\'s subscriptions to a path, and no other\'s', async (it) => {
    const [a, b] = [it.plugin('A'), it.plugin('B')];
    const heard = [];
    b.subscribe('A.x', () => heard.push('b'));
    b.subscribe('A.x', () => heard.push('b again'));
    it.CXBus.subscribe('A.x', () => heard.push('CXBus'));
    a.publish('x');
    assert.equal(b.unsubscribe('A.x'), true);
    assert.equal(b.unsubscribe('A.x'), false);
    for (const path of [undefined, 1, {}, 'A.none']) assert.equal(b.unsubscribe(path), false);
    a.publish('x');
    await it.tasks.all();
    assert.deepEqual(heard, ['CXBus', 'CXBus']);
  }],
  ['G1.4 COMMANDS and EVENTS print lists, LOAD resolves', async (it) => {
    echo(it).registerEvents(['done']);
    const [commands, events, load] = ['COMMANDS', 'EVENTS', 'LOAD'].map((name) => outcome(it.CXBus.command(`Echo.${name}`)));
    await it.tasks.all();
    assert.deepEqual([commands.values, events.values, load.values], [[['echo']], [['done']], []]);
    assert.deepEqual(it.printed, [['Echo.COMMANDS', ['echo']], ['Echo.EVENTS', ['done']]]);
  }],
  ['G1.4 methods work without their object', (it) => {
    const { publish, subscribe, command } = it.plugin('Mine');
    assert.equal(subscribe('Mine.x', () => {}), 'Mine.x');
    assert.equal(publish('x'), true);
    assert.equal(command('Mine.none').state(), 'rejected');
  }],
  // Events.
  ['G1.5 an event has event, publisher, time and data', async (it) => {
    const seen = [];
    it.CXBus.subscribe('Mine.x', (event) => seen.push(event));
    const from = Date.now();
    it.plugin('Mine').publish('x', { a: 1 });
    await it.tasks.all();
    const [{ time, ...rest }] = seen;
    assert.deepEqual(rest, { event: 'Mine.x', publisher: 'Mine', data: { a: 1 } });
    assert.ok(time >= from && time <= Date.now());
  }],
  ['G1.5 data is {} when there is none or a falsy one', async (it) => {
    const heard = listen(it.CXBus, 'Mine.x');
    const mine = it.plugin('Mine');
    for (const data of [undefined, null, 0, '', false, NaN, 'text', 5]) mine.publish('x', data);
    await it.tasks.all();
    assert.deepEqual(heard.map(([, data]) => data), [{}, {}, {}, {}, {}, {}, 'text', 5]);
  }],
  ['G1.5 publish returns before anybody is called; each is called in a task of its own, in order', async (it) => {
    const heard = [];
    const mine = it.plugin('Mine');
    for (const name of ['a', 'b']) it.CXBus.subscribe('Mine.x', ({ data }) => heard.push(`${name}${data}`));
    mine.publish('x', 1);
    mine.publish('x', 2);
    assert.deepEqual([heard, it.tasks.waiting], [[], 4]);
    await it.tasks.one();
    assert.deepEqual(heard, ['a1']);
    await it.tasks.all();
    assert.deepEqual(heard, ['a1', 'b1', 'a2', 'b2']);
  }],
  ['G1.5 every subscriber gets an event of its own, with the same data', async (it) => {
    const seen = [];
    for (const at of [0, 1]) {
      it.CXBus.subscribe('Mine.x', (event) => {
        event.data.by = at;
        event.event = 'changed';
        seen.push([event, event.data]);
      });
    }
    it.plugin('Mine').publish('x', {});
    await it.tasks.all();
    assert.notEqual(seen[0][0], seen[1][0]);
    assert.equal(seen[0][1], seen[1][1]);
    assert.equal(seen[1][0].publisher, 'Mine');
  }],
  ['G1.5 subscribing twice delivers twice', async (it) => {
    const heard = listen(it.CXBus, 'Mine.x', 'Mine.x');
    it.plugin('Mine').publish('x');
    await it.tasks.all();
    assert.equal(heard.length, 2);
  }],
  ['G1.5 a plugin publishes in its own name only', async (it) => {
    const heard = listen(it.CXBus, 'Other.x', 'Mine.Other.x');
    it.plugin('Mine').publish('Other.x');
    await it.tasks.all();
    assert.deepEqual(heard, [['Mine.Other.x', {}]]);
  }],
  ['G1.5 events of plugins that come later are heard; no wildcards', async (it) => {
    const heard = listen(it.CXBus, 'Later.x', 'Later.*', '*');
    it.plugin('Later').publish('x', 1);
    await it.tasks.all();
    assert.deepEqual(heard, [['Later.x', 1]]);
  }],
  ['G1.5 republish is heard later too, the latest once', async (it) => {
    const mine = it.plugin('Mine');
    mine.republish('ready', 1);
    mine.republish('ready', 2);
    await it.tasks.all();
    const heard = listen(it.CXBus, 'Mine.ready');
    assert.deepEqual(heard, []);
    await it.tasks.all();
    assert.deepEqual(heard, [['Mine.ready', 2]]);
    mine.republish('ready', 3);
    await it.tasks.all();
    assert.deepEqual(heard, [['Mine.ready', 2], ['Mine.ready', 3]]);
  }],
  ['G1.5 who subscribes between republish and delivery hears it once', async (it) => {
    it.plugin('Mine').republish('ready', 1);
    const heard = listen(it.CXBus, 'Mine.ready');
    await it.tasks.all();
    assert.deepEqual(heard, [['Mine.ready', 1]]);
  }],
  ['G1.5 publish and publishDirect are not heard later', async (it) => {
    const mine = it.plugin('Mine');
    mine.publish('ready');
    mine.publishDirect('ready');
    const heard = listen(it.CXBus, 'Mine.ready');
    await it.tasks.all();
    assert.deepEqual(heard, []);
  }],
  ['G1.5 publishDirect is heard, but not logged when nobody listens', async (it) => {
    it.CXBus.configure({ debug: true });
    const mine = it.plugin('Mine');
    mine.publishDirect('x');
    assert.equal(it.printed.length, 0);
    const heard = listen(it.CXBus, 'Mine.x');
    mine.publishDirect('x', 1);
    await it.tasks.all();
    assert.deepEqual(heard, [['Mine.x', 1]]);
    assert.deepEqual(it.printed.map(([words]) => words), ['CXBus subscribe Mine.x', 'CXBus publish Mine.x']);
  }],
  ['hostile: a subscriber that throws is reported and stops nobody', async (it) => {
    it.CXBus.subscribe('Mine.x', () => {
      throw new Error('theirs');
    });
    const heard = listen(it.CXBus, 'Mine.x');
    const mine = it.plugin('Mine');
    mine.publish('x');
    await it.tasks.all();
    it.CXBus.configure({ async: false });
    assert.equal(mine.publish('x'), true);
    assert.equal(heard.length, 2);
    assert.deepEqual(it.reported.map((error) => error.message), ['theirs', 'theirs']);
  }],
  ['hostile: 10,000 subscriptions are delivered, once each, in order', async (it) => {
    const heard = [];
    for (let at = 0; at < 10_000; at += 1) it.CXBus.subscribe('Mine.x', () => heard.push(at));
    const mine = it.plugin('Mine');
    mine.publish('x');
    assert.equal(it.tasks.waiting, 10_000);
    it.CXBus.configure({ async: false });
    mine.publish('x');
    assert.deepEqual([heard.length, heard[9999]], [10_000, 9999]);
    assert.equal(it.CXBus.unsubscribe('Mine.x'), true);
  }],
  ['hostile: names of Object.prototype are names like others', async (it) => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const plugin = it.plugin(name);
      assert.equal(plugin.namespace(), name);
      const heard = listen(it.CXBus, `${name}.${name}`);
      plugin.republish(name, 1);
      assert.deepEqual(outcome(plugin.command(name)), { state: 'rejected', values: [UNKNOWN] });
      assert.equal(plugin.data(name), undefined);
      await it.tasks.all();
      assert.deepEqual(heard, [[`${name}.${name}`, 1]]);
    }
    assert.equal({}.polluted, undefined);
  }],
  ['hostile: a page that changes methods of our objects hurts only its own calls', async (it) => {
    const mine = echo(it);
    it.bus.QuickBus.command = mine.subscribe = () => 'theirs';
    const found = outcome(it.CXBus.command('Echo.echo'));
    await it.tasks.all();
    assert.equal(found.values[0].command, 'Echo.echo');
  }],
  // Commands, the caller's side.
  ['G1.6 options that are missing are {}', async (it) => {
    echo(it);
    const found = [undefined, null, false, 0, ''].map((options) => outcome(it.CXBus.command('Echo.echo', options)));
    await it.tasks.all();
    assert.deepEqual(found.map(({ values }) => values[0].data), [{}, {}, {}, {}, {}]);
  }],
  ['G1.6 options that are no object are cancelled; arrays are objects', async (it) => {
    echo(it);
    for (const options of ['text', 5, true, () => {}, Symbol('s')]) assert.deepEqual(outcome(it.CXBus.command('Echo.echo', options)).values, [CANCELLED]);
    const found = outcome(it.CXBus.command('Echo.echo', ['a']));
    await it.tasks.all();
    assert.deepEqual(found.values[0].data, ['a']);
  }],
  ['G1.4 a name without a dot is a command of its own', async (it) => {
    const mine = echo(it, 'Mine');
    const found = outcome(mine.command('echo', { a: 1 }));
    await it.tasks.all();
    assert.deepEqual([found.values[0].command, found.values[0].commander], ['Mine.echo', 'Mine']);
  }],
  ['hostile: a path that is none is rejected', (it) => {
    for (const path of [undefined, null, 1, {}, '', () => {}, Symbol('s')]) assert.deepEqual(outcome(it.CXBus.command(path)), { state: 'rejected', values: [UNKNOWN] });
  }],
  // before.
  ['G1.7 before functions run inside the call, in order, each with the last one\'s result', async (it) => {
    echo(it);
    it.CXBus.before('Echo.echo', (options) => ({ ...options, list: ['a'] }));
    it.plugin('Other').before('Echo.echo', (options) => {
      options.list.push('b');
      return options;
    });
    const given = { x: 1 };
    const found = it.CXBus.command('Echo.echo', given);
    assert.deepEqual(given, { x: 1 });
    await it.tasks.all();
    assert.deepEqual(outcome(found).values[0].data, { x: 1, list: ['a', 'b'] });
  }],
  ['G1.7 anything but an object cancels, and the rest is skipped', (it) => {
    echo(it);
    for (const result of [false, null, undefined, 'text', 0]) {
      const name = `c${String(result)}`;
      let skipped = true;
      it.CXBus.before(`Echo.${name}`, () => result);
      it.CXBus.before(`Echo.${name}`, () => (skipped = false));
      assert.deepEqual(outcome(it.CXBus.command(`Echo.${name}`)), { state: 'rejected', values: [CANCELLED] });
      assert.ok(skipped);
    }
  }],
  ['G1.7 it may be registered before its plugin exists, and holds for a plugin\'s own commands', async (it) => {
    it.CXBus.before('Mine.echo', () => ({ changed: true }));
    const mine = echo(it, 'Mine', false);
    const found = outcome(mine.command('echo'));
    await it.tasks.all();
    assert.deepEqual(found.values[0].data, { changed: true });
  }],
  ['G1.7 it is not run again when the command waited for a file', async (it) => {
    let runs = 0;
    it.CXBus.before('Mine.echo', (options) => {
      runs += 1;
      return options;
    });
    const found = it.CXBus.command('Mine.echo');
    assert.equal(runs, 1);
    echo(it, 'Mine');
    it.scripts[0].loaded({});
    await it.tasks.all();
    assert.deepEqual([found.state(), runs], ['resolved', 1]);
  }],
  ['hostile: a before that throws rejects, says so on the console, and the caller sees no exception', (it) => {
    echo(it);
    it.CXBus.before('Echo.echo', () => {
      throw new Error('theirs');
    });
    assert.deepEqual(outcome(it.CXBus.command('Echo.echo')), { state: 'rejected', values: [CANCELLED] });
    assert.match(it.warned[0][0], /Echo\.echo/);
    assert.equal(it.warned[0][1].message, 'theirs');
  }],
  // Commands, the plugin's side.
  ['G1.8 a handler gets deferred, data, command, commander and time', async (it) => {
    echo(it);
    const asking = it.plugin('Asking');
    const options = { a: 1 };
    const found = outcome(asking.command('Echo.echo', options));
    await it.tasks.all();
    const [{ deferred, time, ...rest }] = found.values;
    assert.deepEqual(rest, { data: options, command: 'Echo.echo', commander: 'Asking' });
    assert.equal(typeof time, 'number');
    for (const method of ['resolve', 'reject', 'resolveWith', 'rejectWith', 'notify']) assert.equal(typeof deferred[method], 'function');
  }],
  ['G1.8 what a handler returns is ignored; only the deferred counts', async (it) => {
    const mine = it.plugin('Mine');
    mine.registerCommand('late', async ({ deferred }) => {
      await null;
      deferred.resolve('late');
      return 'ignored';
    });
    mine.registerCommand('never', () => 'ignored');
    mine.ready();
    const [late, never] = ['late', 'never'].map((name) => it.CXBus.command(`Mine.${name}`));
    await it.tasks.all();
    assert.deepEqual([outcome(late).values, never.state()], [['late'], 'pending']);
  }],
  ['G1.8 a ready plugin runs a command it knows, in a fresh task', async (it) => {
    echo(it);
    const found = it.CXBus.command('Echo.echo');
    assert.deepEqual([found.state(), it.tasks.waiting], ['pending', 1]);
    await it.tasks.all();
    assert.equal(found.state(), 'resolved');
  }],
  ['G1.8 before ready commands wait and run in order; unknown ones are rejected then', async (it) => {
    const order = [];
    const mine = it.plugin('Mine');
    const found = ['b', 'none', 'a'].map((name) => it.CXBus.command(`Mine.${name}`));
    for (const name of ['a', 'b']) mine.registerCommand(name, ({ deferred }) => deferred.resolve(order.push(name)));
    await it.tasks.all();
    assert.deepEqual(found.map((one) => one.state()), ['pending', 'pending', 'pending']);
    mine.ready();
    mine.ready();
    await it.tasks.all();
    assert.deepEqual(order, ['b', 'a']);
    assert.deepEqual(found.map((one) => outcome(one).values), [[1], [UNKNOWN], [2]]);
  }],
  ['G1.8 a plugin\'s own commands do not wait for ready', async (it) => {
    const mine = echo(it, 'Mine', false);
    const found = outcome(mine.command('Mine.echo'));
    await it.tasks.all();
    assert.equal(found.values[0].commander, 'Mine');
  }],
  ['G1.8 an unknown command of a ready plugin is rejected', (it) => {
    echo(it);
    assert.deepEqual(outcome(it.CXBus.command('Echo.none')), { state: 'rejected', values: [UNKNOWN] });
  }],
  ['G1.8 a plugin that is not there is loaded, and its commands run in order', async (it) => {
    it.CXBus.configure({ pluginsPath: '/p' });
    const order = [];
    const found = [1, 2].map((number) => it.CXBus.command('LazyOne.go', { number }));
    assert.deepEqual(it.scripts.map(({ address }) => address), ['/p/lazyone.min.js']);
    const lazy = it.plugin('LazyOne');
    lazy.registerCommand('go', ({ data, deferred }) => deferred.resolve(order.push(data.number)));
    it.scripts[0].loaded({});
    lazy.ready();
    await it.tasks.all();
    assert.deepEqual([order, found.map((one) => one.state())], [[1, 2], ['resolved', 'resolved']]);
  }],
  ['G1.8 one whose file cannot be loaded, or brings no plugin, is rejected', async (it) => {
    const missing = it.CXBus.command('Missing.go');
    const empty = it.CXBus.command('Empty.go');
    it.scripts[0].failed();
    it.scripts[1].loaded({});
    for (const found of [missing, empty]) assert.deepEqual(outcome(found), { state: 'rejected', values: [NO_PLUGIN] });
  }],
  ['hostile: a handler that throws rejects with what it threw, and is reported', async (it) => {
    const mine = it.plugin('Mine');
    mine.registerCommand('bad', () => {
      throw new Error('theirs');
    });
    mine.ready();
    const found = it.CXBus.command('Mine.bad');
    await it.tasks.all();
    assert.equal(outcome(found).values[0].message, 'theirs');
    assert.deepEqual(it.reported.map((error) => error.message), ['theirs']);
  }],
  ['hostile: getters of options that throw are the handler\'s business', async (it) => {
    echo(it);
    const options = { get trap() { throw new Error('theirs'); } };
    const found = outcome(it.CXBus.command('Echo.echo', options));
    await it.tasks.all();
    assert.equal(found.values[0].data, options);
  }],
  // data().
  ['G1.9 data writes, reads, and publishes what changed', async (it) => {
    const mine = it.plugin('Mine');
    const heard = listen(it.CXBus, 'Mine.data', 'Mine.data.color', 'Mine.data.color:"red"');
    assert.equal(mine.data('color'), undefined);
    assert.equal(mine.data('color', 'red'), 'red');
    assert.equal(mine.data('color', 'red'), 'red');
    await it.tasks.all();
    assert.equal(heard.length, 3);
    const [[, all], [, change], [exact]] = heard;
    assert.deepEqual([all, change.last, change.value, typeof change.time, exact], [{ color: 'red' }, undefined, 'red', 'number', 'Mine.data.color:"red"']);
    mine.data('color', 'blue');
    await it.tasks.all();
    assert.equal(heard.length, 5);
    assert.equal(heard[4][1].last, 'red');
  }],
  ['G1.9 numbers and booleans are not quoted', async (it) => {
    const heard = listen(it.CXBus, 'Mine.data.n:5', 'Mine.data.b:false');
    const mine = it.plugin('Mine');
    mine.data('n', 5);
    mine.data('b', false);
    await it.tasks.all();
    assert.equal(heard.length, 2);
  }],
  ['G1.9 other plugins\' values are read by their path, and not written', (it) => {
    const [a, b] = [it.plugin('A'), it.plugin('B')];
    a.data('x', 1);
    assert.equal(b.data('A.x'), 1);
    assert.equal(b.data('A.x', 2), 1);
    assert.equal(a.data('x'), 1);
    assert.equal(b.data('None.x'), undefined);
    assert.deepEqual([a.data(), b.data()], [{ x: 1 }, {}]);
  }],
];

for (const [rule, shows] of ROWS) test(rule, () => shows(makeBus()));
