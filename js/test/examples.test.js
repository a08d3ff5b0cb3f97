import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../examples/${path}`, import.meta.url), 'utf8');

test('the component for React is one, in both examples that have it', () => {
  assert.equal(read('next/app/Chat.jsx'), read('react/Chat.jsx'));
  assert.match(read('react/Chat.jsx'), /^'use client';\n/);
});
