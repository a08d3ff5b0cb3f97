/** The slots of the view that the facade may fill. The core reports each slot; a part of the facade that is loaded later gets those that are there. */

/** @typedef {(name: string, place: HTMLElement, id: string) => void} Filler */

/** @param {() => string} element Id of the element of the chat's widget. */
export function createSlots(element) {
  /** The slots that were built last, by name. @type {Map<string, HTMLElement>} */
  const places = new Map();
  /** Rows of the transcript, by the id of the entry. They are freed when the view drops them. @type {Map<string, WeakRef<HTMLElement>>} */
  const rows = new Map();
  /** @type {Filler} */
  let fill = () => {};
  return {
    /** The view built a slot. @type {Filler} `id`: of the widget's element, or of the row's entry. */
    built(name, place, id) {
      if (name === 'row') rows.set(id, new WeakRef(place));
      else if (id === element()) places.set(name, place);
      else return;
      fill(name, place, id);
    },
    /** @param {string} name @returns {HTMLElement | undefined} */
    place: (name) => places.get(name),
    /** The row of an entry, if it is on the screen. @param {string} id @returns {HTMLElement | undefined} */
    row(id) {
      const row = rows.get(id)?.deref();
      return row?.isConnected ? row : undefined;
    },
    /** Fills the slots that are there, and those that will be built. @param {Filler} filler */
    follow(filler) {
      fill = filler;
      places.forEach((place, name) => place.isConnected && fill(name, place, element()));
      rows.forEach((row, id) => {
        const place = row.deref();
        if (place?.isConnected) fill('row', place, id);
      });
    },
  };
}

/** @typedef {ReturnType<typeof createSlots>} Slots */
