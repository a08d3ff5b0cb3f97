/** The controls of forms: what they hold, what is wrong with them, choices, ratings and times. */

import { CONTROLS, RING, SIGNS, at, attribute, grow, settle, sign, toggle, write_text } from './dom.js';
import { day_number } from './words.js';

/** Shows a value, if another is there. All stars up to the chosen one are lit. */
export const fill_in = (field, value) => {
  const inputs = [...field.querySelectorAll(CONTROLS)];
  const chosen = inputs.findIndex((input) => input.value === value);
  inputs.forEach((input, index) => {
    if (input.type === 'checkbox') input.checked = value === 'true';
    else if (input.type === 'radio') {
      input.checked = index === chosen;
      input.parentNode.toggleAttribute('data-on', index <= chosen);
    } else if (input.value !== value) input.value = value;
  });
};
export const lock = (field, on) => field.querySelectorAll(CONTROLS).forEach((input) => (input.disabled = on));
/** Says what is wrong with a field, or nothing. */
export const blame = (field, text) => {
  const control = at(field, '.control');
  write_text(field, '.error span', text);
  toggle(field, '.error', 'hidden', !text);
  toggle(field, '', 'data-bad', !!text);
  attribute(control, 'aria-invalid', String(!!text));
  attribute(control, 'aria-describedby', [...field.querySelectorAll('.hint,.error:not([hidden])')].map((part) => part.id).join(' '));
};
/** Focuses a field: of several controls the chosen one or the first. False when there is none. */
export const focus_field = (field) => {
  const input = field.querySelector(':checked:not(option)') ?? at(field, CONTROLS);
  settle(input);
  return !!input;
};
export const answer = (field, id, value, label, mark) => {
  const row = grow(field, '.answers,.scale', '<label <input type=radio name=' + id);
  row.firstChild.value = value;
  if (mark !== undefined) grow(row, '', '<span.sign aria-hidden=true').append(mark);
  grow(row, '', '<span.' + (mark === undefined ? 'words' : 'vh') + ' dir=auto').append(label);
};
/** The scores of a rating: stars, faces from sad to happy, or numbers. `low`, `high`: what its ends mean. */
export const scores = (field, id, shape, min, max, words, low, high) => {
  for (let score = min; score <= max && score < min + 21; score += 1) {
    // How far the mouth's middle hangs below its corners: -5 to 5.
    const bend = Math.trunc(((score - min) * 10) / Math.max(1, max - min)) - 5;
    const corner = 15 - Math.trunc(bend / 4);
    const face = RING + `M9 9.3v.4M15 9.3v.4M8.3 ${corner}Q12 ${corner + bend} 15.7 ${corner}`;
    const mark = shape === 2 ? score : sign(shape ? face : SIGNS.star);
    const end = score === min ? low : score === max ? high : '';
    answer(field, id, score, words.fill('rating', score).replace('{}', max) + (end && ', ' + end), mark);
  }
  if (!low && !high) return;
  const ends = grow(field, '.control', '<div.ends aria-hidden=true <span dir=auto > <span dir=auto');
  write_text(ends, 'span', low);
  write_text(ends, 'span + span', high);
};
export const option = (select, value, label) => {
  const made = grow(select, '', '<option');
  made.value = value;
  made.append(label);
};
/** Offers times, a group for each day. `slots`: start and minutes, one after the other. */
export const offer = (select, slots, words) => {
  const known = slots.join();
  if (select.known === known) return;
  select.known = known;
  select.replaceChildren();
  option(select, '', words.get(known ? 'choose_time' : 'no_slots'));
  let day, group;
  for (let index = 0; index < slots.length; index += 2) {
    const start = slots[index];
    const from = words.time(start);
    const to = words.time(start + slots[index + 1] * 6e4);
    if (!from || !to) continue;
    if (day !== (day = day_number(start))) attribute((group = grow(select, '', '<optgroup')), 'label', words.day(start));
    option(group, start, from + ' – ' + to);
  }
};
