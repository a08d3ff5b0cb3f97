/**
 * The guard between page and wasm core: a trap ends the core and nothing else (quality R17, R25).
 *
 * Every entry into the core (a call of ours, a timer, a socket, a DOM event) goes through one of its exports. An
 * exception from an export means that the core stopped in the middle of its work: it is not entered again, the shim is
 * informed once, and the page sees no error.
 */

const { apply, ownKeys } = globalThis.Reflect;
const { create } = globalThis.Object;

/**
 * `trapped` is called after a trap; the shim sets it. While `open` is true, a core that trapped is entered all the same: to ask the glue for a
 * fresh instance.
 *
 * @type {{ trapped: (error: unknown) => void, open: boolean }}
 */
export const guard = { trapped: () => {}, open: false };

/**
 * @param {WebAssembly.Exports} exports
 * @returns {WebAssembly.Exports}
 */
export function guarded(exports) {
  let dead = false;
  let depth = 0;
  /** @type {WebAssembly.Exports} */
  const out = create(null);
  ownKeys(exports).forEach((key) => {
    const name = /** @type {string} */ (key);
    const inner = exports[name];
    if (typeof inner !== 'function') {
      out[name] = /** @type {WebAssembly.ExportValue} */ (inner);
      return;
    }
    out[name] = (/** @type {unknown[]} */ ...args) => {
      if (dead && !guard.open) return undefined;
      depth += 1;
      try {
        return apply(inner, undefined, args);
      } catch (error) {
        if (!dead) {
          dead = true;
          guard.trapped(error);
        }
        // This call was made while the core called a function of the page: the outer calls into the core have to stop too.
        if (depth > 1) throw error;
        return undefined;
      } finally {
        depth -= 1;
      }
    };
  });
  return out;
}
