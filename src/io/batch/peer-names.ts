import type { RemoteInfo } from 'node:dgram';
import { AF_INET, sockaddr } from '../sockaddr.js';

/** Addresses kept in mind; beyond it all are forgotten and learnt again, so that forged ones cost nothing. */
const MAX_KNOWN = 4096;

const MAPPED_PREFIX = '00000000000000000000ffff';

/** From a struct sockaddr to what node:dgram tells, and back: the same object for the same peer. */
export class PeerNames {
  readonly #byName = new Map<number | string, RemoteInfo>();
  readonly #byText = new Map<string, RemoteInfo>();
  readonly #names = new WeakMap<RemoteInfo, Uint8Array>();
  #lastKey: number | string = '';
  #last: RemoteInfo | undefined;

  /** Whose address it is that a receive has left at `bytes[off..)`. */
  of(bytes: Uint8Array, off: number): RemoteInfo {
    const key = keyOf(bytes, off);
    if (key === this.#lastKey && this.#last !== undefined) return this.#last;
    const known = this.#byName.get(key) ?? this.#learn(key, bytes, off);
    this.#lastKey = key;
    this.#last = known;
    return known;
  }

  /** The object for an address that node:dgram told. */
  known({ address, port }: RemoteInfo): RemoteInfo {
    const text = `${address} ${port}`;
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const remote = this.of(sockaddr(address, port), 0);
    this.#byText.set(text, remote);
    return remote;
  }

  /** The struct sockaddr to send to. */
  nameOf(remote: RemoteInfo): Uint8Array {
    let name = this.#names.get(remote);
    if (name === undefined) {
      name = sockaddr(remote.address, remote.port);
      this.#names.set(remote, name);
    }
    return name;
  }

  #learn(key: number | string, bytes: Uint8Array, off: number): RemoteInfo {
    if (this.#byName.size >= MAX_KNOWN) {
      this.#byName.clear();
      this.#byText.clear();
    }
    const remote = remoteOf(bytes, off);
    this.#byName.set(key, remote);
    return remote;
  }
}

function isV4(bytes: Uint8Array, off: number): boolean {
  return bytes[off] === AF_INET;
}

/** IPv4: address and port as one number; IPv6: its bytes as text. */
function keyOf(bytes: Uint8Array, off: number): number | string {
  if (isV4(bytes, off)) return wordAt(bytes, off + 4) * 65_536 + portAt(bytes, off);
  const port = portAt(bytes, off);
  return `${wordAt(bytes, off + 8)},${wordAt(bytes, off + 12)},${wordAt(bytes, off + 16)},${wordAt(bytes, off + 20)},${wordAt(bytes, off + 24)},${port}`;
}

function remoteOf(bytes: Uint8Array, off: number): RemoteInfo {
  const port = portAt(bytes, off);
  if (isV4(bytes, off)) return { address: dotted(bytes, off + 4), family: 'IPv4', port, size: 0 };
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + off + 8, 16).toString('hex');
  const isMapped = hex.startsWith(MAPPED_PREFIX);
  const address = isMapped ? `::ffff:${dotted(bytes, off + 20)}` : shortened(hex);
  const scope =
    bytes[off + 24]! | (bytes[off + 25]! << 8) | (bytes[off + 26]! << 16) | (bytes[off + 27]! << 24);
  return { address: scope === 0 ? address : `${address}%${scope >>> 0}`, family: 'IPv6', port, size: 0 };
}

/** RFC 5952, as URL writes it. */
function shortened(hex: string): string {
  const groups = hex.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function dotted(bytes: Uint8Array, off: number): string {
  return bytes.subarray(off, off + 4).join('.');
}

function portAt(bytes: Uint8Array, off: number): number {
  return (bytes[off + 2]! << 8) | bytes[off + 3]!;
}

function wordAt(bytes: Uint8Array, off: number): number {
  return (bytes[off]! * 256 + bytes[off + 1]!) * 65_536 + ((bytes[off + 2]! << 8) | bytes[off + 3]!);
}
