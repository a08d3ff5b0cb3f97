// On a server the package can be imported; the widget is refused with a named error.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ChinwagError, createChinwag } from 'chinwag';

for (const options of [{ server: 'https://chat.example.com/', site: 'demo' }, {}, undefined, null]) {
  await assert.rejects(createChinwag(options), (error) => error instanceof ChinwagError && error.code === 'unsupported');
}

// Conditions are tried in the written order: `types` after `default` would never be found.
const { exports } = JSON.parse(readFileSync(new URL('./node_modules/chinwag/package.json', import.meta.url), 'utf8'));
assert.equal(Object.keys(exports['.'])[0], 'types');
