import { readFileSync, readlinkSync } from 'node:fs';

const TABLES = ['/proc/net/udp', '/proc/net/udp6'];
/** Reading a table costs about 1 us a socket of the whole system. */
const READ_EVERY_MS = 500;
/** What is reported to a peer, which holds it against its losses, must not be older. */
const FRESH_MS = 20;
/** Columns of a line: ... inode ref pointer drops (net/ipv4/udp.c, udp4_format_sock). */
const INODE_COLUMN = 9;

/** Datagrams that the kernel dropped because a socket's receive queue was full. The socket option for that
 *  (SO_RXQ_OVFL) comes as a control message, which node:dgram passes to nobody. */
export class QueueDrops {
  /** Changes with every reading: without a change there is nothing new to take. */
  readings = 0;
  readonly #taken = new Map<number, number>();
  #drops: ReadonlyMap<number, number> = new Map();
  #readMs = Number.NEGATIVE_INFINITY;
  #isAvailable = process.platform === 'linux';

  /** Reads the tables where it is time to.
   *  @param urgent what is known must be of now */
  refresh(nowMs: number, urgent = false): void {
    if (!this.#isAvailable || nowMs < this.#readMs + (urgent ? FRESH_MS : READ_EVERY_MS)) return;
    this.#readMs = nowMs;
    const drops = readDrops();
    if (drops === null) {
      this.#isAvailable = false;
      return;
    }
    this.#drops = drops;
    this.readings++;
    for (const inode of this.#taken.keys()) if (!drops.has(inode)) this.#taken.delete(inode);
  }

  /** Of the socket with this inode, since they were taken last: connections that share it share its drops. null: not known. */
  take(inode: number): number | null {
    const drops = this.#drops.get(inode);
    if (drops === undefined) return null;
    const taken = this.#taken.get(inode) ?? 0;
    this.#taken.set(inode, drops);
    return Math.max(0, drops - taken);
  }
}

/** A socket's, the same for as long as it is open; null: not known.
 *  `socket:[12345]`. Not fstatSync: after one of a socket, Node 20 takes symbolic links for plain folders in the next
 *  module that it loads, and so loads a module a second time. */
export function inodeOf(fd: number): number | null {
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
