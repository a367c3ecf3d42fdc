/** What a person should be told at the end because the figures alone do not say it. */
import type { RunSnapshot } from '../../stats/snapshot.js';
import { formatCount, formatTimes } from '../print/format.js';
import type { RunHistory, TargetHistory } from '../rows/history.js';
import type { ShardLoad } from '../rows/shard-load.js';
import { causeText } from '../words/event-text.js';

/** A shard that was busy for a smaller share of the intervals has not shaped the figures of the run. */
const NOTABLE_SHARE = 0.1;
/** More of them would hide the one that matters. */
const MAX_HINTS = 5;

export function summaryHints(snapshot: RunSnapshot, history: RunHistory, load: ShardLoad): string[] {
  const targets = history.all();
  const hints = [
    ...targets.filter(isUnreached).map(unreachedHint),
    ...targets.filter((target) => isAway(target, snapshot)).map(awayHint),
    ...idleHint(snapshot),
    ...saturatedHint(load),
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

/** A client's target that had worked and did not at the end. */
function isAway({ role, target, connections }: Readonly<TargetHistory>, { clients }: RunSnapshot): boolean {
  const rows = clients.filter((peer) => peer.target === target);
  return role === 'client' && connections > 0 && rows.some((peer) => peer.connectionsUp === 0);
}

function awayHint({ target, lastCause }: Readonly<TargetHistory>): string {
  const why = lastCause === null ? '' : `: ${causeText(lastCause)}`;
  return `Lost ${target} and not connected again by the end${why}.`;
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

function saturatedHint({ intervals, saturatedIntervals, isShareable }: ShardLoad): string[] {
  if (saturatedIntervals === 0 || saturatedIntervals < intervals * NOTABLE_SHARE) return [];
  const share = `in ${formatCount(saturatedIntervals)} of ${formatTimes(intervals, 'interval')}`;
  const advice = isShareable ? '; more --workers may help' : '';
  return [
    `A shard was busy all the time ${share}: the rates may be those of this machine's CPU, not of the network${advice}.`,
  ];
}
