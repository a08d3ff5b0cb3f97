/** What scripts of ours and facades bring to a widget set: types alone. */

/** @typedef {import('./parts.js').Files} Files */

/**
 * @typedef {object} Script What a script of ours brings: one build of the core.
 * @property {import('./core.js').Core} core
 * @property {(server: string) => Files} files
 * @property {boolean} full Whether it is the build that serves facades for other vendors' pages, which can all that the other one can.
 * @property {HTMLScriptElement} [element] Its tag.
 * @property {typeof import('./takeover.js').takeOver} [takeOver] How it takes over from another one, where it can.
 * @property {Partial<import('#glue').Host>} [host] What its core asks of the page beyond the rest, as long as there is no facade.
 */

/**
 * @typedef {object} Facade What serves the pages of another vendor.
 * @property {(chat: import('./instance.js').Instance) => void} attached Called with the widget set that it serves.
 * @property {() => string} [config] The configuration, where our own server has none.
 * @property {(config: string) => string | Promise<string>} adapt Changes the configuration for its pages.
 * @property {Record<string, string | undefined>} texts Further texts for the core.
 * @property {Partial<import('#glue').Host>} host Further functions for the core.
 * @property {(event: import('./listeners.js').AnyEvent) => void} heard Called with every event, also with those that the page has heard before.
 */

export {};
