/** `js/natives.js` replaces globals in the bundled scripts: every method that a script calls on one of them has to be exported there (quality R53). */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as natives from '../natives.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every script that is bundled with the natives. */
const SCRIPTS = ['js', 'js/compat', 'js/compat/genesys', 'src/browser'].flatMap((folder) =>
  readdirSync(`${ROOT}/${folder}`)
    .filter((name) => name.endsWith('.js') && name !== 'natives.js')
    .map((name) => `${folder}/${name}`),
);

const OBJECTS = Object.entries(natives).filter(([, value]) => value && typeof value === 'object');

for (const [name, object] of OBJECTS) {
  test(`r53: what scripts use of ${name} is among the natives`, () => {
    const missing = SCRIPTS.flatMap((path) => {
      const text = readFileSync(`${ROOT}/${path}`, 'utf8').replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
      return [...text.matchAll(new RegExp(`(?<![.\\w])${name}\\??\\.(\\w+)`, 'g'))]
        .filter(([, member = '']) => !(member in /** @type {object} */ (object)))
        .map(([use]) => `${path}: ${use}`);
    });
    assert.deepEqual(missing, []);
  });
}
