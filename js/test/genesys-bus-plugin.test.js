/** A plugin's object on the bus, and events, row by row: G1.4 and G1.5. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echo, listen, makeBus, outcome } from './genesys/host.js';

const UNKNOWN = 'Command does not exist';

/** @type {[string, (it: ReturnType<typeof makeBus>) => unknown][]} Section and rule, and the check. */
const ROWS = [
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
];

for (const [rule, shows] of ROWS) test(rule, () => shows(makeBus()));
