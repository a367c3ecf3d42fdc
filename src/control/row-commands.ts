import type { AcceptedTable } from './accepted.js';
import type { Client, Clients } from './clients.js';
import type { ToShard } from './messages.js';
import { acceptedRowId, clientRowId } from './row-id.js';

/** Commands to a row of the tables, handed on to each of its connections. */
export class RowCommands {
  readonly #clients: Clients;
  readonly #accepted: AcceptedTable;
  readonly #send: (shard: number, message: ToShard) => void;

  constructor(clients: Clients, accepted: AcceptedTable, send: (shard: number, message: ToShard) => void) {
    this.#clients = clients;
    this.#accepted = accepted;
    this.#send = send;
  }

  setMonitoring(rowId: string, isOn: boolean): void {
    for (const client of this.#clientsOf(rowId)) this.#clients.setMonitoring(client, isOn);
  }

  reconnect(rowId: string): void {
    for (const client of this.#clientsOf(rowId)) this.#clients.reconnect(client);
  }

  drop(rowId: string): void {
    for (const client of this.#clientsOf(rowId)) this.#clients.drop(client);
    for (const accepted of this.#accepted.all.values()) {
      if (acceptedRowId(accepted) !== rowId) continue;
      this.#send(accepted.shard, { type: 'close', key: accepted.key });
    }
  }

  #clientsOf(rowId: string): Client[] {
    return [...this.#clients.all.values()].filter(({ targetIndex }) => clientRowId(targetIndex) === rowId);
  }
}
