/**
 * The bus (G1.3 to G1.9): plugins publish, subscribe and send each other commands. It is a superset of the contract: the global has all
 * methods of a plugin object, promises can be chained, and a command that would never be answered is rejected.
 *
 * Nothing here touches the page except through the arguments of `createBus`.
 */

import { automatic, before, command, ready } from './commands.js';
import { DIRECT, KEPT, PLAIN, publish, subscribe, subscribers, unsubscribe } from './events.js';
import { createLoading } from './loading.js';
import { add, copy, dict, each, isArray, isObject, keys, now, print, read, report, warn } from './safe.js';
import { data } from './values.js';

/** @typedef {import('./commands.js').Call} Call */
/** @typedef {import('./commands.js').Handler} Handler */
/** @typedef {import('./deferred.js').BusPromise} BusPromise */
/** @typedef {import('./events.js').BusEvent} BusEvent */
/** @typedef {import('./events.js').Subscription} Subscription */

/**
 * The bus's record of a plugin.
 *
 * @typedef {object} Member
 * @property {string} name
 * @property {boolean} open Whether it called `ready()`.
 * @property {Call[]} waiting Commands that were sent before that.
 * @property {Record<string, Handler>} commands
 * @property {Record<string, Handler>} automatic
 * @property {Record<string, true>} events The events that it declared.
 * @property {Record<string, { payload: unknown }>} kept The last payload of each republished event.
 * @property {Record<string, unknown>} values Its `data()`.
 * @property {Plugin} plugin
 */

/**
 * The state of a bus, with the options that `configure` sets (G1.3).
 *
 * @typedef {object} State
 * @property {Record<string, Member>} members
 * @property {Record<string, Subscription[]>} subscriptions By full path.
 * @property {Record<string, ((options: unknown) => unknown)[]>} filters The `before` functions by full path.
 * @property {boolean} debug
 * @property {boolean} timestamps Whether lines of the log begin with the time.
 * @property {boolean} logs
 * @property {boolean} async
 * @property {boolean} loadPlugins
 * @property {string} pluginsPath
 * @property {string} pluginFilenameFormat
 * @property {Record<string, unknown>} pluginMap
 * @property {(work: () => void) => void} run In a fresh task, or at once when `async` is off. Exceptions are reported.
 * @property {(work: () => void) => void} safely Runs it at once; exceptions are reported.
 * @property {import('./tasks.js').Task} task
 * @property {(error: unknown) => void} report
 * @property {(what: string, path: string, value?: unknown) => void} log Bus traffic, when `debug` is on.
 * @property {(...words: unknown[]) => void} print
 * @property {(...words: unknown[]) => void} warn
 * @property {() => number} now
 * @property {(name: string, loaded: () => void, failed: () => void) => void} load
 */

/**
 * The object that `registerPlugin` returns (G1.4). Every method works without its object.
 *
 * @typedef {object} Plugin
 * @property {(name: unknown, handler: unknown) => boolean} registerCommand
 * @property {(names: unknown) => boolean} registerEvents
 * @property {(path: unknown, listener: unknown) => string | false} subscribe
 * @property {(name: unknown, data?: unknown) => boolean} publish
 * @property {(name: unknown, data?: unknown) => boolean} republish
 * @property {(name: unknown, data?: unknown) => boolean} publishDirect
 * @property {(path: unknown, options?: unknown) => BusPromise} command
 * @property {(path: unknown, filter: unknown) => boolean} before
 * @property {() => Record<string, { commands: string[], events: string[] }>} registry
 * @property {() => Record<string, string[]>} subscribers
 * @property {() => string} namespace
 * @property {() => void} ready
 * @property {(path: unknown) => boolean} unsubscribe
 * @property {(key?: unknown, value?: unknown) => any} data
 */

/** @typedef {Plugin & { registerPlugin: (name: unknown) => Plugin | false }} QuickBus */

