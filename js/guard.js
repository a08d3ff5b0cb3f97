/**
 * The guard between page and wasm core: a trap ends the core and nothing else (quality R17, R25).
 *
 * Whichever way the core is entered (a call of ours, a timer, a socket, a DOM event), it is through one of its exports. An
 * exception that comes out of one means that the core stopped in the middle of its work: it is not entered again, the shim is
 * told once, and the page sees no error.
 */

const { apply, ownKeys } = globalThis.Reflect;
const { create } = globalThis.Object;

/**
 * `trapped` is told about a trap; the shim sets it. While `open`, a core that trapped is entered all the same: to ask the glue for a
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
        // Further in, the core called out and was called again: the outer calls have to stop too.
        if (depth > 1) throw error;
        return undefined;
      } finally {
        depth -= 1;
      }
    };
  });
  return out;
}
