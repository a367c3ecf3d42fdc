/** Names for the rows of the tables that hold for a whole run, whatever the order they are shown in. */
import type { Accepted } from './accepted.js';

/** Of a --connect argument, by its place among them: the same one may be given twice. */
export function clientRowId(targetIndex: number): string {
  return `client ${targetIndex}`;
}

/** Of a peer of a listener: who calls itself the same from the same address is one. */
export function acceptedRowId({ target, peerName, remote }: Accepted): string {
  return `${target.text} ${remote.ip} ${peerName ?? ''}`;
}
