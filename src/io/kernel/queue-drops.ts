import { readFileSync, readlinkSync } from 'node:fs';
import { getBytes, SO_MEMINFO } from './sockopt.js';

/** SK_MEMINFO_DROPS of linux/sock_diag.h, which Linux has since 4.12. */
const DROPS_AT = 8;
const memInfo = new Uint32Array(16);
const memInfoBytes = new Uint8Array(memInfo.buffer);

const TABLES = ['/proc/net/udp', '/proc/net/udp6'];
/** Reading a table costs about 1 us a socket of the whole system; what is reported to a peer, which holds it against
 *  its losses, must not be older. */
const FRESH_MS = 20;
/** Columns of a line: ... inode ref pointer drops (net/ipv4/udp.c, udp4_format_sock). */
const INODE_COLUMN = 9;

/** Datagrams that the kernel dropped because a socket's receive queue was full. (SO_RXQ_OVFL would tell it in a control
 *  message, which node:dgram passes to nobody.) */
export class QueueDrops {
  readonly #tables = new UdpTables();
  readonly #taken = new WeakMap<object, number>();

  /** Of this socket, since they were taken last: connections that share it share its drops. null: not known. */
  take(socket: { readonly fd: number }, nowMs: number): number | null {
    const { fd } = socket;
    const drops = dropsOf(fd) ?? this.#tables.dropsOf(fd, nowMs);
    if (drops === null) return null;
    const taken = this.#taken.get(socket) ?? 0;
    this.#taken.set(socket, drops);
    return Math.max(0, drops - taken);
  }
}

/** Since the socket was made; null: the kernel can't be asked. */
export function dropsOf(fd: number): number | null {
  const filledBytes = getBytes(fd, SO_MEMINFO, memInfoBytes);
  return filledBytes < (DROPS_AT + 1) * memInfo.BYTES_PER_ELEMENT ? null : memInfo[DROPS_AT]!;
}

/** The same without a call of our own: from what the system shows of all its sockets. */
export class UdpTables {
  #drops: ReadonlyMap<number, number> = new Map();
  #readMs = Number.NEGATIVE_INFINITY;
  #isAvailable = process.platform === 'linux';

  dropsOf(fd: number, nowMs: number): number | null {
    const inode = this.#isAvailable ? inodeOf(fd) : null;
    if (inode === null) return null;
    if (nowMs >= this.#readMs + FRESH_MS) this.#read(nowMs);
    return this.#drops.get(inode) ?? null;
  }

  #read(nowMs: number): void {
    const drops = readDrops();
    this.#readMs = nowMs;
    this.#isAvailable = drops !== null;
    this.#drops = drops ?? new Map();
  }
}

/** A socket's, the same for as long as it is open; null: not known.
 *  `socket:[12345]`. Not fstatSync: after one of a socket, Node 20 takes symbolic links for plain folders in the next
 *  module that it loads, and so loads a module a second time. */
function inodeOf(fd: number): number | null {
  if (fd < 0) return null;
  try {
    const [inode] = /\d+/.exec(readlinkSync(`/proc/self/fd/${fd}`)) ?? [];
    return inode === undefined ? null : Number(inode);
  } catch {
    return null; // closed meanwhile
  }
}

/** By inode; null: the system has no such tables. */
function readDrops(): Map<number, number> | null {
  const drops = new Map<number, number>();
  let tables = 0;
  for (const path of TABLES) {
    try {
      addDrops(readFileSync(path, 'ascii'), drops);
      tables++;
    } catch {} // without IPv6 there is one of them
  }
  return tables === 0 ? null : drops;
}

function addDrops(table: string, into: Map<number, number>): void {
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    const drops = columns.at(-1);
    if (columns.length > INODE_COLUMN && drops !== undefined)
      into.set(Number(columns[INODE_COLUMN]), Number(drops));
  }
}
