/**
 * The promise object of a command (G1.6): callbacks get the values themselves, those added after the outcome are called at once, and an outcome
 * without a callback is no error. On top of the contract `then` returns a further promise object, so that chains, `catch`, `finally`, and `await`
 * work.
 */

import { add, apply, each, isArray, isObject, keys, read, write } from './safe.js';

/** @typedef {(...values: any[]) => unknown} Callback */

/**
 * @typedef {object} BusPromise
 * @property {(...callbacks: unknown[]) => BusPromise} done
 * @property {(...callbacks: unknown[]) => BusPromise} fail
 * @property {(...callbacks: unknown[]) => BusPromise} always
 * @property {(...callbacks: unknown[]) => BusPromise} progress
 * @property {(ok?: unknown, bad?: unknown, progress?: unknown) => BusPromise} then
 * @property {(ok?: unknown, bad?: unknown, progress?: unknown) => BusPromise} pipe
 * @property {(bad?: unknown) => BusPromise} catch
 * @property {(work?: unknown) => BusPromise} finally
 * @property {() => 'pending' | 'resolved' | 'rejected'} state
 * @property {() => boolean} isResolved
 * @property {() => boolean} isRejected
 * @property {<T>(target?: T) => T & BusPromise} promise Returns the promise itself, or the target with its methods added.
 */

/**
 * The object with which a command's handler settles the promise. It has the promise's methods as well.
 *
 * @typedef {object} Settling
 * @property {(...values: unknown[]) => Deferred} resolve
 * @property {(...values: unknown[]) => Deferred} reject
 * @property {(...values: unknown[]) => Deferred} notify
 * @property {(self: unknown, values?: unknown[]) => Deferred} resolveWith
 * @property {(self: unknown, values?: unknown[]) => Deferred} rejectWith
 * @property {(self: unknown, values?: unknown[]) => Deferred} notifyWith
 */

/** @typedef {BusPromise & Settling} Deferred */

/**
 * The reporter for exceptions of callbacks, and the queue of tasks.
 *
 * @typedef {object} Env
 * @property {(error: unknown) => void} report
 * @property {import('./tasks.js').Task} task
 */

/** @typedef {(kind: number, values: ArrayLike<unknown>, self?: unknown, fault?: boolean) => void} Settle */

const PENDING = 0;
const RESOLVED = 1;
const REJECTED = 2;
const PROGRESS = 4;

const WORDS = /** @type {const} */ (['pending', 'resolved', 'rejected']);

/** How deep lists of callbacks may be nested: one that contains itself has no end. */
const DEEPEST = 8;

/**
 * @param {Env} env
 * @returns {{ deferred: Deferred, promise: BusPromise, settle: Settle }} Two objects: the holder of the promise cannot settle it. `settle` is for the bus.
 */
export function createDeferred(env) {
  let outcome = PENDING;
  /** @type {ArrayLike<unknown>} */
  let values = [];
  /** @type {unknown} */
  let self;
  /** @type {{ kind: number, callback: Callback }[]} */
  let waiting = [];
  /** Whether a handler of rejections is registered. */
  let heard = false;
  /** Whether it was rejected because a callback threw: such an exception must be reported. */
  let thrown = false;

  const call = (/** @type {Callback} */ callback, /** @type {ArrayLike<unknown>} */ given) => {
    try {
      apply(callback, self, given);
    } catch (error) {
      env.report(error);
    }
  };

  /** @param {number} kind @param {ArrayLike<unknown>} callbacks @param {number} [depth] */
  const listen = (kind, callbacks, depth = 0) => {
    if (kind & REJECTED) heard = true;
    each(callbacks, (callback) => {
      if (typeof callback === 'function') {
        if (outcome === PENDING) add(waiting, { kind, callback: /** @type {Callback} */ (callback) });
        else if (kind & outcome) call(/** @type {Callback} */ (callback), values);
      } else if (isArray(callback) && depth < DEEPEST) listen(kind, callback, depth + 1);
    });
    return promise;
  };

  /** @type {Settle} */
  const settle = (kind, given, context, fault = false) => {
    if (outcome !== PENDING) return;
    if (context !== undefined) self = context;
    if (kind === PROGRESS) {
      each(waiting, (one) => one.kind === PROGRESS && call(one.callback, given));
      return;
    }
    const told = waiting;
    waiting = [];
    outcome = kind;
    values = given;
    thrown = fault;
    each(told, (one) => one.kind & kind && call(one.callback, given));
    if (fault) env.task(() => void (heard || env.report(given[0])));
  };

  const { chain, then } = chaining(env, listen, () => ({ self, thrown }));

  /** @type {BusPromise} */
  const promise = {
    done: (...callbacks) => listen(RESOLVED, callbacks),
    fail: (...callbacks) => listen(REJECTED, callbacks),
    always: (...callbacks) => listen(RESOLVED | REJECTED, callbacks),
    progress: (...callbacks) => listen(PROGRESS, callbacks),
    then,
    pipe: then,
    catch: (bad) => then(undefined, bad),
    finally: (work) =>
      chain((kind, given, next) => {
        const value = typeof work === 'function' ? work() : undefined;
        follow(value, () => next(kind, given, thrown), (...what) => next(REJECTED, what));
      }),
    state: () => /** @type {typeof WORDS[number]} */ (WORDS[outcome]),
    isResolved: () => outcome === RESOLVED,
    isRejected: () => outcome === REJECTED,
    promise: (target) => {
      const to = /** @type {any} */ (isObject(target) || typeof target === 'function' ? target : promise);
      if (to !== promise) each(keys(promise), (key) => write(to, key, read(promise, key)));
      return to;
    },
  };

  return { deferred: settleable(promise, settle), promise, settle };
}

