/** The values that plugins publish for each other: `data()` (G1.9). */

import { PLAIN, publish } from './events.js';
import { copy, indexOf, is, isObject, slice } from './safe.js';

/** @typedef {import('./bus.js').State} State */
/** @typedef {import('./bus.js').Member} Member */

/**
 * Reads a value of the plugin or, as `Plugin.key`, of another plugin; with a second argument writes a value of the plugin and publishes the change.
 *
 * @param {State} state
 * @param {Member} member
 * @param {unknown} key Left out: all values of the plugin.
 * @param {unknown} value
 * @returns {unknown} The value afterwards.
 */
export function data(state, member, key, value) {
  if (key === undefined) return copy(member.values, {});
  if (typeof key !== 'string') return undefined;
  const dot = indexOf(key, '.');
  const owner = dot < 0 ? member : state.members[slice(key, 0, dot)];
  const name = dot < 0 ? key : slice(key, dot + 1);
  if (owner !== member || value === undefined) return owner?.values[name];
  const last = member.values[name];
  if (is(last, value)) return value;
  member.values[name] = value;
  publish(state, member, 'data', copy(member.values, {}), PLAIN);
  publish(state, member, `data.${name}`, { last, value, time: state.now() }, PLAIN);
  if (!isObject(value) && typeof value !== 'function') publish(state, member, `data.${name}:${quoted(value)}`, { last, value }, PLAIN);
  return value;
}

/** @param {unknown} value @returns {string} */
function quoted(value) {
  return typeof value === 'string' ? `"${value}"` : `${typeof value === 'symbol' ? '' : value}`;
}
