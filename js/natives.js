/**
 * The browser's own functions, taken when the widget's script starts, before anything that comes later on the page can replace
 * them (quality R26, R53). The bundler puts these in place of the globals of the same names, in the shim and in the generated
 * glue alike (esbuild's `inject`), so that neither has to know.
 *
 * On a server (someone imports the package there) or on a page that took them away some are missing: `lacking` names the first, and
 * nothing is started. Reading this file never throws.
 */

import { guarded } from './guard.js';

const { apply, get, set } = globalThis.Reflect;
const page = globalThis;

/** Globals that the widget cannot do without, and that a page may have removed. */
const NEEDED = 'document setTimeout clearTimeout fetch URL AbortController MutationObserver CSSStyleSheet TextEncoder TextDecoder JSON crypto performance';

/** The first of them that is not there. @type {string | undefined} */
export const lacking = NEEDED.split(' ').find((name) => !(/** @type {Record<string, unknown>} */ (/** @type {unknown} */ (page))[name]));

export const { setTimeout, clearTimeout, fetch, URL, Object, RegExp, AbortController, MutationObserver } = page;
export const { Map, Set, Error, Event, String, Intl } = page;
export const postMessage = page.postMessage;

/** The language's own, even when the page has replaced the global. @type {PromiseConstructor} */
export const Promise = /** @type {any} */ ((async () => {})().constructor);

const { parse, stringify } = page.JSON ?? {};
// Copies: a page that replaces a method of the original changes nothing here.
export const JSON = { parse, stringify };
export const Reflect = { apply, get, set };

const { performance: clock, crypto: random, console: log } = page;

/** Monotonic time, as the glue calls it. */
export const performance = { timeOrigin: clock?.timeOrigin, now: bound(clock?.now, clock) };

/** Random bytes, as the glue calls it. */
export const crypto = { getRandomValues: bound(random?.getRandomValues, random) };

/** For the messages that say why the widget did not start, or which part is missing. */
export const console = { error: bound(log?.error, log) ?? (() => {}), warn: bound(log?.warn, log) ?? (() => {}) };

/** The glue makes one of each as soon as it is read. */
class Nothing {
  decode() {}
  encodeInto() {}
}
export const TextDecoder = page.TextDecoder ?? Nothing;
export const TextEncoder = page.TextEncoder ?? Nothing;

/** Sockets that are open. A core that trapped cannot close its own any more. @type {Set<globalThis.WebSocket>} */
const sockets = new Set();

const Socket = page.WebSocket;

/** A socket that can be found again. Throws where the page has none. @param {string} url */
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
      // A socket that does not close is still not heard any more.
    }
  });
  sockets.clear();
}

const native = page.WebAssembly;

/** The imports of the core's later parts: those of the first one, and the exports of the parts that are there. @type {globalThis.WebAssembly.Imports} */
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

/** Adds a later part to the core. It is entered through the first one only. @param {globalThis.WebAssembly.Module} module */
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
