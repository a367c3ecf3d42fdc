import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadLibc } from '../../src/io/libc.js';

test('the C library is loaded once, and says by name why a call failed', {
  skip: loadLibc().reason ?? false,
}, () => {
  const { libc } = loadLibc();
  assert.equal(loadLibc().libc, libc);
  assert.equal(libc?.close(-1), -1);
  assert.equal(libc?.errnoName(), 'EBADF');
});
