/** Events and their subscribers (G1.5). */

import { add, each, indexOf, keys, now, slice } from './safe.js';

/** @typedef {import('./bus.js').State} State */
/** @typedef {import('./bus.js').Member} Member */

/**
 * The argument of a subscriber, a fresh one each; only `data` is shared.
 *
 * @typedef {object} BusEvent
 * @property {string} event Full path.
 * @property {string} publisher
 * @property {number} time Milliseconds since 1970, at delivery.
 * @property {any} data `{}` when there is none.
 */

/** @typedef {{ member: Member, listener: (event: BusEvent) => void, on: boolean }} Subscription */

/** How an event is published. */
export const PLAIN = 0;
/** Remembered for later subscribers. */
export const KEPT = 1;
/** Not logged when the event has no listener. */
export const DIRECT = 2;

/**
 * @param {State} state
 * @param {Member} member
 * @param {unknown} name Short name.
 * @param {unknown} data
 * @param {number} how
 * @returns {boolean}
 */
export function publish(state, member, name, data, how) {
  if (typeof name !== 'string' || !name) return false;
  const path = `${member.name}.${name}`;
  const payload = data || {};
  if (how === KEPT) member.kept[name] = { payload };
  const list = state.subscriptions[path];
  if (state.debug && (list || how !== DIRECT)) state.log('publish', path, payload);
  each(list, (subscription) => deliver(state, subscription, member.name, path, payload));
  return true;
}

/**
 * @param {State} state
 * @param {Member} member
 * @param {unknown} path
 * @param {unknown} listener
 * @returns {string | false}
 */
export function subscribe(state, member, path, listener) {
  if (typeof path !== 'string' || !path || typeof listener !== 'function') return false;
  /** @type {Subscription} */
  const subscription = { member, listener: /** @type {Subscription['listener']} */ (listener), on: true };
  const list = state.subscriptions[path];
  if (list) add(list, subscription);
  else state.subscriptions[path] = [subscription];
  if (state.debug) state.log('subscribe', path, member.name);
  const dot = indexOf(path, '.');
  const publisher = state.members[slice(path, 0, dot)];
  const kept = publisher?.kept[slice(path, dot + 1)];
  if (publisher && kept) deliver(state, subscription, publisher.name, path, kept.payload);
  return path;
}

/**
 * Removes all subscriptions of a plugin to a path. Events that wait for delivery to them are dropped.
 *
 * @param {State} state
 * @param {Member} member
 * @param {unknown} path
 * @returns {boolean} Whether there were any.
 */
export function unsubscribe(state, member, path) {
  const list = typeof path === 'string' ? state.subscriptions[path] : undefined;
  if (!list) return false;
  // A new list: a caller may be walking the old one.
  /** @type {Subscription[]} */
  const rest = [];
  each(list, (subscription) => {
    if (subscription.member === member) subscription.on = false;
    else add(rest, subscription);
  });
  if (rest.length) state.subscriptions[/** @type {string} */ (path)] = rest;
  else delete state.subscriptions[/** @type {string} */ (path)];
  return rest.length < list.length;
}

/**
 * The subscribers of a plugin's events.
 *
 * @param {State} state
 * @param {Member} member
 * @returns {Record<string, string[]>} Full path to the names of the subscribers.
 */
export function subscribers(state, member) {
  /** @type {Record<string, string[]>} */
  const found = {};
  each(keys(state.subscriptions), (path) => {
    if (indexOf(path, `${member.name}.`) !== 0) return;
    /** @type {string[]} */
    const names = [];
    each(state.subscriptions[path], (subscription) => add(names, subscription.member.name));
    found[path] = names;
  });
  return found;
}

/** @param {State} state @param {Subscription} subscription @param {string} publisher @param {string} path @param {unknown} data */
function deliver(state, subscription, publisher, path, data) {
  if (state.async) state.task(() => hear(state, subscription, publisher, path, data));
  else hear(state, subscription, publisher, path, data);
}

/** @param {State} state @param {Subscription} subscription @param {string} publisher @param {string} path @param {unknown} data */
function hear(state, subscription, publisher, path, data) {
  if (!subscription.on) return;
  // Called as a plain function: a subscriber must not get our record as its `this`.
  const { listener } = subscription;
  try {
    listener({ event: path, publisher, time: now(), data });
  } catch (error) {
    state.report(error);
  }
}
