/**
 * The browser's own functions, saved when the widget's script starts, before later scripts of the page can replace
 * them (quality R26, R53). The bundler puts these in place of the globals of the same names, in the shim and in the generated
 * glue alike (esbuild's `inject`), so that their code stays as it is.
 *
 * On a server (where the package may be imported) or on a page that removed some of them, `lacking` names the first missing one, and
 * nothing is started. Reading this file never throws.
 */

import { guarded } from './guard.js';

const { apply, get, set } = globalThis.Reflect;
const page = globalThis;

/** Globals that the widget cannot do without, and that a page may have removed. */
const NEEDED = 'document setTimeout clearTimeout fetch URL AbortController MutationObserver CSSStyleSheet TextEncoder TextDecoder JSON crypto performance';

/** The first of them that is missing. @type {string | undefined} */
export const lacking = NEEDED.split(' ').find((name) => !(/** @type {Record<string, unknown>} */ (/** @type {unknown} */ (page))[name]));

export const { setTimeout, clearTimeout, fetch, URL, Object, RegExp, AbortController, MutationObserver } = page;
export const { Map, Set, Error, Event, String, Intl } = page;
export const postMessage = page.postMessage;

/** The built-in Promise, even when the page has replaced the global. @type {PromiseConstructor} */
export const Promise = /** @type {any} */ ((async () => {})().constructor);

const { parse, stringify } = page.JSON ?? {};
// Copies: a page that replaces a method of the original changes nothing here.
export const JSON = { parse, stringify };
export const Reflect = { apply, get, set };

const { performance: clock, crypto: random, console: log } = page;

/** Monotonic time, with the methods that the glue uses. */
export const performance = { timeOrigin: clock?.timeOrigin, now: bound(clock?.now, clock) };

/** Random bytes, with the method that the glue uses. */
export const crypto = { getRandomValues: bound(random?.getRandomValues, random) };

/** For the messages that say why the widget did not start, or which part is missing. */
export const console = { error: bound(log?.error, log) ?? (() => {}), warn: bound(log?.warn, log) ?? (() => {}) };

/** A class with empty methods, for missing globals: the glue makes an object of each class when it is loaded. */
class Nothing {
  decode() {}
  encodeInto() {}
}
export const TextDecoder = page.TextDecoder ?? Nothing;
export const TextEncoder = page.TextEncoder ?? Nothing;

/** Sockets that are open. A core that trapped cannot close its own any more. @type {Set<globalThis.WebSocket>} */
const sockets = new Set();

const Socket = page.WebSocket;

/** Opens a socket that `closeSockets` can close. Throws where the page has no WebSocket. @param {string} url */
export function WebSocket(url) {
  const socket = new Socket(url);
  socket.addEventListener('close', () => sockets.delete(socket));
  sockets.add(socket);
  return socket;
}

/** Closes the sockets that a core left open when it trapped. */
export function closeSockets() {
  sockets.forEach((socket) => {
    try {
      socket.close();
    } catch {
      // A socket that cannot be closed has no listeners any more.
    }
  });
  sockets.clear();
}

const native = page.WebAssembly;

/** The imports of the core's later parts: those of the first part, and the exports of the parts that are loaded. @type {globalThis.WebAssembly.Imports} */
let shared = {};

/** The parts of `WebAssembly` that the glue uses. Every export of an instance made here is guarded against traps. */
export const WebAssembly = native && {
  Module: native.Module,
  Instance: class {
    /** @param {globalThis.WebAssembly.Module} module @param {globalThis.WebAssembly.Imports} imports */
    constructor(module, imports) {
      const { exports } = new native.Instance(module, imports);
      shared = { ...imports, b: exports };
      this.exports = guarded(exports);
    }
  },
  compile: bound(native.compile, native),
  compileStreaming: native.compileStreaming && bound(native.compileStreaming, native),
};

/** Adds a later part to the core. The page enters the core through the exports of the first part only. @param {globalThis.WebAssembly.Module} module */
export function attach(module) {
  const { exports } = new native.Instance(module, shared);
  shared = { ...shared, b: { ...shared.b, ...exports } };
}

/**
 * @template {Function | undefined} F
 * @param {F} method
 * @param {unknown} self
 * @returns {F}
 */
function bound(method, self) {
  return /** @type {F} */ (/** @type {unknown} */ (method && ((/** @type {unknown[]} */ ...args) => apply(method, self, args))));
}
