import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Attempt } from '../../src/probe/attempt.js';
import { HelloExchange } from '../../src/probe/hello.js';
import { encodeMessage } from '../../src/wire/message.js';
import { encodeV2Packet } from '../../src/wire/v2/datagram.js';
import { markId } from '../../src/wire/v2/mark.js';
import type { V2Meta } from '../../src/wire/v2/meta.js';

const UUID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10';
const ACCEPT: V2Meta = { kind: 'accept', token: '0123456789abcdef', copy: 0 };
const text = (bytes: string): Uint8Array => new TextEncoder().encode(bytes);

function start(protocol: 'tcp' | 'udp'): Attempt {
  return new Attempt(protocol, () => new HelloExchange(UUID, 'prober'));
}

function answer(meta: V2Meta | null, id = markId(UUID)): Uint8Array {
  const out = new Uint8Array(1000);
  return out.subarray(0, encodeV2Packet(out, 0, 0, id, meta, encodeMessage({ kind: 'hello', name: 'srv' })));
}

function outcome({ verdict }: Attempt): readonly unknown[] {
  return [verdict?.state, verdict?.cause, verdict?.errno, verdict?.said];
}

for (const protocol of ['tcp', 'udp'] as const) {
  test(`${protocol}: a conntest of version 2 is told by name, version and latency, and gets a Bye`, () => {
    const attempt = start(protocol);
    attempt.handleConnected(1000);
    attempt.handleBytes(1500, answer(ACCEPT));
    assert.deepEqual(attempt.verdict?.peer, { name: 'srv', version: 2, latencyUs: 250 });
    assert.match(new TextDecoder().decode(attempt.farewell ?? text('')), /\["Bye","this was a probe"\]/);
  });

  test(`${protocol}: an original is told by the same answer, and gets nothing that it could not read`, () => {
    const attempt = start(protocol);
    attempt.handleConnected(0);
    attempt.handleBytes(100, answer(null));
    assert.equal(attempt.verdict?.peer?.version, 1);
    assert.equal(attempt.farewell, null);
  });

  test(`${protocol}: what echoes our Hello is no conntest`, () => {
    const attempt = start(protocol);
    const hello = attempt.handleConnected(0);
    assert.ok(hello !== null);
    attempt.handleBytes(100, hello);
    assert.equal(attempt.verdict?.cause, 'not-conntest');
  });

  test(`${protocol}: an answer under another id is no answer to us`, () => {
    const attempt = start(protocol);
    attempt.handleConnected(0);
    attempt.handleBytes(100, answer(ACCEPT, markId('00000000-0000-4000-8000-000000000000')));
    assert.equal(attempt.verdict?.cause, 'not-conntest');
  });
}

test('a stream that brings the answer byte by byte is waited for', () => {
  const attempt = start('tcp');
  attempt.handleConnected(0);
  const bytes = answer(ACCEPT);
  for (let i = 0; i < bytes.length; i++) {
    assert.equal(attempt.verdict, null, `after ${i} bytes`);
    attempt.handleBytes(i, bytes.subarray(i, i + 1));
  }
  assert.equal(attempt.verdict?.peer?.name, 'srv');
});

test('whoever greets with something else accepts, but is no conntest, and its greeting is kept', () => {
  const attempt = start('tcp');
  attempt.handleConnected(0);
  attempt.handleBytes(1, text('SSH-2.0-x\r\n'));
  assert.deepEqual(outcome(attempt), ['open', 'not-conntest', null, 'SSH-2.0-x\r\n']);
});

test('a greeting that is long is cut', () => {
  const attempt = start('tcp');
  attempt.handleConnected(0);
  attempt.handleBytes(1, text('x'.repeat(5000)));
  assert.equal(attempt.verdict?.said?.length, 80);
});

test('who accepts and closes, or says nothing, is no conntest', () => {
  for (const end of [(a: Attempt) => a.handleEnd(), (a: Attempt) => a.handleTimeout()]) {
    const attempt = start('tcp');
    attempt.handleConnected(0);
    end(attempt);
    assert.deepEqual(outcome(attempt), ['open', 'not-conntest', null, null]);
  }
});

test('a reset is a refusal before the connection is open, and is told as a reset after it', () => {
  const refused = start('tcp');
  refused.handleError('ECONNRESET', null);
  assert.deepEqual(outcome(refused), ['closed', 'refused', 'ECONNRESET', null]);
  const reset = start('tcp');
  reset.handleConnected(0);
  reset.handleError('ECONNRESET', null);
  assert.deepEqual(outcome(reset), ['open', 'reset', 'ECONNRESET', null]);
});

test('silence is filtered over TCP, and may be anything over UDP', () => {
  const tcp = start('tcp');
  tcp.handleTimeout();
  assert.deepEqual(outcome(tcp), ['filtered', 'timed-out', null, null]);
  const udp = start('udp');
  udp.handleConnected(0);
  udp.handleTimeout();
  assert.deepEqual(outcome(udp), ['open|filtered', 'timed-out', null, null]);
});

test('a UDP refusal is told by its errno also where nobody knows the ICMP error', () => {
  const attempt = start('udp');
  attempt.handleConnected(0);
  attempt.handleError('ECONNREFUSED', null);
  assert.deepEqual(outcome(attempt), ['closed', 'refused', 'ECONNREFUSED', null]);
});

test('a port that is not to be asked is open once it accepts', () => {
  const attempt = new Attempt('tcp', () => null);
  assert.equal(attempt.handleConnected(0), null);
  assert.deepEqual(outcome(attempt), ['open', 'accepted', null, null]);
});

test('what this machine lacks says nothing of the port', () => {
  for (const errno of ['EMFILE', 'EADDRNOTAVAIL', 'ENOBUFS']) {
    const attempt = start('tcp');
    attempt.handleError(errno, null);
    assert.deepEqual(outcome(attempt), ['unknown', 'local', errno, null]);
  }
});
