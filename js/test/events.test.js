import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const all = (/** @type {string} */ text, /** @type {RegExp} */ pattern) => [...text.matchAll(pattern)].map(([, found]) => /** @type {string} */ (found));

test('types list the words that the server says, and take others', () => {
  const words = (/** @type {string} */ file, /** @type {string} */ name) => {
    const [, block = ''] = new RegExp(`pub enum ${name} \\{([\\s\\S]*?)\\n? *\\}`).exec(read(file)) ?? [];
    return all(block, /= "(\w+)"/g).sort();
  };
  const typed = (/** @type {string} */ name) => {
    const [, union = ''] = new RegExp(`@typedef \\{([^@]*?)\\} ${name}\\b`).exec(read('js/types.js')) ?? [];
    assert.match(union, /\(string & \{\}\)$/, `${name} takes words of a later version`);
    return all(union, /'(\w+)'/g).sort();
  };
  assert.deepEqual(typed('Code'), words('src/wire/visitor.rs', 'Code'));
  assert.deepEqual(typed('LeaveReason'), words('src/model/entry.rs', 'LeaveReason'));
  assert.deepEqual(typed('Party'), words('src/model/entry.rs', 'Party'));
});

test('every code of an error is documented', () => {
  const [, codes = ''] = /const SENTENCES = \{([\s\S]*?)\n\}/.exec(read('js/error.js')) ?? [];
  const [, table = ''] = /\n## When it cannot start\n([\s\S]*?)\n## /.exec(read('docs/embedding.md')) ?? [];
  const documented = all(table, /^\| (`[^|]*`) \|/gm).flatMap((cell) => all(cell, /`(\w+)`/g));
  assert.deepEqual(documented.sort(), all(codes, /^ {2}(\w+):/gm).sort());
});
