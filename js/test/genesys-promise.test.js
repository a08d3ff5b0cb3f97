/** The promise object of a command, row by row: G1.6. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeferred } from '../compat/genesys/deferred.js';
import { makeTasks } from './genesys/host.js';

/** A promise with its settling object, the arguments of its callbacks, and the reported errors. */
function make() {
  const tasks = makeTasks();
  const reported = [];
  const { deferred, promise } = createDeferred({ task: tasks.task, report: (error) => reported.push(error) });
  const calls = [];
  const note = (name) => (...values) => void calls.push([name, ...values]);
  return { deferred, promise, calls, note, reported, tasks };
}

/** @type {[string, (it: ReturnType<typeof make>) => unknown][]} Section and rule, and the check. */
const ROWS = [
  ['G1.6 done hears every value of the outcome, fail nothing', ({ deferred, promise, calls, note }) => {
    promise.done(note('done')).fail(note('fail'));
    deferred.resolve(1, 'two');
    assert.deepEqual(calls, [['done', 1, 'two']]);
  }],
  ['G1.6 fail hears a rejection, done nothing', ({ deferred, promise, calls, note }) => {
    promise.done(note('done')).fail(note('fail'));
    deferred.reject('why');
    assert.deepEqual(calls, [['fail', 'why']]);
  }],
  ['G1.6 always hears either', ({ deferred, promise, calls, note }) => {
    promise.always(note('always'));
    deferred.reject('why');
    assert.deepEqual(calls, [['always', 'why']]);
  }],
  ['G1.6 progress hears every notify while it is pending', ({ deferred, promise, calls, note }) => {
    promise.progress(note('progress'));
    deferred.notify(1).notify(2);
    deferred.resolve().notify(3);
    assert.deepEqual(calls, [['progress', 1], ['progress', 2]]);
  }],
  ['G1.6 done, fail, always and progress return the same object', ({ promise }) => {
    for (const method of ['done', 'fail', 'always', 'progress']) assert.equal(promise[method](() => {}), promise);
  }],
  ['G1.6 several functions and arrays of them are taken, anything else is left', ({ deferred, promise, calls, note }) => {
    const loop = [note('c')];
    loop.push(loop);
    promise.done(note('a'), [note('b'), null], 'no function', undefined).fail(loop);
    deferred.resolve();
    assert.deepEqual(calls, [['a'], ['b']]);
  }],
  ['G1.6 callbacks added after the outcome are called at once', ({ deferred, promise, calls, note }) => {
    deferred.resolve(5);
    promise.done(note('done')).always(note('always'));
    promise.then(note('then'));
    assert.deepEqual(calls, [['done', 5], ['always', 5], ['then', 5]]);
  }],
  ['G1.6 callbacks are called in the order in which they were added', ({ deferred, promise, calls, note }) => {
    promise.always(note('a')).done(note('b'));
    promise.then(note('c'));
    promise.done(note('d'));
    deferred.resolve();
    assert.deepEqual(calls, [['a'], ['b'], ['c'], ['d']]);
  }],
  ['G1.6 state, isResolved and isRejected tell', ({ deferred, promise }) => {
    assert.deepEqual([promise.state(), promise.isResolved(), promise.isRejected()], ['pending', false, false]);
    deferred.resolve();
    assert.deepEqual([promise.state(), promise.isResolved(), promise.isRejected()], ['resolved', true, false]);
    const other = make();
    other.deferred.reject();
    assert.deepEqual([other.promise.state(), other.promise.isResolved(), other.promise.isRejected()], ['rejected', false, true]);
  }],
  ['G1.6 it is settled once', ({ deferred, promise, calls, note }) => {
    promise.always(note('always'));
    deferred.resolve(1);
    deferred.reject(2);
    deferred.resolve(3);
    assert.deepEqual(calls, [['always', 1]]);
    assert.equal(promise.state(), 'resolved');
  }],
  ['G1.6 promise() is the object itself', ({ promise }) => assert.equal(promise.promise(), promise)],
  ['G1.6 promise(target) copies the methods on the target', ({ deferred, promise, calls, note }) => {
    const target = { own: 1 };
    assert.equal(promise.promise(target), target);
    target.done(note('done'));
    deferred.resolve('x');
    assert.deepEqual(calls, [['done', 'x']]);
    assert.equal(target.own, 1);
  }],
  ['G1.6 a target that cannot be written is left as it is', ({ promise }) => {
    const frozen = Object.freeze({});
    assert.equal(promise.promise(frozen), frozen);
    const angry = new Proxy({}, { set() { throw new Error('theirs'); } });
    assert.equal(promise.promise(angry), angry);
  }],
  ['G1.6 pipe changes the value', async ({ deferred, promise }) => {
    deferred.resolve(2);
    assert.equal(await promise.pipe((value) => value * 2), 4);
  }],
  ['G1.6 whoever waits cannot settle', ({ promise }) => {
    for (const method of ['resolve', 'reject', 'notify', 'resolveWith', 'rejectWith']) assert.equal(method in promise, false);
  }],
  ['G1.6 its methods work without the object', ({ deferred, promise, calls, note }) => {
    const { done } = promise;
    const { resolve } = deferred;
    done(note('done'));
    resolve(1);
    assert.deepEqual(calls, [['done', 1]]);
  }],
  ['G1.6 superset: await gives the value', async ({ deferred, promise }) => {
    setImmediate(() => deferred.resolve('value'));
    assert.equal(await promise, 'value');
  }],
  ['G1.6 superset: await throws the reason', async ({ deferred, promise }) => {
    deferred.reject('reason');
    await assert.rejects(async () => promise, (error) => error === 'reason');
  }],
  ['G1.6 superset: then returns a further promise, which keeps done, fail, always, catch and finally', ({ deferred, promise, calls, note }) => {
    deferred.resolve(1);
    const further = promise.then((value) => value + 1);
    assert.notEqual(further, promise);
    further.done(note('done')).always(note('always')).finally(note('finally')).catch(note('catch'));
    assert.deepEqual(calls, [['done', 2], ['always', 2], ['finally']]);
  }],
  ['G1.6 superset: then waits for a promise that a callback returns, ours or the browser\'s', async ({ deferred, promise }) => {
    const inner = make();
    setImmediate(() => inner.deferred.resolve('ours'));
    deferred.resolve();
    assert.equal(await promise.then(() => inner.promise), 'ours');
    assert.equal(await promise.then(async () => 'native'), 'native');
    await assert.rejects(async () => promise.then(() => Promise.reject(new Error('native'))), /native/);
  }],
  ['G1.6 superset: an outcome passes through a then without a callback for it', ({ deferred, promise, calls, note }) => {
    deferred.reject('why', 'more');
    promise.then(note('ok')).then(note('ok')).fail(note('fail'));
    assert.deepEqual(calls, [['fail', 'why', 'more']]);
  }],
  ['G1.6 superset: catch makes a rejection good', ({ deferred, promise, calls, note }) => {
    deferred.reject('why');
    promise.catch((why) => `${why} not`).done(note('done'));
    assert.deepEqual(calls, [['done', 'why not']]);
  }],
  ['G1.6 superset: finally hears nothing and changes nothing', ({ deferred, promise, calls, note }) => {
    promise.finally((...values) => {
      note('finally')(...values);
      return 'ignored';
    }).fail(note('fail'));
    deferred.reject('why');
    assert.deepEqual(calls, [['finally'], ['fail', 'why']]);
  }],
  ['G1.6 superset: finally that fails rejects', ({ deferred, promise, calls, note }) => {
    deferred.resolve(1);
    promise.finally(() => Promise.reject('late')).fail(note('fail'));
    promise.finally(() => {
      throw new Error('at once');
    }).fail((error) => note('fail')(error.message));
    assert.deepEqual(calls, [['fail', 'at once']]);
  }],
  ['G1.6 superset: a promise that would wait for itself is rejected', async ({ deferred, promise, calls, note }) => {
    const further = promise.then(() => further);
    deferred.resolve();
    further.fail((error) => note('fail')(error.name));
    assert.deepEqual(calls, [['fail', 'TypeError']]);
  }],
  ['G1.6 superset: a thenable that misbehaves settles once', ({ deferred, promise, calls, note }) => {
    deferred.resolve();
    promise.then(() => ({ then(ok, bad) { ok(1); bad(2); ok(3); throw new Error('late'); } })).always(note('twice'));
    promise.then(() => ({ get then() { throw 'getter'; } })).always(note('getter'));
    assert.deepEqual(calls, [['twice', 1], ['getter', 'getter']]);
  }],
  ['G1.8 resolveWith and rejectWith give callbacks their `this`', ({ deferred, promise }) => {
    const self = { name: 'self' };
    let found;
    promise.done(function (...values) {
      found = [this, ...values];
    });
    deferred.resolveWith(self, [1, 2]);
    assert.deepEqual(found, [self, 1, 2]);
    const other = make();
    other.promise.fail(function (value) {
      found = [this, value];
    });
    other.deferred.rejectWith(self, ['why']);
    assert.deepEqual(found, [self, 'why']);
  }],
  ['G1.8 the handler\'s deferred has the promise\'s methods too', ({ deferred, calls, note }) => {
    assert.equal(deferred.resolve(1), deferred);
    deferred.done(note('done'));
    assert.deepEqual(calls, [['done', 1]]);
    assert.equal(deferred.state(), 'resolved');
  }],
  ['hostile: a callback that throws stops nobody and is reported', ({ deferred, promise, calls, note, reported }) => {
    promise.done(() => {
      throw new Error('theirs');
    }).done(note('next'));
    deferred.resolve();
    assert.deepEqual(calls, [['next']]);
    assert.deepEqual(reported.map((error) => error.message), ['theirs']);
  }],
  ['hostile: what a then callback throws becomes a rejection, and is reported if nobody hears it', async ({ deferred, promise, tasks, reported }) => {
    const fails = (message) => () => {
      throw new Error(message);
    };
    deferred.resolve();
    promise.then(fails('heard')).catch(() => {});
    promise.then(fails('unheard')).then(() => {});
    await tasks.all();
    assert.deepEqual(reported.map((error) => error.message), ['unheard']);
  }],
  ['hostile: a rejection that nobody hears makes no noise', async ({ deferred, promise, tasks, reported }) => {
    const noise = [];
    const hear = (error) => noise.push(error);
    process.on('unhandledRejection', hear);
    promise.then(() => {}).then(() => {});
    deferred.reject('why');
    await tasks.all();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', hear);
    assert.deepEqual([noise, reported], [[], []]);
  }],
];

for (const [rule, shows] of ROWS) test(rule, () => shows(make()));
