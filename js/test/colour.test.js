import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { safeHref } from '../compat/genesys/sanitise.js';
import { readOptions, safeLink } from '../options.js';
import { followed } from '../../src/browser/js/href.js';
import { rgb, shades } from '../../src/browser/js/colour.js';

const table = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(`../../tests/tables/${name}.json`, import.meta.url), 'utf8'));
const { colours, not_colours } = table('colours');

/** @param {string} colour @returns {number[]} */
const parts = (colour) => (colour.match(/\d+/g) ?? []).map(Number);

/** WCAG 2.2, relative luminance, with its own constants. @param {number[]} colour */
const luminance = (colour) => {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
/** @param {number[]} one @param {number[]} other */
const contrast = (one, other) => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

/** @param {string} accent */
const readable = (accent) => {
  const [fill, on, light, dark] = shades(accent).map(parts);
  assert.ok(contrast(/** @type {number[]} */ (fill), /** @type {number[]} */ (on)) >= 4.5, `${accent}: text on it`);
  for (const ground of [[0xff, 0xff, 0xff], [0xf3, 0xf4, 0xf7]]) assert.ok(contrast(/** @type {number[]} */ (light), ground) >= 4.5, `${accent}: on light`);
  assert.ok(contrast(/** @type {number[]} */ (dark), [0x26, 0x29, 0x33]) >= 4.5, `${accent}: on dark`);
};

test('a21_what_an_accent_colour_comes_to_can_be_read', () => {
  for (let part = 0; part < 256; part += 1) {
    const hex = part.toString(16).padStart(2, '0');
    for (const accent of [`#${hex}${hex}${hex}`, `#${hex}0000`, `#00${hex}00`, `#ff${hex}00`, `#${hex}00ff`]) readable(accent);
  }
  colours.forEach(readable);
});

test('a colour that carries white is left as it is, one that nearly does is darkened, a light one carries black', () => {
  assert.deepEqual(shades('#2f55e0').slice(0, 2), ['rgb(47,85,224)', 'rgb(255,255,255)']);
  assert.deepEqual(shades('#ffd400').slice(0, 2), ['rgb(255,212,0)', 'rgb(0,0,0)']);
  const [fill, on] = shades('#808080');
  assert.equal(on, 'rgb(255,255,255)');
  assert.ok(parts(fill).every((part) => part < 0x80 && part > 0x60), fill);
  assert.deepEqual(shades('#abc'), shades('#AABBCC'));
});

test('s4_only_a_colour_is_one', () => {
  for (const colour of colours) {
    assert.equal(rgb(colour)?.length, 3, colour);
    assert.equal(readOptions({ site: 'a', accent: colour }, undefined, 'https://b.example/c.js')?.accent, colour);
  }
  const own = shades('#2f55e0');
  for (const none of [...not_colours, undefined, null, 7, {}, ['#abcdef', 1]]) {
    assert.equal(rgb(none), undefined, `${none}`);
    assert.deepEqual(shades(none), own, `${none}`);
    const wrong = /** @type {string[]} */ ([]);
    assert.equal(readOptions({ site: 'a' }, { accent: none }, 'https://b.example/c.js', wrong)?.accent, undefined, `${none}`);
  }
});

test('s3_where_a_link_may_lead', () => {
  const { followed: good, not_followed: bad } = table('addresses');
  for (const address of good) {
    assert.equal(followed(address)?.href, new URL(address).href, address);
    assert.equal(safeLink(address), new URL(address).href, address);
    assert.equal(safeHref(address), new URL(address).href, address);
  }
  for (const address of bad) {
    assert.equal(followed(address), undefined, address);
    assert.equal(safeLink(address), undefined, address);
  }
  assert.equal(followed('/contact', 'https://shop.example/a/b')?.href, 'https://shop.example/contact');
  assert.equal(followed('javascript:alert(1)', 'https://shop.example/'), undefined);
});
