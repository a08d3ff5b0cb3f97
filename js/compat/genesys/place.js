/** Stores the place and stage of WebChat's window for the next page of this tab (G1.12 has the original's cookies). */

import { isObject } from './safe.js';

const KEPT = '_genesys.widgets.webchat.state';

/** @param {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} store */
export function createPlace(store) {
  return {
    /** @param {Record<string, unknown> | undefined} place Nothing: the window is closed. */
    keep: (place) => {
      try {
        if (place) store.setItem(KEPT, JSON.stringify(place));
        else store.removeItem(KEPT);
      } catch {
        // A page without storage.
      }
    },
    /** The value that the page before this one stored. @returns {Record<string, unknown> | undefined} */
    kept: () => {
      try {
        const found = JSON.parse(store.getItem(KEPT) ?? 'null');
        return isObject(found) ? found : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
