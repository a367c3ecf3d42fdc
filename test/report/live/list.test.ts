import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lengthOf } from '../../../src/report/live/line.js';
import { headerLine, listColumns, rowLine } from '../../../src/report/live/list.js';
import { peer } from '../fixture.js';

const REFUSED = peer({ state: 'retrying', retryInMs: 8500, stateText: 'connection refused: nobody listens' });

/** A row as it stands on a screen of this width, and the header above it. */
function listed(width: number, bits = false): { header: string; row: string } {
  const columns = listColumns(width, bits);
  const lines = [headerLine(columns, width), rowLine(REFUSED, columns, { width, bits })];
  for (const line of lines) assert.ok(lengthOf(line) <= width);
  const [header = '', row = ''] = lines.map((line) => line.map(({ text }) => text).join(''));
  return { header, row };
}

test('a terminal of 60 columns has room for name, state and both rates, and says when the next try is', () => {
  const { header, row } = listed(60);
  assert.match(header, /^ +name +state +up +down$/);
  assert.match(row, /^ {3}receiver +retrying in 9 s /);
});

test('in bits the less important rate gives way to whole figures', () => {
  const { header, row } = listed(60, true);
  assert.match(header, /^ +name +state +up$/);
  assert.match(row, / retrying in 9 s/);
});

test('wherever there is room left the state says why', () => {
  assert.match(listed(200).row, / retrying in 9 s: connection refused /);
});
