/** Files of plugins: the page's own by a script element, ours without fetching anything (G1.2, G1.3). */

import { createDeferred, follow } from './deferred.js';
import { apply, dict, each, indexOf, keys, lower, slice } from './safe.js';

/** @typedef {import('./bus.js').State} State */
/** @typedef {import('./deferred.js').BusPromise} BusPromise */

/**
 * Registers a plugin of ours. Its result is waited for.
 *
 * @typedef {() => unknown} Builtin
 */

/**
 * Puts a script on the page.
 *
 * @typedef {(address: string, loaded: (event: unknown) => void, failed: () => void) => void} AddScript
 */

/**
 * @param {State} state
 * @param {Record<string, Builtin>} builtins Plugin name in lower case to the function that registers it.
 * @param {AddScript} addScript
 */
export function createLoading(state, builtins, addScript) {
  /** Loads, by plugin name or address. @type {Record<string, BusPromise>} */
  const plugins = dict();
  /** @type {Record<string, BusPromise>} */
  const files = dict();
  /** @type {Record<string, () => unknown>} */
  const modules = dict();

  const refused = (/** @type {unknown[]} */ ...why) => refusal(state, why);
  /** @param {string} address @param {string} trouble @param {Builtin} [ours] */
  const fetching = (address, trouble, ours) => (ours ? register(state, ours, `${trouble}: ${address}`) : fetchScript(state, addScript, address, trouble));

  /** @param {Record<string, BusPromise>} known @param {string} key @param {() => BusPromise} load */
  const remember = (known, key, load) => {
    const promise = load();
    // A failed load is forgotten, so the page may try again.
    if (!promise.isRejected()) known[key] = promise;
    promise.fail(() => delete known[key]);
    return promise;
  };

  /** @param {string} name */
  const plugin = (name) => {
    const key = lower(name);
    const mapped = state.pluginMap[name] ?? state.pluginMap[key];
    const file = typeof mapped === 'string' ? mapped : `${state.pluginsPath}${named(state.pluginFilenameFormat, key)}`;
    const trouble = 'Could not load plugin file';
    if (mapped === false || !name) return refused(`${trouble}: ${file}`);
    return remember(plugins, key, () => fetching(file, trouble, builtins[key]));
  };

  return {
    /** @param {unknown} name @returns {BusPromise} */
    loadPlugin: (name) => {
      if (typeof name !== 'string') return plugin('');
      return plugins[lower(name)] ? refused() : plugin(name);
    },

    /** @param {unknown} address @returns {BusPromise} */
    loadFile: (address) => {
      const trouble = 'Could not load file';
      if (typeof address !== 'string' || !address) return refused(`${trouble}: `);
      return files[address] ? refused() : remember(files, address, () => fetching(address, trouble));
    },

    /** @param {unknown} name @param {unknown} factory @returns {boolean} */
    registerModule: (name, factory) => {
      if (typeof name !== 'string' || !name || typeof factory !== 'function' || modules[name]) return false;
      modules[name] = /** @type {() => unknown} */ (factory);
      return true;
    },

    /** @param {unknown} name @returns {BusPromise} Resolved with the result of the module's factory. */
    loadModule: (name) => {
      if (typeof name !== 'string') return plugin('');
      const made = () => (modules[name] ? modules[name]() : undefined);
      return (modules[name] ? createDeferred(state).deferred.resolve() : (plugins[lower(name)] ?? plugin(name))).then(made);
    },

    /**
     * For a command whose plugin is not there: waits also for a file that is under way.
     *
     * @param {string} name
     * @param {() => void} loaded
     * @param {() => void} failed
     */
    load: (name, loaded, failed) => {
      const promise = state.loadPlugins ? (plugins[lower(name)] ?? plugin(name)) : refused();
      promise.done(loaded).fail(failed);
    },

    /** @param {Record<string, Builtin>} more */
    add: (more) => each(keys(more), (name) => (builtins[lower(name)] = /** @type {Builtin} */ (more[name]))),
  };
}

/** A promise that is rejected with these values. @param {State} state @param {unknown[]} why */
function refusal(state, why) {
  const { deferred, promise } = createDeferred(state);
  apply(deferred.reject, undefined, why);
  return promise;
}

/** A plugin of ours registers itself, in a task of its own. @param {State} state @param {Builtin} ours @param {string} wrong @returns {BusPromise} */
function register(state, ours, wrong) {
  const { deferred, promise } = createDeferred(state);
  const failed = () => void deferred.reject(wrong);
  state.run(() => {
    try {
      follow(ours(), () => deferred.resolve({ type: 'load' }), (error) => {
        failed();
        // Without an error the cause was reported already.
        if (error) state.report(error);
      });
    } catch (error) {
      failed();
      throw error;
    }
  });
  return promise;
}

/** A file of the page's. @param {State} state @param {AddScript} addScript @param {string} address @param {string} trouble @returns {BusPromise} */
function fetchScript(state, addScript, address, trouble) {
  const { deferred, promise } = createDeferred(state);
  const failed = () => void deferred.reject(`${trouble}: ${address}`);
  try {
    addScript(address, (event) => deferred.resolve(event), failed);
  } catch {
    // The page's policy forbids the address, or the document has no place for a script.
    failed();
  }
  return promise;
}

/**
 * Loads by script elements, with the nonce of the script that runs now, so that the page's policy allows them too.
 *
 * @param {Document} document
 * @returns {AddScript}
 */
export function scriptsOf(document) {
  const nonce = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.nonce;
  return (address, loaded, failed) => {
    const script = document.createElement('script');
    if (nonce) script.nonce = nonce;
    script.async = true;
    script.onload = loaded;
    script.onerror = failed;
    script.src = address;
    (document.head ?? document.documentElement).appendChild(script);
  };
}

/** @param {string} format @param {string} name @returns {string} */
function named(format, name) {
  const at = indexOf(format, 'plugin');
  return at < 0 ? format : slice(format, 0, at) + name + slice(format, at + 6);
}
