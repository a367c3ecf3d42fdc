/** What a person should be told at the end because the figures alone do not say it. */
import type { RunSnapshot } from '../stats/snapshot.js';
import { causeText } from './event-text.js';
import { formatTimes } from './format.js';
import type { RunHistory, TargetHistory } from './history.js';

/** A shard's loop this busy has no time left: its figures may be those of the machine. */
const SATURATED = 0.95;
/** More of them would hide the one that matters. */
const MAX_HINTS = 5;

export function summaryHints(snapshot: RunSnapshot, history: RunHistory): string[] {
  const hints = [
    ...history.all().filter(isUnreached).map(unreachedHint),
    ...idleHint(snapshot),
    ...saturatedHint(snapshot),
  ];
  const rest = hints.length - MAX_HINTS;
  if (rest <= 0) return hints;
  return [
    ...hints.slice(0, MAX_HINTS),
    `... and ${formatTimes(rest, 'more hint', 'more hints')} of this kind.`,
  ];
}

/** Strangers who come and go without a word are no failure of a listener: only not listening is. */
function isUnreached({ role, connections, lastCause }: Readonly<TargetHistory>): boolean {
  if (lastCause === null) return false;
  return role === 'client' ? connections === 0 : lastCause.phase === 'listen';
}

function unreachedHint({ role, target, failures, lastCause }: Readonly<TargetHistory>): string {
  const why = lastCause === null ? '' : `: ${causeText(lastCause)}`;
  if (role === 'listener') return `Could not listen on ${target}${why}.`;
  return `Never connected to ${target} in ${formatTimes(failures, 'try', 'tries')}${why}.`;
}

function idleHint({ clients, servers }: RunSnapshot): string[] {
  if (clients.length + servers.length > 0) return [];
  return ['No peer was seen: nobody connected to the addresses listened on.'];
}

function saturatedHint({ shards }: RunSnapshot): string[] {
  const busy = shards.filter((shard) => shard.utilization >= SATURATED).length;
  if (busy === 0) return [];
  const all = shards.length === 1 ? 'The shard was' : `${busy} of ${shards.length} shards were`;
  return [`${all} busy all the time: the rates may be limited by this machine; try more --workers.`];
}
