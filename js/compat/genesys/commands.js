/** Commands: from the caller through the `before` functions to the handler (G1.6, G1.7, G1.8). */

import { createDeferred } from './deferred.js';
import { add, each, indexOf, isObject, keys, now, slice } from './safe.js';

/** @typedef {import('./bus.js').State} State */
/** @typedef {import('./bus.js').Member} Member */
/** @typedef {import('./deferred.js').BusPromise} BusPromise */
/** @typedef {import('./deferred.js').Deferred} Deferred */

/**
 * The argument of a handler.
 *
 * @typedef {object} BusCommand
 * @property {Deferred} deferred
 * @property {any} data The options after `before`.
 * @property {string} command Full path.
 * @property {string} commander Name of the calling plugin.
 * @property {number} time Milliseconds since 1970.
 */

/** @typedef {(command: BusCommand) => unknown} Handler */

/** @typedef {{ caller: Member, path: string, target: string, name: string, data: unknown, deferred: Deferred }} Call */

export const CANCELLED = "Command was cancelled by a 'before' function.";
export const UNKNOWN = 'Command does not exist';
export const NO_PLUGIN = 'Could not load plugin file in given location. Check your plugins path option.';

/**
 * @param {State} state
 * @param {Member} caller
 * @param {unknown} path Full path, or the name of a command of its own.
 * @param {unknown} options
 * @returns {BusPromise}
 */
export function command(state, caller, path, options) {
  const { deferred, promise } = createDeferred(state);
  if (typeof path !== 'string' || !path) {
    deferred.reject(UNKNOWN);
    return promise;
  }
  const full = indexOf(path, '.') < 0 ? `${caller.name}.${path}` : path;
  if (state.debug) {
    state.log('command', full, options);
    promise.done((/** @type {unknown} */ value) => state.log('resolved', full, value));
    promise.fail((/** @type {unknown} */ value) => state.log('rejected', full, value));
  }
  const data = filtered(state, full, options || {});
  if (isObject(data)) {
    const dot = indexOf(full, '.');
    dispatch(state, { caller, path: full, target: slice(full, 0, dot), name: slice(full, dot + 1), data, deferred });
  } else {
    deferred.reject(CANCELLED);
  }
  return promise;
}

/**
 * @param {State} state
 * @param {unknown} path Full path of the command.
 * @param {unknown} filter
 * @returns {boolean}
 */
export function before(state, path, filter) {
  if (typeof path !== 'string' || typeof filter !== 'function' || indexOf(path, '.') < 1 || indexOf(path, '.') === path.length - 1) return false;
  const list = state.filters[path];
  if (list) add(list, /** @type {(options: unknown) => unknown} */ (filter));
  else state.filters[path] = [/** @type {(options: unknown) => unknown} */ (filter)];
  return true;
}

/** Opens the gate: the waiting commands run, in their order. @param {State} state @param {Member} member */
export function ready(state, member) {
  if (member.open) return;
  member.open = true;
  const { waiting } = member;
  member.waiting = [];
  each(waiting, (call) => dispatch(state, call));
}

/**
 * The commands that every plugin has (G1.4).
 *
 * @param {State} state
 * @param {Member} member
 */
export function automatic(state, member) {
  const list = (/** @type {Record<string, unknown>} */ names) => (/** @type {BusCommand} */ { deferred, command: path }) => {
    const all = keys(names);
    state.print(path, all);
    deferred.resolve(all);
  };
  member.automatic.COMMANDS = list(member.commands);
  member.automatic.EVENTS = list(member.events);
  member.automatic.LOAD = ({ deferred }) => deferred.resolve();
}

/** @param {State} state @param {string} path @param {unknown} options @returns {unknown} Anything but an object: cancelled. */
function filtered(state, path, options) {
  const list = state.filters[path];
  let data = options;
  // A filter that is added meanwhile is for the next command.
  const end = list ? list.length : 0;
  for (let at = 0; at < end && isObject(data); at += 1) {
    const filter = /** @type {(options: unknown) => unknown} */ (/** @type {unknown[]} */ (list)[at]);
    try {
      data = filter(data);
    } catch (error) {
      state.warn(`A 'before' function of ${path} failed:`, error);
      data = undefined;
    }
  }
  return data;
}

/** @param {State} state @param {Call} call @param {boolean} [loaded] Whether its plugin's file has been loaded for it. */
function dispatch(state, call, loaded = false) {
  const { caller, target: name, deferred } = call;
  const target = state.members[name];
  if (!target) {
    if (loaded) deferred.reject(NO_PLUGIN);
    else state.load(name, () => dispatch(state, call, true), () => deferred.reject(NO_PLUGIN));
    return;
  }
  if (!target.open && caller !== target) {
    add(target.waiting, call);
    return;
  }
  const handler = target.commands[call.name] ?? target.automatic[call.name];
  if (!handler) {
    deferred.reject(UNKNOWN);
    return;
  }
  state.run(() => {
    try {
      handler({ deferred, data: call.data, command: call.path, commander: caller.name, time: now() });
    } catch (error) {
      // The caller's promise is rejected; the exception itself is reported like other errors of the page.
      deferred.reject(error);
      throw error;
    }
  });
}
