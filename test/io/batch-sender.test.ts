import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BatchCalls } from '../../src/io/batch/calls.js';
import { BatchSender, newWay } from '../../src/io/batch/sender.js';
import type { DatagramRun } from '../../src/io/udp.js';

type CallName = 'sendmsg' | 'sendmmsg';

/** A kernel that answers each call as told, and takes everything when nothing is left to tell. */
class Kernel {
  readonly made: string[] = [];
  readonly #answers: (number | string)[];
  #code = '';

  constructor(...answers: (number | string)[]) {
    this.#answers = answers;
  }

  get calls(): BatchCalls {
    return {
      sendmsg: () => this.#answer('sendmsg', 1),
      sendmmsg: (_fd, _messages, count) => this.#answer('sendmmsg', count),
      recvmmsg: () => -1,
      addressOf: () => 2 ** 46,
      libc: { errnoName: () => this.#code } as BatchCalls['libc'],
    };
  }

  #answer(name: CallName, all: number): number {
    const answer = this.#answers.shift() ?? all;
    this.made.push(name === 'sendmmsg' ? `${name} ${all}` : name);
    if (typeof answer === 'number') return answer;
    this.#code = answer;
    return -1;
  }
}

function runOf(segments: number, segmentBytes: number): DatagramRun {
  const sizeBytes = segments * segmentBytes;
  return { bytes: new Uint8Array(sizeBytes), segmentBytes, segments, sizeBytes };
}

describe('sending a run', () => {
  it('is one call where the kernel cuts it', () => {
    const kernel = new Kernel();
    assert.equal(new BatchSender(kernel.calls).send(9, runOf(40, 1400), null, newWay()), 40);
    assert.deepEqual(kernel.made, ['sendmsg']);
  });

  it('is cut into calls of what the kernel takes at once', () => {
    const kernel = new Kernel();
    assert.equal(new BatchSender(kernel.calls).send(9, runOf(30, 8000), null, newWay()), 30);
    assert.equal(kernel.made.length, 4, '8 datagrams of 8000 bytes fit into 65,507');
  });

  it('goes one by one above the MTU from then on, and still as a whole below it', () => {
    const kernel = new Kernel('EMSGSIZE');
    const sender = new BatchSender(kernel.calls);
    const way = newWay();
    assert.equal(sender.send(9, runOf(10, 4000), null, way), 10);
    assert.equal(sender.send(9, runOf(10, 4000), null, way), 10);
    assert.equal(sender.send(9, runOf(10, 1400), null, way), 10);
    assert.deepEqual(kernel.made, ['sendmsg', 'sendmmsg 10', 'sendmmsg 10', 'sendmsg']);
    assert.equal(sender.joinCode, 'EMSGSIZE');
  });

  it('never asks a device again that can not cut', () => {
    const kernel = new Kernel('EIO');
    const way = newWay();
    const sender = new BatchSender(kernel.calls);
    sender.send(9, runOf(4, 1400), null, way);
    sender.send(9, runOf(4, 100), null, way);
    assert.deepEqual(kernel.made, ['sendmsg', 'sendmmsg 4', 'sendmmsg 4']);
  });

  it('is a call a datagram where there is no sendmmsg either', () => {
    const kernel = new Kernel('EINVAL', 'ENOSYS');
    assert.equal(new BatchSender(kernel.calls).send(9, runOf(3, 1400), null, newWay()), 3);
    assert.deepEqual(kernel.made, ['sendmsg', 'sendmmsg 3', 'sendmsg', 'sendmsg', 'sendmsg']);
  });

  it('tells how far it got when the system is busy', () => {
    const kernel = new Kernel('EMSGSIZE', 6, 'EAGAIN');
    const sender = new BatchSender(kernel.calls);
    assert.equal(sender.send(9, runOf(10, 4000), null, newWay()), 6);
    assert.equal(sender.code, 'EAGAIN');
  });

  it('goes one by one behind a call that stopped early, until the peer is heard: it may have swallowed an ICMP error', () => {
    const kernel = new Kernel('EMSGSIZE', 1, 1, 'ECONNREFUSED');
    const sender = new BatchSender(kernel.calls);
    const way = newWay();
    assert.equal(sender.send(9, runOf(10, 4000), null, way), 2);
    assert.equal(sender.code, 'ECONNREFUSED');
    sender.send(9, runOf(2, 4000), null, way);
    way.isDoubted = false;
    sender.send(9, runOf(2, 4000), null, way);
    const singly = ['sendmsg', 'sendmsg', 'sendmsg', 'sendmsg'];
    assert.deepEqual(kernel.made, ['sendmsg', 'sendmmsg 10', ...singly, 'sendmmsg 2']);
  });

  it('never doubts the way of a socket that is not connected, to which no ICMP error is told', () => {
    const kernel = new Kernel('EMSGSIZE', 4);
    const to = new Uint8Array(16);
    assert.equal(new BatchSender(kernel.calls).send(9, runOf(10, 4000), to, newWay()), 10);
    assert.deepEqual(kernel.made, ['sendmsg', 'sendmmsg 10', 'sendmmsg 6']);
  });

  it('goes on after a signal', () => {
    const kernel = new Kernel('EINTR');
    assert.equal(new BatchSender(kernel.calls).send(9, runOf(2, 1400), null, newWay()), 2);
  });

  it('is not repeated where a datagram is too large for any way', () => {
    const kernel = new Kernel('EMSGSIZE');
    const sender = new BatchSender(kernel.calls);
    assert.equal(sender.send(9, runOf(1, 60_000), null, newWay()), 0);
    assert.equal(sender.code, 'EMSGSIZE');
  });
});
