/** What a UI may ask of a run while it goes on. `rowId` is the `id` of a row of the snapshots; one that is not
 *  there any more is ignored. */
import type { RunSnapshot } from '../stats/snapshot.js';

export interface RunCommands {
  /** The figures of this moment, between two of the snapshots that come by themselves. */
  snapshot(): RunSnapshot;
  /** Of a client's row: whether bandwidth is measured from the next round on. */
  setMonitoring(rowId: string, isOn: boolean): void;
  /** Of a client's row: closes its connections and connects them again at once; those that wait or were dropped too. */
  reconnect(rowId: string): void;
  /** Closes its connections; ours stay closed until `reconnect`, those of a peer come again as it likes. */
  drop(rowId: string): void;
}
