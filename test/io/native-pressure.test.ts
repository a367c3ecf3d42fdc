/** A crash in native code takes the whole process with it: here one has every occasion to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadBatchCalls } from '../../src/io/batch/calls.js';
import { runChild } from '../support/children.js';

const PROGRAM = fileURLToPath(new URL('../support/native-pressure.js', import.meta.url));
const LASTS_MS = 6000;
/** Of each kind; a machine that nothing else disturbs makes twenty times as many. */
const LEAST_EACH = 50;
const { reason } = loadBatchCalls();

test('native calls keep their memory under thousands of collections, and while sockets are closed', {
  skip: reason === null ? false : `no native calls here: ${reason}`,
}, async (t) => {
  const command = [process.execPath, '--expose-gc', PROGRAM, String(LASTS_MS)];
  const { code, signal, stdout, stderr } = await runChild(t, command);
  assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' });
  const { presses, closes, ...made } = JSON.parse(stdout) as Record<string, number>;
  assert.ok((presses ?? 0) > 1000 && (closes ?? 0) > 3, stdout);
  for (const [what, times] of Object.entries(made)) assert.ok(times > LEAST_EACH, `${times} ${what}`);
});
