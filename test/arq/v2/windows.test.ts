import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bufferedDatagrams } from '../../../src/arq/v2/buffer-room.js';
import { PeerWindow } from '../../../src/arq/v2/peer-window.js';
import type { SackView } from '../../../src/wire/v2/sack.js';

const sack = (next: number, window: number) => ({ next, window }) as SackView;

/** How many filled the buffer of a socket (SO_RCVBUF 8,388,608) on Linux 6.18, and how many it took after half of them were
 *  read. */
const MEASURED = [
  [500, 6553, 4916],
  [1000, 3640, 2731],
  [1528, 3640, 2731],
  [2000, 1927, 1446],
  [4128, 992, 745],
  [8128, 504, 379],
  [9128, 504, 379],
  [30_000, 272, 205],
  [60_000, 137, 104],
] as const;

test('no more datagrams are asked for than Linux was seen to keep, and nearly as many', () => {
  for (const [datagramBytes, , most] of MEASURED) {
    const packets = bufferedDatagrams(8_388_608, datagramBytes);
    assert.ok(
      packets <= most && packets > 0.9 * most,
      `${packets} of ${datagramBytes} bytes, measured ${most}`,
    );
  }
});

test('a window that was given for small packets lets fewer large ones go', () => {
  const peer = new PeerWindow();
  peer.handleSack(sack(10, 1000));
  assert.equal(peer.limit, 1010);
  peer.setPacketBytes(15_280, 20);
  assert.equal(peer.limit, 20 + 99);
  peer.handleSack(sack(20, 1000)); // of packets before the large ones
  assert.equal(peer.limit, 20 + 100);
  peer.handleSack(sack(21, 150)); // the first of them has come
  assert.equal(peer.limit, 21 + 150);
});

test('smaller packets leave a window as it is', () => {
  const peer = new PeerWindow();
  peer.handleSack(sack(10, 1000));
  peer.setPacketBytes(200, 20);
  assert.equal(peer.limit, 1010);
});

test('the newest Sack takes room back, an overtaken one gives none', () => {
  const peer = new PeerWindow();
  peer.handleSack(sack(10, 1000));
  peer.handleSack(sack(12, 5));
  assert.equal(peer.limit, 17);
  peer.handleSack(sack(11, 1000));
  assert.equal(peer.limit, 17);
});
