/** The surroundings of the bus in its tests: tasks that run on demand, and a page of plain objects. */

import { createBus } from '../../compat/genesys/bus.js';
import { startGenesys } from '../../compat/genesys/start.js';

/** Tasks that wait to be run. */
export function makeTasks() {
  const queue = [];
  return {
    task: (work) => void queue.push(work),
    get waiting() {
      return queue.length;
    },
    /** Runs one, with what follows from it in microtasks. */
    async one() {
      queue.shift()?.();
      for (let turn = 0; turn < 10; turn += 1) await undefined;
    },
    /** Runs all, also those that come meanwhile. */
    async all() {
      do await this.one();
      while (queue.length);
    },
  };
}

/** A bus that records its output and its requests. */
export function makeBus(options = {}) {
  const tasks = makeTasks();
  const reported = [];
  const warned = [];
  const printed = [];
  /** The scripts that were requested. */
  const scripts = [];
  const bus = createBus({
    task: tasks.task,
    report: (error) => reported.push(error),
    warn: (...words) => warned.push(words),
    print: (...words) => printed.push(words),
    addScript: (address, loaded, failed) => scripts.push({ address, loaded, failed }),
    ...options,
  });
  return { bus, CXBus: bus.CXBus, tasks, reported, warned, printed, scripts, plugin: (name) => bus.CXBus.registerPlugin(name) };
}

/** A plugin that answers `echo` with what its handler got. */
export function echo(it, name = 'Echo', ready = true) {
  const plugin = it.plugin(name);
  plugin.registerCommand('echo', (command) => command.deferred.resolve(command));
  if (ready) plugin.ready();
  return plugin;
}

/** The outcome of a promise: state and values. */
export function outcome(promise) {
  const found = { state: promise.state(), values: undefined };
  promise.always((...values) => (found.values = values));
  return found;
}

/** An element, with the members that Common uses. */
class Element {
  constructor(tag) {
    Object.assign(this, { tag, nodeType: 1, className: '', children: [], attributes: {}, hidden: false, ran: false });
    this.classList = {
      add: (...names) => (this.className = [...new Set([...this.names, ...names])].join(' ')),
      remove: (...names) => (this.className = this.names.filter((name) => !names.includes(name)).join(' ')),
      toggle: (name, on) => this.classList[on ? 'add' : 'remove'](name),
    };
  }
  get names() {
    return this.className.split(' ').filter(Boolean);
  }
  get id() {
    return this.attributes.id ?? '';
  }
  get name() {
    return this.attributes.name;
  }
  get type() {
    return this.attributes.type;
  }
  append(...nodes) {
    this.children.push(...nodes);
  }
  appendChild(node) {
    this.children = this.children.filter((other) => other !== node);
    this.children.push(node);
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  getAttribute(name) {
    return this.attributes[name] ?? null;
  }
  set textContent(text) {
    this.children = [text];
  }
  get textContent() {
    return this.children.map((child) => (typeof child === 'string' ? child : child.textContent)).join('');
  }
  /** By class, or by attribute in brackets. */
  querySelectorAll(selector) {
    const fits = (node) => (selector.startsWith('.') ? node.names.includes(selector.slice(1)) : selector.slice(1, -1) in node.attributes);
    return this.children.filter((child) => child instanceof Element).flatMap((child) => [...(fits(child) ? [child] : []), ...child.querySelectorAll(selector)]);
  }
  checkValidity() {
    return this.valid !== false;
  }
  remove() {}
}

/** A page with a configuration. */
export function makePage(widgets) {
  const stored = new Map();
  const head = new Element('head');
  const heard = {};
  const on = (name, listener) => void (heard[name] = listener);
  return {
    ...(widgets ? { _genesys: { widgets } } : {}),
    heard,
    document: {
      cookie: '',
      head,
      hidden: false,
      createElement: (tag) => new Element(tag),
      getElementById: (id) => head.children.find((child) => child.id === id) ?? null,
      hasFocus: () => true,
      addEventListener: on,
    },
    addEventListener: on,
    sessionStorage: { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) },
    navigator: { userAgent: 'Test' },
    crypto: globalThis.crypto,
    setTimeout: () => 0,
  };
}

/** Starts on such a page. `waits` are the timers, run by hand. */
export function makeStart(widgets, options = {}) {
  const tasks = makeTasks();
  const page = options.page ?? makePage(widgets);
  const reported = [];
  const warned = [];
  const printed = [];
  const scripts = [];
  const waits = [];
  const genesys = startGenesys({
    page,
    plugins: {},
    start: 'always',
    version: '1.2.3',
    task: tasks.task,
    wait: (work, time) => void waits.push({ work, time }),
    report: (error) => reported.push(error),
    warn: (...words) => warned.push(words),
    print: (...words) => printed.push(words),
    addScript: (address, loaded, failed) => scripts.push({ address, loaded, failed }),
    fetchJson: () => Promise.reject(new Error('nothing is fetched here')),
    ...options,
  });
  const { CXBus } = page;
  return {
    ...{ genesys, page, tasks, reported, warned, printed, scripts, waits, CXBus },
    get widgets() {
      return page._genesys.widgets;
    },
  };
}

/** The events of these paths that a page receives, as [path, data]. */
export function listen(CXBus, ...paths) {
  const heard = [];
  paths.forEach((path) => CXBus.subscribe(path, ({ event, data }) => heard.push([event, data])));
  return heard;
}