/**
 * `window.CXBus` (G1.3).
 *
 * @typedef {object} OnlyGlobal
 * @property {(options: unknown) => void} configure
 * @property {(name: unknown) => BusPromise} loadPlugin
 * @property {(address: unknown) => BusPromise} loadFile
 * @property {(name: unknown) => BusPromise} loadModule
 * @property {(name: unknown, factory: unknown) => boolean} registerModule
 * @property {() => { lock: () => void, unlock: () => void, config: (options?: unknown) => Record<string, unknown> } | undefined} registerMaster
 * @property {(name: unknown) => Plugin | undefined} [getPluginInterface]
 */
/** @typedef {QuickBus & OnlyGlobal} GlobalBus */

/**
 * @typedef {object} BusOptions
 * @property {Record<string, import('./loading.js').Builtin>} [builtins] Plugins of ours, by name.
 * @property {import('./loading.js').AddScript} [addScript] Loads a file of the page's. Left out: every file fails.
 * @property {import('./tasks.js').Task} [task] A fresh task; in order.
 * @property {(error: unknown) => void} [report] Called with exceptions in the page's functions.
 * @property {(...words: unknown[]) => void} [print]
 * @property {(...words: unknown[]) => void} [warn]
 * @property {(how: 'paths' | 'load') => void} [touched] Called when the page itself sets plugin paths or loads a plugin.
 */

/**
 * @typedef {object} Bus
 * @property {GlobalBus} CXBus
 * @property {QuickBus} QuickBus
 * @property {(name: string) => Plugin | false} registerPlugin For plugins of ours: also while registration is locked.
 * @property {(builtins: Record<string, import('./loading.js').Builtin>) => void} addBuiltins
 * @property {(name: string) => BusPromise} loadPlugin Like the page's method, but does not call `touched`.
 * @property {(address: string) => BusPromise} loadFile Also without a call of `touched`.
 * @property {State} state
 */

/**
 * @param {BusOptions} [options]
 * @returns {Bus}
 */
export function createBus(options = {}) {
  const state = newState(options, (name, loaded, failed) => loading.load(name, loaded, failed));
  const loading = createLoading(state, dict(), options.addScript ?? ((_, __, failed) => failed()));
  loading.add(options.builtins ?? {});
  let locked = false;
  let hasMaster = false;

  /** @param {unknown} name @returns {Plugin | false} */
  const register = (name) => {
    if (typeof name !== 'string' || !name || state.members[name]) return false;
    return join(state, name).plugin;
  };
  const registerPlugin = (/** @type {unknown} */ name) => (locked ? false : register(name));
  const touched = options.touched ?? (() => {});

  const quick = join(state, 'QuickBus');
  const own = join(state, 'CXBus');
  quick.open = own.open = true;
  /** @type {GlobalBus} */
  const global = {
    ...own.plugin,
    registerPlugin,
    configure: (given) => {
      if (isObject(read(given, 'pluginMap')) || read(given, 'pluginsPath')) touched('paths');
      configure(state, given);
      if (read(given, 'unlocked') === true) global.getPluginInterface = (name) => (typeof name === 'string' ? state.members[name]?.plugin : undefined);
    },
    loadPlugin: (name) => {
      touched('load');
      return loading.loadPlugin(name);
    },
    loadFile: (address) => {
      touched('load');
      return loading.loadFile(address);
    },
    loadModule: loading.loadModule,
    registerModule: loading.registerModule,
    registerMaster: () => {
      if (hasMaster) return undefined;
      hasMaster = true;
      return {
        lock: () => void (locked = true),
        unlock: () => void (locked = false),
        config: (given) => {
          configure(state, given);
          const { debug, async, logs: log, loadPlugins, pluginsPath, pluginFilenameFormat, pluginMap } = state;
          return { debug, async, log, loadPlugins, pluginsPath, pluginFilenameFormat, pluginMap: copy(pluginMap, {}) };
        },
      };
    },
  };
  return {
    CXBus: global,
    QuickBus: { ...quick.plugin, registerPlugin },
    registerPlugin: register,
    addBuiltins: loading.add,
    loadPlugin: loading.loadPlugin,
    loadFile: loading.loadFile,
    state,
  };
}

