import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const REPORT = new URL('../../src/report/', import.meta.url);

/** Every package that loading `file` loads, by the static imports of the compiled files. */
async function packagesOf(file: URL, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(file.href)) return new Set();
  seen.add(file.href);
  const packages = new Set<string>();
  const source = await readFile(file, 'utf8');
  for (const [, specifier = ''] of source.matchAll(/^(?:import|export)\s[^;]*?from '([^']+)';$/gm)) {
    const found = specifier.startsWith('.') ? await packagesOf(new URL(specifier, file), seen) : [specifier];
    for (const name of found) packages.add(name);
  }
  return packages;
}

test('only the UIs for people load colours, and only text loads tables', async () => {
  assert.deepEqual([...(await packagesOf(new URL('live/live.js', REPORT)))].sort(), ['chalk', 'node:fs']);
  assert.deepEqual([...(await packagesOf(new URL('text.js', REPORT)))].sort(), ['chalk', 'cli-table3']);
  for (const file of ['json.js', 'log.js', 'none.js', 'registry.js', 'files/output.js']) {
    assert.deepEqual([...(await packagesOf(new URL(file, REPORT)))], [], file);
  }
});
