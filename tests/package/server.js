// On a server the package can be imported, and says by name that there is nothing to show.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ChinwagError, createChinwag } from 'chinwag';

for (const options of [{ server: 'https://chat.example.com/', site: 'demo' }, {}, undefined, null]) {
  await assert.rejects(createChinwag(options), (error) => error instanceof ChinwagError && error.code === 'unsupported');
}

// Conditions count in the order written: types that stand after `default` are never found.
const { exports } = JSON.parse(readFileSync(new URL('./node_modules/chinwag/package.json', import.meta.url), 'utf8'));
assert.equal(Object.keys(exports['.'])[0], 'types');