/**
 * The methods that make further promises.
 *
 * @param {Env} env
 * @param {(kind: number, callbacks: ArrayLike<unknown>) => BusPromise} listen
 * @param {() => { self: unknown, thrown: boolean }} now
 */
function chaining(env, listen, now) {
  /**
   * A further promise, settled by the outcome of this one.
   *
   * @param {(kind: number, given: unknown[], next: (kind: number, given: ArrayLike<unknown>, fault?: boolean) => void, further: BusPromise) => void} step
   * @param {unknown} [progress]
   */
  const chain = (step, progress) => {
    const { deferred, promise: further, settle: next } = createDeferred(env);
    const on = (/** @type {number} */ kind) => (/** @type {unknown[]} */ ...given) => {
      try {
        step(kind, given, (how, what, fault) => next(how, what, undefined, fault), further);
      } catch (error) {
        next(REJECTED, [error], undefined, true);
      }
    };
    listen(RESOLVED, [on(RESOLVED)]);
    listen(REJECTED, [on(REJECTED)]);
    listen(PROGRESS, [progress, deferred.notify]);
    return further;
  };

  /** @type {BusPromise['then']} */
  const then = (ok, bad, progress) =>
    chain((kind, given, next, further) => {
      const callback = kind === RESOLVED ? ok : bad;
      if (typeof callback !== 'function') return next(kind, given, now().thrown);
      const value = apply(/** @type {Callback} */ (callback), now().self, given);
      if (value === further) throw new TypeError('a promise cannot wait for itself');
      follow(value, (...what) => next(RESOLVED, what), (...what) => next(REJECTED, what));
    }, progress);

  return { chain, then };
}

/** A promise with the functions that settle it. @param {BusPromise} promise @param {Settle} settle @returns {Deferred} */
function settleable(promise, settle) {
  const settling = (/** @type {number} */ kind) => (/** @type {unknown[]} */ ...given) => {
    settle(kind, given);
    return deferred;
  };
  const settlingWith = (/** @type {number} */ kind) => (/** @type {unknown} */ context, /** @type {unknown[]} */ given = []) => {
    settle(kind, isArray(given) ? given : [given], context);
    return deferred;
  };
  /** @type {Deferred} */
  const deferred = {
    ...promise,
    resolve: settling(RESOLVED),
    reject: settling(REJECTED),
    notify: settling(PROGRESS),
    resolveWith: settlingWith(RESOLVED),
    rejectWith: settlingWith(REJECTED),
    notifyWith: settlingWith(PROGRESS),
  };
  return deferred;
}

/**
 * Calls back with the value of a promise of any kind, or at once with a value that is no promise.
 *
 * @param {unknown} value
 * @param {Callback} ok
 * @param {Callback} bad
 */
export function follow(value, ok, bad) {
  let over = false;
  const once = (/** @type {Callback} */ callback) => (/** @type {unknown[]} */ ...given) => {
    if (over) return;
    over = true;
    apply(callback, undefined, given);
  };
  try {
    const then = isObject(value) || typeof value === 'function' ? /** @type {{ then?: unknown }} */ (value).then : undefined;
    if (typeof then !== 'function') return void apply(ok, undefined, [value]);
    apply(then, value, [once((/** @type {unknown} */ inner) => follow(inner, ok, bad)), once(bad)]);
  } catch (error) {
    once(bad)(error);
  }
}