/** A bus without plugins. @param {BusOptions} options @param {State['load']} load @returns {State} */
function newState(options, load) {
  /** @type {State} */
  const state = {
    members: dict(),
    subscriptions: dict(),
    filters: dict(),
    debug: false,
    timestamps: false,
    logs: true,
    async: true,
    loadPlugins: true,
    pluginsPath: '',
    pluginFilenameFormat: 'plugin.min.js',
    pluginMap: dict(),
    task: options.task ?? ((work) => void setTimeout(work, 0)),
    report: options.report ?? report,
    print: options.print ?? print,
    warn: options.warn ?? warn,
    log: (what, path, value) => {
      if (state.logs) state.print(`${state.timestamps ? `${now()} ` : ''}CXBus ${what} ${path}`, value);
    },
    now,
    run: (work) => (state.async ? state.task(() => state.safely(work)) : state.safely(work)),
    safely: (work) => {
      try {
        work();
      } catch (error) {
        state.report(error);
      }
    },
    load,
  };
  return state;
}

/** Takes options of the right type and leaves the rest as it is. @param {State} state @param {unknown} options */
function configure(state, options) {
  const flag = (/** @type {string} */ name, /** @type {boolean} */ is) => {
    const value = read(options, name);
    return typeof value === 'boolean' ? value : is;
  };
  state.debug = flag('debug', state.debug);
  state.logs = flag('log', state.logs);
  state.async = flag('async', state.async);
  state.loadPlugins = flag('loadPlugins', state.loadPlugins);
  const path = read(options, 'pluginsPath');
  if (typeof path === 'string') state.pluginsPath = path && path[path.length - 1] !== '/' ? `${path}/` : path;
  const format = read(options, 'pluginFilenameFormat');
  if (typeof format === 'string' && format) state.pluginFilenameFormat = format;
  const map = read(options, 'pluginMap');
  if (isObject(map)) state.pluginMap = copy(map);
}

/** @param {State} state @param {string} name @returns {Member} */
function join(state, name) {
  /** @type {Member} */
  const member = {
    name,
    open: false,
    waiting: [],
    commands: dict(),
    automatic: dict(),
    events: dict(),
    kept: dict(),
    values: dict(),
    plugin: {
      registerCommand: (given, handler) => {
        if (typeof given !== 'string' || !given || typeof handler !== 'function') return false;
        member.commands[given] = /** @type {Handler} */ (handler);
        return true;
      },
      registerEvents: (names) => {
        each(isArray(names) ? copyOfList(names) : [names], (given) => {
          if (typeof given === 'string') member.events[given] = true;
        });
        return true;
      },
      subscribe: (path, listener) => subscribe(state, member, path, listener),
      publish: (given, payload) => publish(state, member, given, payload, PLAIN),
      republish: (given, payload) => publish(state, member, given, payload, KEPT),
      publishDirect: (given, payload) => publish(state, member, given, payload, DIRECT),
      command: (path, given) => command(state, member, path, given),
      before: (path, filter) => before(state, path, filter),
      registry: () => registry(state),
      subscribers: () => subscribers(state, member),
      namespace: () => name,
      ready: () => ready(state, member),
      unsubscribe: (path) => unsubscribe(state, member, path),
      data: (key, value) => data(state, member, key, value),
    },
  };
  automatic(state, member);
  state.members[name] = member;
  return member;
}

/** @param {unknown[]} list The page's. @returns {unknown[]} Without items that cannot be read. */
function copyOfList(list) {
  /** @type {unknown[]} */
  const out = [];
  for (let at = 0; at < list.length; at += 1) add(out, read(list, `${at}`));
  return out;
}

/** @param {State} state */
function registry(state) {
  /** @type {Record<string, { commands: string[], events: string[] }>} */
  const all = {};
  each(keys(state.members), (name) => {
    const { commands, events } = /** @type {Member} */ (state.members[name]);
    all[name] = { commands: keys(commands), events: keys(events) };
  });
  return all;
}
