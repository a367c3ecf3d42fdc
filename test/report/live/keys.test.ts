import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeKeys } from '../../../src/report/live/keys.js';

test('cursor keys are known in both modes of a terminal, and the others by all their usual sequences', () => {
  assert.deepEqual(decodeKeys('\u001b[A\u001bOA\u001b[B\u001bOB'), ['up', 'up', 'down', 'down']);
  assert.deepEqual(decodeKeys('\u001b[5~\u001b[6~'), ['page-up', 'page-down']);
  assert.deepEqual(decodeKeys('\u001b[H\u001bOH\u001b[1~\u001b[7~'), ['home', 'home', 'home', 'home']);
  assert.deepEqual(decodeKeys('\u001b[F\u001bOF\u001b[4~\u001b[8~'), ['end', 'end', 'end', 'end']);
});

test('letters that come together are a key each', () => {
  assert.deepEqual(decodeKeys('b?q'), [{ char: 'b' }, { char: '?' }, { char: 'q' }]);
});

test('a raw terminal sends what a signal would be: Ctrl-C and Ctrl-Z are keys', () => {
  assert.deepEqual(decodeKeys('\u0003\u001a\u000c'), ['ctrl-c', 'ctrl-z', 'ctrl-l']);
});

test('an escape alone is the key; sequences without a meaning here are left out whole', () => {
  assert.deepEqual(decodeKeys('\u001b'), ['escape']);
  assert.deepEqual(decodeKeys('\u001b[15~\u001b[1;5Cx\u001b[?1;2c'), [{ char: 'x' }]);
});

test('what is no ASCII means nothing, and takes nothing with it', () => {
  assert.deepEqual(decodeKeys('\u00e4q\u{1f600}\r\u0000'), [{ char: 'q' }]);
});
