import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { openLogFile } from '../../src/report/files/log-file.js';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'conntest-log-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function end(file: Writable): Promise<void> {
  file.end();
  await finished(file);
}

function contents(dir: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(dir)
      .sort()
      .map((name) => [name, readFileSync(join(dir, name), 'utf8')]),
  );
}

const WHOLE = { partBytes: null, keepParts: null };

test('what is written is in the file', async (t) => {
  const dir = folder(t);
  const file = openLogFile({ path: join(dir, 'a.jsonl'), ...WHOLE });
  file.write('start\n');
  file.write('one\n');
  await end(file);
  assert.deepEqual(contents(dir), { 'a.jsonl': 'start\none\n' });
});

test('what was written before the end can be read before it', async (t) => {
  const dir = folder(t);
  const file = openLogFile({ path: join(dir, 'a.jsonl'), ...WHOLE });
  await new Promise((resolve) => file.write('start\n', resolve));
  assert.deepEqual(contents(dir), { 'a.jsonl': 'start\n' });
  await end(file);
});

for (const burst of [true, false]) {
  test(`parts end at texts, below the size, and begin with the first one (${burst ? 'burst' : 'one by one'})`, async (t) => {
    const dir = folder(t);
    const file = openLogFile({ path: join(dir, 'a.jsonl'), partBytes: 14, keepParts: null });
    if (burst) file.cork();
    for (const text of ['head\n', 'one\n', 'two\n', 'three\n', 'four\n', 'a long line beyond\n', 'six\n']) {
      const written = new Promise((resolve) => file.write(text, resolve));
      if (!burst) await written;
    }
    await end(file);
    assert.deepEqual(contents(dir), {
      'a.1.jsonl': 'head\none\ntwo\n',
      'a.2.jsonl': 'head\nthree\n',
      'a.3.jsonl': 'head\nfour\n',
      'a.4.jsonl': 'head\na long line beyond\n',
      'a.jsonl': 'head\nsix\n',
    });
  });
}

test('only as many closed parts are kept as asked for, the newest', async (t) => {
  const dir = folder(t);
  const file = openLogFile({ path: join(dir, 'a.csv'), partBytes: 10, keepParts: 2 });
  for (let i = 0; i < 12; i++) file.write(i === 0 ? 'head\n' : `${i}...\n`.slice(-5));
  await end(file);
  assert.deepEqual(Object.keys(contents(dir)), ['a.10.csv', 'a.9.csv', 'a.csv']);
});

test('a file that is there becomes a part, and no part is overwritten', async (t) => {
  const dir = folder(t);
  writeFileSync(join(dir, 'a.jsonl'), 'before\n');
  writeFileSync(join(dir, 'a.7.jsonl'), 'long before\n');
  writeFileSync(join(dir, 'a.b.jsonl'), 'something else\n');
  const file = openLogFile({ path: join(dir, 'a.jsonl'), ...WHOLE });
  file.write('now\n');
  await end(file);
  assert.deepEqual(contents(dir), {
    'a.7.jsonl': 'long before\n',
    'a.8.jsonl': 'before\n',
    'a.b.jsonl': 'something else\n',
    'a.jsonl': 'now\n',
  });
});

test('a file that cannot be made is an error at once', (t) => {
  const path = join(folder(t), 'none', 'a.jsonl');
  assert.throws(() => openLogFile({ path, ...WHOLE }), { code: 'ENOENT' });
});

test('a full disk ends the stream with its error', async () => {
  const file = openLogFile({ path: '/dev/full', partBytes: 1, keepParts: null });
  const failed = once(file, 'error');
  file.write('x\n');
  const [error] = await failed;
  assert.equal(error.code, 'ENOSPC');
});
