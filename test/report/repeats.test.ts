/** The long explanation of a failure is read once; the lines after it are short. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTextReporter } from '../../src/report/text.js';
import {
  cause,
  connected,
  failed,
  lost,
  memoryOutput,
  peer,
  play,
  runSnapshot,
  SETTINGS,
  type Step,
} from './fixture.js';

const EXPLAINED = /failed: connection refused: the host is there/;
const SHORT = /^\S+ {2}try \d+ to reach 127\.0\.0\.1:1234 failed again \(ECONNREFUSED\); retrying in 1\.0 s$/;

function lines(steps: readonly Step[], columns: number | null = null): string[] {
  const out = memoryOutput({ columns });
  play(createTextReporter(out, SETTINGS), steps);
  return out.text.trimEnd().split('\n');
}

test('a failure that repeats itself is explained once', () => {
  const [first = '', ...others] = lines([failed(0), failed(1000), failed(2000)]);
  assert.match(first, EXPLAINED);
  assert.equal(others.length, 2);
  for (const line of others) assert.match(line, SHORT);
});

test('another cause is explained, and so is the first one when it comes back', () => {
  const timeout = cause({ code: 'TIMEOUT', text: 'no answer within 5 s' });
  const [, other = '', again = ''] = lines([failed(0), failed(1000, { cause: timeout }), failed(2000)]);
  assert.match(other, /failed: no answer within 5 s \(TIMEOUT\)/);
  assert.match(again, EXPLAINED);
});

test('a failure after a connection is news again', () => {
  const text = lines([failed(0), connected(1000), lost(2000), failed(3000)]);
  assert.equal(text.filter((line) => EXPLAINED.test(line)).length, 2);
});

test('each target has its failure explained', () => {
  const other = { key: 2, target: 'tcp://192.0.2.1:5' };
  const text = lines([failed(0), failed(0, other), failed(1000), failed(1000, other)]);
  assert.equal(text.filter((line) => EXPLAINED.test(line)).length, 2);
});

test('a failure that a storm kept off the screen counts as not explained', () => {
  const late = { key: 9, target: 'tcp://192.0.2.9:5' };
  const storm = Array.from({ length: 5 }, (_, key) => failed(0, { key, target: `tcp://192.0.2.1:${key}` }));
  const table = { snapshot: runSnapshot(1000, { clients: [peer()] }) };
  const text = lines([...storm, failed(0, late), table, failed(1000, late)]);
  assert.match(text.find((line) => line.includes('192.0.2.9:5 failed')) ?? '', EXPLAINED);
});

test('a terminal gets event lines broken between words, a pipe gets them whole', () => {
  assert.equal(lines([failed(0)]).length, 1);
  const [first = '', ...others] = lines([failed(0)], 80);
  assert.match(first, /^\d\d:\d\d:\d\d {2}try 1 /);
  assert.ok(others.length > 0);
  for (const line of others) assert.match(line, /^ {10}\S/);
  for (const line of [first, ...others]) assert.ok(line.length <= 80, line);
});
