/** Parts of a panel that are more than plain elements: controls of forms, links, the accent colour. */

import { CONTROLS, RING, SIGNS, at, attribute, build, careful, css, grow, settle, sign, toggle, write_text } from './dom.js';
import { day_number, followed, shades } from './services.js';

// Controls of forms: values, errors, choices, ratings and times.

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

// Links: those in messages, and those that lead to another way of reaching the site.

/** Origins whose links stay in the tab: those of the site, where the conversation is there again on the next page. */
let home = [];
export const at_home = (kept, origins) => {
  home = kept ? [location.origin, ...origins.split(' ')] : [];
};
/**
 * A link to an address, or nothing when it is not one that may be followed; and the host, where readers take another (`look`) for it.
 * `stays`: in the tab, if it leads to the site itself.
 */
const link = (address, shown, look, stays) => {
  const url = followed(address);
  if (!url) return [];
  try {
    const host = url.hostname || (look && new URL('http://' + look).hostname);
    const made = build((stays && url.host && home.includes(url.origin) ? '<a' : '<a target=_blank') + ' rel=noopener+noreferrer');
    made.href = url.href;
    made.append(shown);
    // Beyond ASCII there are letters that become one of it when they are made small.
    return [made, !/[^ -~]/.test(look) && host === look.toLowerCase() ? '' : host];
  } catch {
    return [];
  }
};
/** Appends a text. */
export const add_text = careful((element, selector, text) => at(element, selector).append(text));
/** Appends what may be a link (src/text/links.rs) as one, or as text. The host is told when the text looks like another. */
export const add_link = careful((element, selector, address, shown, look, stays) => {
  const [made, host] = link(address, shown, look, stays);
  add_text(element, selector, made ?? shown);
  // No text of the writer's can look like this: it is an element of its own.
  if (host) grow(element, selector, '<span.host').append(` (${host})`);
});
/** A link that leads away from the chat to another way of reaching the site, if it may be followed. */
export const contact = (element, selector, address, label) => {
  const [made] = link(address, label, '');
  if (!made || !label) return;
  made.className = 'contact';
  at(element, selector)?.append(made);
};
/** A paragraph with the link to the privacy notice, if it is one. */
export const privacy = (element, address, words) => {
  const [made] = link(address, words.get('privacy'), '');
  if (!made) return;
  grow(element, '', '<p.privacy').append(made);
};

/** Sets the site's accent colour. A host page's `--chinwag-accent` goes before it. */
export const paint = (frame, accent) => {
  if (frame.accent === accent) return;
  frame.accent = accent;
  shades(accent).forEach((colour, at) => css(frame, ['--fill0', '--on0', '--ink-l', '--ink-d'][at], colour));
};
