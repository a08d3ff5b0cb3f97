/** Limits for the length of scripts and functions. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = ['js', 'src/browser', 'www', 'examples'];
/** Paths in folders for the output of tools. */
const BUILT = /(^|\/)(node_modules|dist|out|\.[^/]+)\//;

/** Lines of a file, and of a function with the functions inside it. */
const FILE = 400;
const FUNCTION = 80;

/** @param {string} folder @returns {string[]} */
const scripts = (folder) =>
  readdirSync(`${ROOT}/${folder}`, { withFileTypes: true, recursive: true })
    .filter((item) => item.isFile() && /\.m?js$/.test(item.name))
    .map((item) => `${item.parentPath ?? item.path}/${item.name}`.slice(ROOT.length).replace(/^\/+/, ''))
    .filter((path) => !BUILT.test(path));

/** Calls `found` for every function in a syntax tree, with the function's name. @param {any} node @param {(name: string, node: any) => void} found */
function functions(node, found, name = '') {
  if (Array.isArray(node)) return node.forEach((one) => functions(one, found, name));
  if (!node || typeof node.type !== 'string') return undefined;
  if (/Function/.test(node.type)) found(node.id?.name ?? (name || `line ${node.loc.start.line}`), node);
  const called = (node.id ?? node.key ?? node.left)?.name ?? (node.left?.property ?? node.key)?.name ?? '';
  for (const part of Object.values(node)) functions(part, found, /Function|Block/.test(node.type) ? '' : called || name);
  return undefined;
}

/** The scripts and functions that are too long, with their lengths. @param {Record<string, string>} sources By path. */
function longer(sources) {
  /** @type {Record<string, number>} */
  const long = {};
  for (const [path, text] of Object.entries(sources)) {
    const lines = text.replace(/\n$/, '').split('\n').length;
    if (lines > FILE) long[path] = lines;
    const options = { ecmaVersion: /** @type {const} */ ('latest'), sourceType: /** @type {const} */ ('module'), locations: true, allowHashBang: true };
    functions(parse(text, options), (name, { loc }) => {
      const length = loc.end.line - loc.start.line + 1;
      if (length > FUNCTION) long[`${path} ${name}`] = length;
    });
  }
  return long;
}

test('no script is longer than 400 lines and no function longer than 80', () => {
  const paths = FOLDERS.flatMap(scripts);
  assert.ok(FOLDERS.every((folder) => paths.some((path) => path.startsWith(`${folder}/`))), 'every folder has scripts');
  const found = longer(Object.fromEntries(paths.map((path) => [path, readFileSync(`${ROOT}/${path}`, 'utf8')])));
  assert.deepEqual(found, {});
});

test('the output of tools is not measured', () => {
  const built = ['examples/next/.next/a.js', 'examples/vue/dist/a.js', 'examples/vue/node_modules/b/a.js', 'js/.cache/a.js', 'examples/next/out/a.js'];
  assert.deepEqual(built.filter((path) => !BUILT.test(path)), []);
  assert.deepEqual(['js/a.js', 'js/compat/distant/a.js', 'js/out.js', 'examples/react/.eslintrc.js'].filter((path) => BUILT.test(path)), []);
});

test('functions are measured in every form', () => {
  const body = '\n'.repeat(80);
  const forms = {
    'function one() {': '}',
    'const one = () => {': '};',
    'const one = async function () {': '};',
    'const x = { one() {': '} };',
    'const x = { one: (a) => {': '} };',
    'class X { one() {': '} }',
    'class X { #one = () => {': '}; }',
    'class X { static async *one() {': '} }',
    'export default function one() {': '}',
    'window.one = function () {': '};',
    'const one = careful(() => {': '});',
  };
  for (const [head, tail] of Object.entries(forms)) {
    assert.deepEqual(longer({ 'a.js': `${head}${body}${tail}` }), { 'a.js one': 81 }, head);
    assert.deepEqual(longer({ 'a.js': `${head}${body.slice(1)}${tail}` }), {}, head);
  }
  assert.deepEqual(longer({ 'a.js': `call(() => {${body}});` }), { 'a.js line 1': 81 });
  assert.deepEqual(longer({ 'a.js': '//\n'.repeat(401) }), { 'a.js': 401 });
  assert.deepEqual(longer({ 'a.js': '//\n'.repeat(400) }), {});
});
