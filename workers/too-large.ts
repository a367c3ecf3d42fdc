import { isIPv6 } from 'node:net';
import type { DatagramRun } from '../src/io/udp.js';

/** IPv4 and UDP; IPv6 and UDP. */
const HEADS_BYTES = { 4: 28, 6: 48 } as const;

/** Forgotten beyond it, and told once more: a listener meets new addresses for ever. */
const MAX_TOLD = 1000;

/** Where datagrams go that are too large for the path. */
export interface TooLargeWay {
  readonly ip: string;
  /** null: the system doesn't tell. */
  readonly pathMtuBytes: number | null;
  /** What bulk data has in front of it in a datagram, the digits of its size left out. */
  readonly headBytes: number;
}

/** Says of each destination once, and again where its path becomes narrower, that nothing of this size gets there. */
export class TooLargeNotices {
  readonly #notice: (text: string, once: string) => void;
  /** The MTU that was said, by destination. */
  readonly #told = new Map<string, number | null>();

  constructor(notice: (text: string, once: string) => void) {
    this.#notice = notice;
  }

  tell({ segmentBytes }: DatagramRun, { ip, pathMtuBytes, headBytes }: TooLargeWay): void {
    const roomBytes =
      pathMtuBytes === null
        ? Number.NEGATIVE_INFINITY
        : pathMtuBytes - HEADS_BYTES[isIPv6(ip.split('%')[0] ?? ip) ? 6 : 4];
    // The error of an earlier datagram may come with any later one.
    if (segmentBytes <= roomBytes || this.#told.get(ip) === pathMtuBytes) return;
    if (this.#told.size >= MAX_TOLD) this.#told.clear();
    this.#told.set(ip, pathMtuBytes);
    const mtu = pathMtuBytes === null ? '' : ` of ${pathMtuBytes}`;
    const most = roomBytes - headBytes - String(roomBytes).length;
    const advice = most > 0 ? `packet-size=${most} fits` : 'a smaller packet-size may fit';
    this.#notice(
      `datagrams of ${segmentBytes} bytes to ${ip} are above the path's MTU${mtu} and must not be split (df=on): ` +
        `none of them leaves; ${advice}`,
      `too large ${ip} ${pathMtuBytes}`,
    );
  }
}
