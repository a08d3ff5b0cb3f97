/** Types of the scripts and facades that a widget set works with. */

/** @typedef {import('./build.js').Files} Files */

/**
 * @typedef {object} Script One of our scripts, with its build of the core.
 * @property {import('./core.js').Core} core
 * @property {(server: string) => Files} files
 * @property {boolean} full Whether it is the build that serves facades for other vendors' pages, which has all functions of the other one.
 * @property {HTMLScriptElement} [element] Its tag.
 * @property {(instance: import('./instance.js').Instance, script: Script, facade: Facade) => Promise<void>} [takeOver] Replaces the core of another
 *   script by its own, if it can.
 * @property {Partial<import('#glue').Host>} [host] Further functions of the page for its core, as long as there is no facade.
 */

/**
 * @typedef {object} Facade Another vendor's API on the page, built on our core.
 * @property {(chat: import('./instance.js').Instance) => void} attached Called with its widget set.
 * @property {() => string} [config] Returns the configuration as JSON, where it does not come from a server of ours.
 * @property {(config: string) => string | Promise<string>} adapt Changes the configuration (JSON) for its pages.
 * @property {Record<string, string | undefined>} texts Further texts for the core.
 * @property {Partial<import('#glue').Host>} host Further functions for the core.
 * @property {(event: import('./listeners.js').AnyEvent) => void} heard Called with every event, also with events that the page has received before.
 */

export {};
