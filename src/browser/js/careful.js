/** Lines of the transcript that cannot be drawn: such a line does not stop the others. */

/** The line that is being drawn, by its id. @type {string | undefined} */
let drawing;
/** The ids of lines that could not be drawn: by this core, or by an earlier core that stopped at them. @type {Set<string | undefined>} */
const spoilt = new Set();

/** Begins to draw a line. False when it could not be drawn before. @param {string} id */
export const begin_row = (id) => {
  if (drawing) spoilt.add(drawing);
  drawing = id;
  return !spoilt.has(id);
};

/** Ends the drawing of a line. False when a part of it failed. */
export const end_row = () => {
  const fine = !spoilt.has(drawing);
  drawing = undefined;
  return fine;
};

/**
 * Wraps a function that draws parts of lines. While a line is drawn it does not throw: the line is noted as failed, and an empty element is returned.
 *
 * @template {unknown[]} Given
 * @template Made
 * @param {(...given: Given) => Made} call
 * @returns {(...given: Given) => Made}
 */
export const careful = (call) => (...given) => {
  try {
    return call(...given);
  } catch (error) {
    if (!drawing) throw error;
    spoilt.add(drawing);
    return /** @type {any} */ (document.createElement('li'));
  }
};
