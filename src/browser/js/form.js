/** Controls of forms: values, errors, choices, ratings and times. */

import { settle } from './focus.js';
import { CONTROLS, RING, SIGNS, attribute, controls, find, grow, sign, toggle, write_text } from './tree.js';
import { day_number } from './words.js';

/** @typedef {import('./tree.js').El} El */
/** @typedef {import('./tree.js').Words} Words */

/** Sets the value of a field, if it differs. All stars up to the chosen one are lit. @param {El} field @param {string} value */
export const fill_in = (field, value) => {
  const inputs = controls(field);
  const chosen = inputs.findIndex((input) => input.value === value);
  inputs.forEach((input, index) => {
    if (input.type === 'checkbox') input.checked = value === 'true';
    else if (input.type === 'radio') {
      input.checked = index === chosen;
      /** @type {Element} */ (input.parentNode).toggleAttribute('data-on', index <= chosen);
    } else if (input.value !== value) input.value = value;
  });
};
/** @param {El} field @param {boolean} on */
export const lock = (field, on) => controls(field).forEach((input) => (input.disabled = on));
/** Shows the error of a field; an empty text removes it. @param {El} field @param {string} text */
export const blame = (field, text) => {
  const control = find(field, '.control');
  write_text(field, '.error span', text);
  toggle(field, '.error', 'hidden', !text);
  toggle(field, '', 'data-bad', !!text);
  attribute(control, 'aria-invalid', String(!!text));
  attribute(control, 'aria-describedby', [...field.querySelectorAll('.hint,.error:not([hidden])')].map((part) => part.id).join(' '));
};
/** Focuses a field: if it has several controls, the chosen one or the first. False when it has none. @param {El} field */
export const focus_field = (field) => {
  const input = find(field, ':checked:not(option)') ?? find(field, CONTROLS);
  settle(input);
  return !!input;
};
/** Adds a choice to a field. @param {El} field @param {string} id @param {string} value @param {string} label @param {string | Node} [mark] Shown in place of the label. */
export const answer = (field, id, value, label, mark) => {
  const row = grow(field, '.answers,.scale', '<label <input type=radio name=' + id);
  /** @type {HTMLInputElement} */ (row.firstChild).value = value;
  if (mark !== undefined) grow(row, '', '<span.sign aria-hidden=true').append(mark);
  grow(row, '', '<span.' + (mark === undefined ? 'words' : 'vh') + ' dir=auto').append(label);
};
/**
 * The scores of a rating: stars, faces from sad to happy, or numbers.
 *
 * @param {El} field
 * @param {string} id
 * @param {number} shape 0: stars, 1: faces, 2: numbers.
 * @param {number} min
 * @param {number} max
 * @param {Words} words
 * @param {string} low The labels of the lowest and the highest score.
 * @param {string} high
 */
export const scores = (field, id, shape, min, max, words, low, high) => {
  for (let score = min; score <= max && score < min + 21; score += 1) {
    // How far the mouth's middle hangs below its corners: -5 to 5.
    const bend = Math.trunc(((score - min) * 10) / Math.max(1, max - min)) - 5;
    const corner = 15 - Math.trunc(bend / 4);
    const face = RING + `M9 9.3v.4M15 9.3v.4M8.3 ${corner}Q12 ${corner + bend} 15.7 ${corner}`;
    const text = String(score);
    const mark = shape === 2 ? text : sign(shape ? face : SIGNS.star);
    const end = score === min ? low : score === max ? high : '';
    answer(field, id, text, words.fill('rating', text).replace('{}', String(max)) + (end && ', ' + end), mark);
  }
  if (!low && !high) return;
  const ends = grow(field, '.control', '<div.ends aria-hidden=true <span dir=auto > <span dir=auto');
  write_text(ends, 'span', low);
  write_text(ends, 'span + span', high);
};
/** @param {El} select @param {string} value @param {string} label */
export const option = (select, value, label) => {
  const made = /** @type {HTMLOptionElement} */ (grow(select, '', '<option'));
  made.value = value;
  made.append(label);
};
/** Offers times, a group for each day. @param {El} select @param {Float64Array} slots Start and minutes, one after the other. @param {Words} words */
export const offer = (select, slots, words) => {
  const known = slots.join();
  if (select.known === known) return;
  select.known = known;
  select.replaceChildren();
  option(select, '', words.get(known ? 'choose_time' : 'no_slots'));
  /** @type {number | undefined} */
  let day;
  let group = select;
  for (let index = 0; index < slots.length; index += 2) {
    const start = /** @type {number} */ (slots[index]);
    const from = words.time(start);
    const to = words.time(start + /** @type {number} */ (slots[index + 1]) * 6e4);
    if (!from || !to) continue;
    if (day !== (day = day_number(start))) attribute((group = grow(select, '', '<optgroup')), 'label', words.day(start));
    option(group, String(start), from + ' – ' + to);
  }
};
