/** The state that a page can read at any time. */

/** @typedef {import('./port.js').Snapshot} Snapshot */

/**
 * Reads the snapshots of one core. Each is parsed once, and returned until the core has a newer one.
 *
 * @returns {(core: import('./core.js').Core | undefined, locale: string) => Snapshot} An empty one when there is no core, or it traps.
 */
export function snapshotReader() {
  let version = 0;
  /** @type {Snapshot | undefined} */
  let snapshot;
  return (core, locale) => {
    try {
      const now = core?.version() ?? 0;
      if (now && now !== version) snapshot = JSON.parse(core?.state() ?? '');
      version = now;
      if (now && snapshot) return snapshot;
    } catch {
      // The core trapped: it has no state any more.
    }
    return { link: 'idle', locale, visitor: '', values: [], brand: '', widgets: [] };
  };
}
