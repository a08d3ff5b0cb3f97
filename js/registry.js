/**
 * Several scripts of ours on one page share one widget set. The first one leaves a registry in `window[Symbol.for('chinwag')]`; all of
 * them announce there what they bring, and ask there for the widget set (docs/architecture.md, "Several scripts on one page").
 */

import { Instance } from './instance.js';
import { ChinwagError, report } from './error.js';
import { isPlain } from './options.js';

/** @typedef {import('./script.js').Script} Script */
/** @typedef {import('./script.js').Facade} Facade */
/** @typedef {import('./options.js').Options} Options */

export const KEY = Symbol.for('chinwag');

/** Of what scripts of different releases say to each other by it, `Script`, `Facade` and `Instance` included. Raised when that changes. */
export const VERSION = 1;

/** How long the parser may take to come to the next tags. If it takes longer they take over from what runs then. */
const PARSER_MS = 100;

/**
 * @typedef {object} Registry
 * @property {number} version
 * @property {(script: Script) => void} announce Says what a script brings. The core is chosen when those of the present task have said so.
 * @property {() => Options | undefined} options Those of the widget set, as whoever asked for it first gave them. Nothing: there is none.
 * @property {(script: Script, options: Options, facade?: Facade) => Joined} join Asks for the widget set of a site. Throws
 *   `another_site` when that of another one is on the page.
 */

/**
 * @typedef {object} Joined
 * @property {Instance} chat
 * @property {Promise<void>} ready Settles once a core runs that serves the script and its facade, or why none does.
 */

/**
 * The page's registry. A page may have put something else in its place: then the script is on its own.
 *
 * @param {object} page
 * @returns {Registry}
 * @throws {ChinwagError} `other_release` when scripts of another release are there.
 */
export function registryOf(page) {
  const found = read(page);
  if (isRegistry(found)) {
    if (found.version === VERSION) return found;
    throw new ChinwagError('other_release', `registry ${found.version} is there, this script has ${VERSION}`);
  }
  const made = createRegistry();
  try {
    Object.defineProperty(page, KEY, { value: made, configurable: true });
    if (found === undefined) return made;
  } catch {
    // It stays as it is.
  }
  report(new ChinwagError('misuse', "window[Symbol.for('chinwag')] is not the page's to set"));
  return made;
}

/**
 * @param {(...given: ConstructorParameters<typeof Instance>) => Instance} [make]
 * @returns {Registry}
 */
export function createRegistry(make = (...given) => new Instance(...given)) {
  /** @type {Script[]} */
  const scripts = [];
  /** @type {Instance | undefined} */
  let chat;
  /** @type {Options | undefined} */
  let options;
  /** @type {Facade | undefined} */
  let known;
  const isThere = () => chat !== undefined && chat.status !== 'destroyed' && chat.status !== 'failed';
  const announce = (/** @type {Script} */ script) => {
    if (!scripts.includes(script)) scripts.push(script);
  };
  /** The one for every need. */
  const best = () => /** @type {Script} */ (scripts.find(({ full }) => full) ?? scripts[0]);
  return {
    version: VERSION,
    announce,
    options: () => (isThere() ? options : undefined),
    join: (script, given, facade) => {
      announce(script);
      if (chat && options && isThere()) {
        if (given.site !== options.site || given.server !== options.server) {
          throw new ChinwagError('another_site', `${given.site} of ${given.server} is refused, ${options.site} of ${options.server} is there`);
        }
        // One that is there goes on as it is, unless it cannot do what is asked.
        if (!facade) return { chat, ready: chat.ready };
        known = facade;
        facade.attached(chat);
        // Until the core is made it is enough to say so.
        if (chat.status === 'loading') chat.want(script, facade);
        else return { chat, ready: script.takeOver?.(chat, script, facade) ?? chat.ready };
        return { chat, ready: chat.ready };
      }
      // A facade outlives the widget set that it was given to.
      if (!options || options.site === given.site) known = facade ?? known;
      else known = facade;
      options = given;
      chat = make(given, () => choose(scripts, given.server, best), known);
      return { chat, ready: chat.ready };
    },
  };
}

/**
 * Chooses the build when all have announced theirs who are about to: the tags of our server's, with a site, that are in the document and
 * have not run yet. One that the parser finds later takes over from what runs then.
 *
 * @param {Script[]} scripts
 * @param {string} server
 * @param {() => Script} best
 */
async function choose(scripts, server, best) {
  const spoken = new Set(scripts.map(({ element }) => element));
  const isAwaited = (/** @type {HTMLScriptElement} */ tag) =>
    tag.dataset.site && tag.src.startsWith(server) && /^$|module|javascript/.test(tag.type) && !spoken.has(tag);
  // A tag that holds up the parser runs before those behind it are in the document.
  if (document.readyState === 'loading' && scripts.some(({ element }) => element && !element.async && !element.defer)) {
    await new Promise((go) => {
      document.addEventListener('DOMContentLoaded', go, { once: true });
      setTimeout(go, PARSER_MS);
    });
  }
  while (document.readyState !== 'complete') {
    scripts.forEach(({ element }) => spoken.add(element));
    const tag = Array.from(document.querySelectorAll('script')).find(isAwaited);
    if (!tag) break;
    await new Promise((go) => {
      tag.addEventListener('load', go, { once: true });
      tag.addEventListener('error', go, { once: true });
      // It ran before this one and had nothing to say.
      addEventListener('load', go, { once: true });
    });
    spoken.add(tag);
  }
  return best();
}

/** @param {object} page @returns {unknown} */
function read(page) {
  try {
    return /** @type {Record<symbol, unknown>} */ (page)[KEY];
  } catch {
    return null;
  }
}

/** @param {unknown} value @returns {value is Registry} */
function isRegistry(value) {
  return isPlain(value) && typeof value.version === 'number' && typeof value.join === 'function';
}
