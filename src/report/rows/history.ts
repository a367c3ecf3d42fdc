/** What the snapshots cannot say at the end: how often each target was up, away, and why. Bounded by
 *  the number of --connect and --listen arguments. */
import type { Cause, Role, RunEvent } from '../../control/events.js';

export interface TargetHistory {
  readonly role: Role;
  readonly target: string;
  /** Connections that came up, reconnections included. */
  connections: number;
  /** Connections that ended while the run went on. */
  losses: number;
  /** Tries that never became a connection. */
  failures: number;
  /** Outages that are over. */
  outages: number;
  outageMs: number;
  longestOutageMs: number;
  lastCause: Cause | null;
}

type VerdictEvent = Extract<RunEvent, { type: 'verdict' }>;

export class RunHistory {
  /** One for each --fail-if. */
  readonly verdicts: VerdictEvent[] = [];
  /** What the figures leave out at the start; null: nothing yet. */
  omittedMs: number | null = null;
  readonly #targets = new Map<string, TargetHistory>();

  handleEvent(event: RunEvent): void {
    switch (event.type) {
      case 'listening':
        // Whatever kept it from listening before is over.
        this.#of('listener', event.target).lastCause = null;
        return;
      case 'connected':
        addConnection(this.#of(event.role, event.target), event.outageMs);
        return;
      case 'lost':
        if (event.cause.code !== 'STOPPED') addLoss(this.#of(event.role, event.target), event.cause);
        return;
      case 'failed':
        addFailure(this.#of(event.role, event.target), event.cause);
        return;
      case 'listen-failed':
        addFailure(this.#of('listener', event.target), event.cause);
        return;
      case 'omitted':
        this.omittedMs = event.omittedMs;
        return;
      case 'verdict':
        this.verdicts.push(event);
        return;
      default:
        return;
    }
  }

  /** null: nothing has happened at this target yet. */
  find(role: Role, target: string): Readonly<TargetHistory> | null {
    return this.#targets.get(keyOf(role, target)) ?? null;
  }

  /** In the order in which the targets were first heard of. */
  all(): readonly Readonly<TargetHistory>[] {
    return [...this.#targets.values()];
  }

  #of(role: Role, target: string): TargetHistory {
    const known = this.#targets.get(keyOf(role, target));
    if (known !== undefined) return known;
    const fresh: TargetHistory = {
      role,
      target,
      connections: 0,
      losses: 0,
      failures: 0,
      outages: 0,
      outageMs: 0,
      longestOutageMs: 0,
      lastCause: null,
    };
    this.#targets.set(keyOf(role, target), fresh);
    return fresh;
  }
}

function keyOf(role: Role, target: string): string {
  return `${role} ${target}`;
}

function addConnection(history: TargetHistory, outageMs: number | null): void {
  history.connections += 1;
  if (outageMs === null) return;
  history.outages += 1;
  history.outageMs += outageMs;
  history.longestOutageMs = Math.max(history.longestOutageMs, outageMs);
}

function addLoss(history: TargetHistory, cause: Cause): void {
  history.losses += 1;
  history.lastCause = cause;
}

function addFailure(history: TargetHistory, cause: Cause): void {
  history.failures += 1;
  history.lastCause = cause;
}
