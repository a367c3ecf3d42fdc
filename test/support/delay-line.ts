/** A long cable: `node delay-line.js DELAY_MS LEFT RIGHT` hands what comes to one of two network devices on to the other,
 *  so much later. Linux's own delays (tc netem) are a module that not every kernel has. It says `ready` when it is. */
import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { loadLibc } from '../../src/io/libc.js';

/** linux/socket.h, if_packet.h, if_ether.h, asm-generic/poll.h. */
const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_ALL = 3;
const SOL_PACKET = 263;
/** Frames come and go with what a driver is told of them: where to cut them, and which checksum is still to be made. */
const PACKET_VNET_HDR = 15;
const PACKET_IGNORE_OUTGOING = 23;
const MSG_DONTWAIT = 0x40;
const POLLIN = 1;

/** The longest that segmentation offload makes, and its headers. */
const MAX_FRAME_BYTES = 65_536 + 256;

const { libc, reason } = loadLibc();
if (libc === null) throw new Error(reason);
const { library } = libc;
const recv = library.func('long recv(int, uint8_t *, size_t, int)');
const send = library.func('long send(int, const uint8_t *, size_t, int)');
const poll = library.func('int poll(uint8_t *, unsigned long, int)');

interface Frame {
  readonly dueMs: number;
  readonly bytes: Uint8Array;
}

const [delay = '', ...names] = process.argv.slice(2);
const delayMs = Number(delay);
const fds = names.map(open);
/** What came to each end. */
const frames: Frame[][] = names.map(() => []);
const room = new Uint8Array(MAX_FRAME_BYTES);
const polled = new DataView(new ArrayBuffer(8 * fds.length));
for (const [i, fd] of fds.entries()) {
  polled.setInt32(8 * i, fd, true);
  polled.setInt16(8 * i + 4, POLLIN, true);
}
// A cable does not wait for a CPU, however many want one.
setPriority(constants.priority.PRIORITY_HIGHEST);
process.stdout.write('ready\n');
for (;;) {
  poll(new Uint8Array(polled.buffer), fds.length, waitMs());
  for (const end of fds.keys()) take(end);
  for (const end of fds.keys()) pass(end);
}

function open(name: string): number {
  const protocol = (ETH_P_ALL << 8) & 0xffff; // in network order
  const fd = libc!.socket(AF_PACKET, SOCK_RAW, protocol);
  const on = new Uint8Array(new Int32Array([1]).buffer);
  libc!.setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, on, on.length);
  libc!.setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, on, on.length);
  const address = new DataView(new ArrayBuffer(20)); // struct sockaddr_ll
  address.setUint16(0, AF_PACKET, true);
  address.setUint16(2, ETH_P_ALL);
  address.setInt32(4, Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'ascii')), true);
  if (libc!.bind(fd, new Uint8Array(address.buffer), 20) !== 0) throw new Error(libc!.errnoName());
  return fd;
}

function waitMs(): number {
  const dueMs = Math.min(...frames.map(([first]) => first?.dueMs ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(dueMs) ? Math.max(0, Math.ceil(dueMs - performance.now())) : -1;
}

function take(end: number): void {
  for (;;) {
    const size = Number(recv(fds[end], room, room.length, MSG_DONTWAIT));
    if (size <= 0) return;
    frames[end]!.push({ dueMs: performance.now() + delayMs, bytes: room.slice(0, size) });
  }
}

function pass(end: number): void {
  const waiting = frames[end]!;
  const now = performance.now();
  const due = waiting.findIndex(({ dueMs }) => dueMs > now);
  for (const { bytes } of waiting.splice(0, due < 0 ? waiting.length : due)) {
    send(fds[1 - end], bytes, bytes.length, 0);
  }
}
