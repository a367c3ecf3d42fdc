/** Which peers a person is shown where there is no room for all. */
import type { PeerSnapshot } from '../../stats/snapshot.js';

/** More rows than this push the first ones off a usual terminal (24 lines, two sections). */
export const MAX_PEERS_SHOWN = 20;

/** The `limit` peers that moved the most bytes so far, in the order in which they were given: rows that
 *  change places every second cannot be read. */
export function busiestPeers(peers: readonly PeerSnapshot[], limit: number): readonly PeerSnapshot[] {
  if (peers.length <= limit) return peers;
  const byTraffic = [...peers].sort((a, b) => trafficBytes(b) - trafficBytes(a));
  const chosen = new Set(byTraffic.slice(0, limit));
  return peers.filter((peer) => chosen.has(peer));
}

function trafficBytes(peer: PeerSnapshot): number {
  return peer.bytesSent + peer.bytesReceived;
}
