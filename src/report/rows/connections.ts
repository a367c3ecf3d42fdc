/** Who is behind a connection's key, for events that do not repeat it. Holds open connections only. */
import type { Address, RunEvent } from '../../control/events.js';

export class OpenConnections {
  readonly #remotes = new Map<number, Address>();

  handleEvent(event: RunEvent): void {
    if (event.type === 'connected') this.#remotes.set(event.key, event.remote);
    if (event.type === 'lost') this.#remotes.delete(event.key);
  }

  remoteOf(key: number): Address | null {
    return this.#remotes.get(key) ?? null;
  }
}
