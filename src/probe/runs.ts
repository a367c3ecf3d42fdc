import type { PortRange } from '../options/addresses/ports.js';
import type { PortResult } from './sections.js';
import type { Icmp, Peer, Verdict } from './types.js';

/** Ports with the same answer, one after the other among those probed. */
export interface Run {
  readonly ranges: readonly PortRange[];
  readonly count: number;
  /** The same of all of them, but for the latency: the least is told, as the others waited in our own queue. */
  readonly verdict: Verdict;
  /** The longest of them. */
  readonly elapsedUs: number;
  readonly tries: number;
}

/** Above it runs of the same answer that is not open are told together: answers that alternate fill no screen. */
const MAX_RUNS = 40;

/** By their first port. @param ports in ascending order */
export function runsOf(ports: readonly PortResult[]): Run[] {
  const runs: Run[] = [];
  for (const result of ports) {
    const last = runs.at(-1);
    if (last === undefined || !isSame(last.verdict, result.verdict)) runs.push(runOf(result));
    else runs[runs.length - 1] = join(last, runOf(result));
  }
  return runs.length > MAX_RUNS ? gather(runs) : runs;
}

/** A run for each port. */
export function singleRuns(ports: readonly PortResult[]): Run[] {
  return ports.map(runOf);
}

function runOf({ port, verdict, elapsedUs, tries }: PortResult): Run {
  return { ranges: [{ from: port, to: port }], count: 1, verdict, elapsedUs, tries };
}

function gather(runs: readonly Run[]): Run[] {
  const gathered = new Map<string, Run>();
  for (const run of runs) {
    const key = run.verdict.state === 'open' ? `port ${run.ranges[0]!.from}` : keyOf(run.verdict);
    const known = gathered.get(key);
    gathered.set(key, known === undefined ? run : join(known, run));
  }
  return [...gathered.values()];
}

function join(first: Run, second: Run): Run {
  const before = first.ranges.at(-1)!;
  const [after, ...more] = second.ranges;
  const isNext = after!.from === before.to + 1;
  const ranges = isNext
    ? [...first.ranges.slice(0, -1), { from: before.from, to: after!.to }, ...more]
    : [...first.ranges, ...second.ranges];
  return {
    ranges,
    count: first.count + second.count,
    verdict: latencyOf(second) < latencyOf(first) ? second.verdict : first.verdict,
    elapsedUs: Math.max(first.elapsedUs, second.elapsedUs),
    tries: Math.max(first.tries, second.tries),
  };
}

function latencyOf({ verdict: { peer } }: Run): number {
  return peer?.latencyUs ?? Number.POSITIVE_INFINITY;
}

/** Whether two answers are the same to somebody who asks what is open. */
export function isSame(a: Verdict, b: Verdict): boolean {
  if (a === b) return true;
  const isAlike = a.state === b.state && a.cause === b.cause && a.errno === b.errno && a.said === b.said;
  return isAlike && isSameIcmp(a.icmp, b.icmp) && isSamePeer(a.peer, b.peer);
}

function isSameIcmp(a: Icmp | null, b: Icmp | null): boolean {
  return a?.type === b?.type && a?.code === b?.code && a?.from === b?.from;
}

function isSamePeer(a: Peer | null, b: Peer | null): boolean {
  return a?.name === b?.name && a?.version === b?.version;
}

function keyOf({ state, cause, errno, icmp, peer, said }: Verdict): string {
  return JSON.stringify([state, cause, errno, icmp, peer?.name, peer?.version, said]);
}
