/** Commands and shared values, row by row: G1.4 and G1.6 to G1.9. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echo, listen, makeBus, outcome } from './genesys/host.js';

const CANCELLED = "Command was cancelled by a 'before' function.";
const UNKNOWN = 'Command does not exist';
const NO_PLUGIN = 'Could not load plugin file in given location. Check your plugins path option.';

/** @type {[string, (it: ReturnType<typeof makeBus>) => unknown][]} Section and rule, and the check. */
const ROWS = [
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
