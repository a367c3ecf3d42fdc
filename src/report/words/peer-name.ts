/** How a peer is called: by its Hello, and before that by what the user wrote. */
import type { Address } from '../../control/events.js';
import type { PeerSnapshot } from '../../stats/snapshot.js';
import { NOT_MEASURED } from '../print/format.js';

/** Its name; without a Hello yet, the target's host and port where the peer's own are not known. */
export function peerTitle(peer: PeerSnapshot): string {
  if (peer.peerName !== null && peer.peerName.trim() !== '') return peer.peerName;
  return peer.ip === null ? shortTarget(peer.target) : NOT_MEASURED;
}

export function peerHost(peer: PeerSnapshot): string {
  return peer.ip ?? NOT_MEASURED;
}

export function peerPort(peer: PeerSnapshot): string {
  return peer.port === null ? NOT_MEASURED : String(peer.port);
}

/** `udp v2`; without the version before the Hello. */
export function peerProtocol({ protocol, version }: PeerSnapshot): string {
  return version === null ? protocol : `${protocol} v${version}`;
}

/** `127.0.0.1:1234`, `[::1]:1234`. */
export function formatAddress({ ip, port }: Address): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** The target without scheme and options: `tcp://host:1234?phase=1s` is `host:1234`. */
export function shortTarget(target: string): string {
  return target.replace(/^[a-z0-9]+:(?:\/\/)?/i, '').replace(/[/?].*$/s, '');
}
