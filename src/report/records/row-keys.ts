/** What tells a row from the others, from snapshot to snapshot. */
import type { PeerSnapshot, RunSnapshot } from '../../stats/snapshot.js';

export type KeyedRow = readonly [key: string, row: PeerSnapshot];

/** Two --connect may be the same text, but they keep their places; servers come and go. */
export function keyedClients({ clients }: RunSnapshot): KeyedRow[] {
  return clients.map((row, index) => [`client ${index}`, row]);
}

export function keyedServers({ servers }: RunSnapshot): KeyedRow[] {
  return servers.map((row) => [`server ${row.target} ${row.ip} ${row.peerName}`, row]);
}
