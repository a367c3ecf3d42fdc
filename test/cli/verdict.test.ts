/** Whether a run's snapshots are collected where nothing shows them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Judge } from '../../src/cli/verdict.js';
import { parseFailIf } from '../../src/options/values/fail-if.js';

const NOTHING = { handleEvent() {}, handleSnapshot() {}, handleSummary() {} };
const CONDITION = parseFailIf({ text: 'p99>20ms', label: '--fail-if' });

test('snapshots are ignored only where neither an output nor a condition needs them', () => {
  const silent = { ...NOTHING, ignoresSnapshots: true };
  assert.equal(new Judge([], silent).ignoresSnapshots, true);
  assert.equal(new Judge([CONDITION], silent).ignoresSnapshots, false);
  assert.equal(new Judge([], NOTHING).ignoresSnapshots, false);
});
