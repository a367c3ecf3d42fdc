import type { ListenTarget } from '../options/types.js';
import type { Address, Cause, RunEvent } from './events.js';
import type { FromShard } from './messages.js';

/** One connection that a listener of ours has accepted. */
export interface Accepted {
  readonly key: number;
  readonly shard: number;
  readonly target: ListenTarget;
  readonly remote: Address;
  readonly openedMs: number;
  peerName: string | null;
}

/** The connections that are open at our listeners. Their number is bounded by each shard's own limit. */
export class AcceptedTable {
  readonly all = new Map<number, Accepted>();
  readonly #emit: (event: RunEvent) => void;

  constructor(emit: (event: RunEvent) => void) {
    this.#emit = emit;
  }

  handleOpened(shard: number, target: ListenTarget, message: Extract<FromShard, { type: 'opened' }>): void {
    const { key, local, remote, buffers, connectMs, tMs } = message;
    const accepted: Accepted = { key, shard, target, remote, openedMs: tMs, peerName: null };
    this.all.set(key, accepted);
    const attempt = 1;
    this.#emit({
      type: 'connected',
      ...acceptedOf(accepted),
      tMs,
      local,
      remote,
      buffers,
      attempt,
      connectMs,
      outageMs: null,
    });
  }

  handleHello(accepted: Accepted, peerName: string, tMs: number): void {
    accepted.peerName = peerName;
    this.#emit({ type: 'hello', ...acceptedOf(accepted), tMs, peerName });
  }

  handleClosed(accepted: Accepted, cause: Cause, tMs: number): void {
    this.all.delete(accepted.key);
    const { remote, peerName } = accepted;
    const uptimeMs = tMs - accepted.openedMs;
    this.#emit({
      type: 'lost',
      ...acceptedOf(accepted),
      tMs,
      remote,
      peerName,
      cause,
      uptimeMs,
      retryInMs: null,
    });
  }
}

export function acceptedOf({ key, target }: Accepted) {
  return { key, role: 'listener', protocol: target.protocol, target: target.text } as const;
}
