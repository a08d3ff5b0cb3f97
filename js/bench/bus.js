/**
 * How fast the bus is, beside two emitters that deliver at once, on the same page in the same run (`cargo xtask bench bus`). Also beside the
 * bare task, which is what the contract asks for per delivery: nothing that keeps it can be faster than that.
 */

import EventEmitter from 'eventemitter3';
import mitt from 'mitt';
import { createBus } from '../compat/genesys/bus.js';
import { createTasks } from '../compat/genesys/tasks.js';

/** Deliveries per run: of those that are in tasks, and of those that are calls. */
const TASKS = 20_000;
const CALLS = 1_000_000;
const RUNS = 7;

/** @typedef {{ run: (turns: number) => Promise<void> | void, slow: boolean }} Candidate */

/** Waits for a number of calls. @param {number} total */
function counting(total) {
  let left = total;
  /** @type {() => void} */
  let done = () => {};
  const all = new Promise((resolve) => (done = () => resolve(undefined)));
  return { hit: () => void ((left -= 1) === 0 && done()), all };
}

/** @param {boolean} async */
function ours(async) {
  const { CXBus } = createBus({ task: createTasks(new MessageChannel()) });
  CXBus.configure({ async });
  const plugin = CXBus.registerPlugin('Bench');
  if (!plugin) throw new Error('the name is taken');
  plugin.registerCommand('go', (/** @type {import('../compat/genesys/commands.js').BusCommand} */ { deferred, data }) => deferred.resolve(data));
  plugin.ready();
  return { CXBus, plugin };
}

/** Events. @param {number} subscribers @returns {Record<string, Candidate>} */
function publishing(subscribers) {
  let hit = () => {};
  const payload = { text: 'hello' };
  const bus = (/** @type {boolean} */ async) => {
    const { CXBus, plugin } = ours(async);
    for (let at = 0; at < subscribers; at += 1) CXBus.subscribe('Bench.x', () => hit());
    return async
      ? async (/** @type {number} */ turns) => {
          const count = counting(turns * subscribers);
          hit = count.hit;
          for (let turn = 0; turn < turns; turn += 1) plugin.publish('x', payload);
          await count.all;
        }
      : (/** @type {number} */ turns) => {
          for (let turn = 0; turn < turns; turn += 1) plugin.publish('x', payload);
        };
  };
  const small = mitt();
  const large = new EventEmitter();
  for (let at = 0; at < subscribers; at += 1) {
    small.on('x', () => hit());
    large.on('x', () => hit());
  }
  const task = createTasks(new MessageChannel());
  return {
    'bus, async': { run: bus(true), slow: true },
    'bare task': {
      run: async (turns) => {
        const count = counting(turns * subscribers);
        for (let turn = 0; turn < turns * subscribers; turn += 1) task(count.hit);
        await count.all;
      },
      slow: true,
    },
    'bus, async: false': { run: bus(false), slow: false },
    mitt: { run: (turns) => each(turns, () => small.emit('x', payload)), slow: false },
    eventemitter3: { run: (turns) => each(turns, () => large.emit('x', payload)), slow: false },
  };
}

/** Commands and their answers; each answer has so many listeners. @param {number} subscribers @returns {Record<string, Candidate>} */
function commanding(subscribers) {
  const options = { text: 'hello' };
  let hit = () => {};
  const listener = () => hit();
  const bus = (/** @type {boolean} */ async) => {
    const { CXBus } = ours(async);
    const one = () => {
      const promise = CXBus.command('Bench.go', options);
      for (let at = 0; at < subscribers; at += 1) promise.done(listener);
    };
    return async
      ? async (/** @type {number} */ turns) => {
          const count = counting(turns * subscribers);
          hit = count.hit;
          each(turns, one);
          await count.all;
        }
      : (/** @type {number} */ turns) => each(turns, one);
  };
  // An emitter has no answers: the request brings a list of those who want one.
  const asking = (/** @type {{ emit: (name: string, request: unknown) => unknown, on: (name: string, handler: (request: any) => void) => unknown }} */ emitter) => {
    emitter.on('go', ({ data, answer }) => answer(data));
    return (/** @type {number} */ turns) =>
      each(turns, () => {
        /** @type {(() => void)[]} */
        const listeners = [];
        for (let at = 0; at < subscribers; at += 1) listeners.push(listener);
        emitter.emit('go', { data: options, answer: () => listeners.forEach((one) => one()) });
      });
  };
  const task = createTasks(new MessageChannel());
  return {
    'bus, async': { run: bus(true), slow: true },
    'bare task': {
      run: async (turns) => {
        const count = counting(turns);
        each(turns, () => task(count.hit));
        await count.all;
      },
      slow: true,
    },
    'bus, async: false': { run: bus(false), slow: false },
    mitt: { run: asking(/** @type {any} */ (mitt())), slow: false },
    eventemitter3: { run: asking(new EventEmitter()), slow: false },
  };
}

/** @param {number} turns @param {() => void} work */
function each(turns, work) {
  for (let turn = 0; turn < turns; turn += 1) work();
}

/**
 * All candidates in turn, several times; the median counts.
 *
 * @param {Record<string, Candidate>} candidates
 * @param {number} weight How many deliveries a turn is.
 * @returns {Promise<Record<string, number>>} Turns per second.
 */
async function measured(candidates, weight) {
  /** @type {Record<string, number[]>} */
  const times = {};
  for (let run = 0; run < RUNS; run += 1) {
    for (const [name, { run: work, slow }] of Object.entries(candidates)) {
      const turns = Math.max(20, (slow ? TASKS : CALLS) / weight);
      const begun = performance.now();
      await work(turns);
      (times[name] ??= []).push((turns / (performance.now() - begun)) * 1000);
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, list]) => [name, /** @type {number} */ (list.sort((a, b) => a - b)[RUNS >> 1])]),
  );
}

Object.assign(globalThis, {
  /** One row. @param {'publish' | 'command'} kind @param {number} subscribers */
  measure: (kind, subscribers) => (kind === 'publish' ? measured(publishing(subscribers), subscribers) : measured(commanding(subscribers), subscribers)),
});
