import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressProof } from '../../../src/arq/v2/address-proof.js';

test('an address is proven by anything that was sent there since', () => {
  const proof = new AddressProof();
  assert.equal(proof.handleSack(90, 5, 0), false, 'nothing is to be proven');
  proof.start(100);
  assert.equal(proof.handleSack(99, 5, 0), false);
  assert.equal(proof.handleSack(100, 5, 0), true);
  assert.equal(proof.isWanted, false);
});

test('an address is proven by the answer to a challenge of its own, not to one of an earlier address', () => {
  const proof = new AddressProof();
  proof.start(100);
  const early = proof.copy;
  assert.ok(proof.dueUs <= 0, 'it is due at once');
  proof.handleSent(5000, 30_000);
  assert.equal(proof.dueUs, 35_000);
  proof.start(100);
  assert.equal(proof.handleSack(99, 0, early), false);
  const late = proof.copy;
  assert.equal(proof.handleSack(99, 0, late), false, 'it has not been sent');
  proof.handleSent(6000, 30_000);
  assert.equal(proof.handleSack(99, 3, late), false, 'another packet came last');
  assert.equal(proof.handleSack(99, 0, late), true);
  assert.equal(proof.dueUs, Number.POSITIVE_INFINITY);
});
