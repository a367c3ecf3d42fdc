/** A TCP link against plain sockets of node:net. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { IoFailure } from '../../src/io/failure.js';
import { loadStreamCalls } from '../../src/io/kernel/stream-calls.js';
import { TcpLink } from '../../src/io/tcp.js';
import { Prng } from '../support/prng.js';

const SIZE_BYTES = 20_000_003;
const WRITE_BYTES = 1 << 20;
const COUNTS_NOTHING = {
  countedBytes: 0,
  handleCounted: () => assert.fail('nothing is only counted'),
  handleBatchEnd: () => {},
};

function data(seed: number): Buffer {
  const prng = new Prng(seed);
  const bytes = Buffer.alloc(SIZE_BYTES);
  for (let at = 0; at + 4 <= SIZE_BYTES; at += 4) bytes.writeUInt32LE(prng.below(2 ** 32), at);
  return bytes;
}

/** A link and the plain socket at its other end. */
async function connected(t: TestContext): Promise<{ link: TcpLink; peer: Socket }> {
  const server = createServer({ pauseOnConnect: true });
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const peer = new Socket();
  t.after(() => peer.destroy());
  peer.connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  const link = new TcpLink(accepted);
  t.after(() => link.destroy());
  return { link, peer };
}

/** Writes in pieces from one buffer, as a carrier does, and tells how many were taken. */
function writeAll(link: TcpLink, bytes: Buffer, closed: (failure: IoFailure) => void): Promise<number> {
  return new Promise((resolve) => {
    const buffer = new Uint8Array(WRITE_BYTES);
    let at = 0;
    const writeNext = (): void => {
      if (at >= bytes.length) {
        resolve(at);
        return;
      }
      const sizeBytes = Math.min(WRITE_BYTES, bytes.length - at);
      buffer.set(bytes.subarray(at, at + sizeBytes));
      at += sizeBytes;
      link.write(buffer.subarray(0, sizeBytes));
    };
    link.start({
      ...COUNTS_NOTHING,
      handleData: () => assert.fail('nothing was sent'),
      handleWritten: writeNext,
      handleClosed: (failure) => {
        closed(failure);
        resolve(at);
      },
    });
    writeNext();
  });
}

test('what a link writes arrives in order, to a peer that reads now and then', async (t) => {
  const { link, peer } = await connected(t);
  const bytes = data(1);
  const pieces: Buffer[] = [];
  const arrived = new Promise<void>((resolve) => {
    let left = bytes.length;
    peer.on('data', (piece: Buffer) => {
      pieces.push(piece);
      left -= piece.length;
      if (left === 0) resolve();
      peer.pause();
      setImmediate(() => peer.resume());
    });
  });
  assert.equal(await writeAll(link, bytes, ({ text }) => assert.fail(text)), bytes.length);
  await arrived;
  assert.ok(Buffer.concat(pieces).equals(bytes));
});

test('what a link reads is all that the peer wrote, in order, and then that it closed', async (t) => {
  const { link, peer } = await connected(t);
  const bytes = data(2);
  const got = Buffer.alloc(bytes.length);
  let at = 0;
  const closed = new Promise<IoFailure>((resolve) => {
    link.start({
      ...COUNTS_NOTHING,
      handleData: (piece, sizeBytes) => {
        got.set(piece.subarray(0, sizeBytes), at);
        at += sizeBytes;
      },
      handleWritten: () => {},
      handleClosed: resolve,
    });
  });
  peer.end(bytes);
  assert.equal((await closed).code, 'PEER_CLOSED');
  assert.equal(at, bytes.length);
  assert.ok(got.equals(bytes));
});

test('bytes that a link only counts are left out of what it reads, and nothing else is', async (t) => {
  const { link, peer } = await connected(t);
  const bytes = data(5);
  const prng = new Prng(6);
  let at = 0;
  let counted = 0;
  let countedLeft = 0;
  let batches = 0;
  const closed = new Promise<IoFailure>((resolve) => {
    link.start({
      get countedBytes() {
        return countedLeft;
      },
      handleCounted(sizeBytes) {
        assert.ok(sizeBytes > 0 && sizeBytes <= countedLeft, `${sizeBytes} of ${countedLeft}`);
        at += sizeBytes;
        counted += sizeBytes;
        countedLeft = prng.below(2) === 0 ? countedLeft - sizeBytes : 0;
      },
      handleData(piece, sizeBytes) {
        assert.ok(bytes.subarray(at, at + sizeBytes).equals(piece.subarray(0, sizeBytes)), `from ${at} on`);
        at += sizeBytes;
        countedLeft = prng.below(4) === 0 ? 0 : prng.below(Math.min(1_000_000, SIZE_BYTES - at) + 1);
      },
      handleBatchEnd: () => {
        batches++;
      },
      handleWritten: () => {},
      handleClosed: resolve,
    });
  });
  peer.end(bytes);
  assert.equal((await closed).code, 'PEER_CLOSED');
  assert.equal(at, SIZE_BYTES);
  assert.ok(batches > 0);
  assert.equal(counted > SIZE_BYTES / 100, loadStreamCalls() !== null, `${counted} bytes were counted`);
});

test('a link whose owner closes it while it reads hands out nothing more', async (t) => {
  const { link, peer } = await connected(t);
  let reads = 0;
  const ended = new Promise<void>((resolve) => {
    link.start({
      ...COUNTS_NOTHING,
      handleData: () => {
        reads++;
        link.destroy(resolve);
      },
      handleWritten: () => {},
      handleClosed: () => assert.fail('it was closed by its owner'),
    });
  });
  peer.on('error', () => {}); // its data was not read
  peer.write(data(3));
  await ended;
  assert.equal(reads, 1);
});

test('a peer that resets the connection while a link writes is told by its errno, once', async (t) => {
  const { link, peer } = await connected(t);
  const failures: IoFailure[] = [];
  const written = writeAll(link, data(4), (failure) => failures.push(failure));
  await once(peer, 'readable');
  peer.resetAndDestroy();
  assert.ok((await written) < SIZE_BYTES);
  assert.deepEqual(
    failures.map(({ code }) => code),
    ['ECONNRESET'],
  );
});
