/**
 * Several scripts of ours on one page share one widget set. The first one leaves a registry in `window[Symbol.for('chinwag')]`; all of
 * them announce their builds of the core there, and ask there for the widget set (docs/architecture.md, "Several scripts on one page").
 */

import { Instance } from './instance.js';
import { ChinwagError, report } from './error.js';
import { isPlain } from './options.js';

/** @typedef {import('./script.js').Script} Script */
/** @typedef {import('./script.js').Facade} Facade */
/** @typedef {import('./options.js').Options} Options */

export const KEY = Symbol.for('chinwag');

/** The version of the types that scripts exchange here: `Registry`, `Script`, `Facade`, `Instance`. Raised when one of them changes. */
export const VERSION = 1;

/** How long the parser may take to reach the next tags, in milliseconds. Later scripts replace the core that runs by then. */
const PARSER_MS = 100;

/**
 * @typedef {object} Registry
 * @property {number} version
 * @property {(script: Script) => void} announce Adds a script. The build is chosen after the present task, when all scripts of that task are known.
 * @property {() => Options | undefined} options The options of the widget set, from the script that asked for it first. Nothing: there is no widget set.
 * @property {(script: Script, options: Options, facade?: Facade) => Joined} join Returns the widget set of a site, which is made if needed.
 *   Throws `another_site` when the page has the widget set of another site.
 */

/**
 * @typedef {object} Joined
 * @property {Instance} chat
 * @property {Promise<void>} ready Settles once a core runs that serves the script and its facade; rejected when none does.
 */

/**
 * The page's registry. If the page has set the property to another value, the script gets a registry of its own.
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
    // The page's value stays.
  }
  report(new ChinwagError('misuse', "window[Symbol.for('chinwag')] is for Chinwag only"));
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
  /** The script whose build serves all scripts, if there is one; else the first script. */
  const best = () => /** @type {Script} */ (scripts.find(({ full }) => full) ?? scripts[0]);
  return {
    version: VERSION,
    announce,
    options: () => (isThere() ? options : undefined),
    join: (script, given, facade) => {
      announce(script);
      /** @type {Promise<void> | undefined} */
      let ready;
      if (chat && options && isThere()) {
        if (given.site !== options.site || given.server !== options.server) {
          throw new ChinwagError('another_site', `${given.site} of ${given.server} is refused, ${options.site} of ${options.server} is there`);
        }
        // Without a facade the running core is enough.
        if (facade) {
          known = facade;
          facade.attached(chat);
          // Before the core is made, another build can simply be named.
          if (chat.status === 'loading') chat.want(script, facade);
          else ready = script.takeOver?.(chat, script, facade);
        }
      } else {
        // A facade is kept for the next widget set of the same site.
        known = facade ?? (options && options.site !== given.site ? undefined : known);
        options = given;
        chat = make(given, () => choose(scripts, given.server, best), known);
      }
      return { chat, ready: ready ?? chat.ready };
    },
  };
}

/**
 * Chooses the build when all scripts in the document have announced theirs: those with an address of our server and a site. A script that the parser
 * finds later replaces the core that runs by then.
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
      // The `load` event of a script that ran earlier does not come again.
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
