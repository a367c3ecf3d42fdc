/** Whether the shards kept up, over a whole run: a snapshot alone tells of its own interval only. */
import type { RunSnapshot, ShardSnapshot } from '../../stats/snapshot.js';

/** A shard's loop this busy has no time left: its figures may be those of the machine. */
const SATURATED = 0.95;

export class ShardLoad {
  intervals = 0;
  /** In which at least one shard was busy all the time. */
  saturatedIntervals = 0;
  /** A shard was busy with several connections at once: more shards could share them. */
  isShareable = false;

  handleSnapshot({ shards }: RunSnapshot): void {
    const saturated = shards.filter(({ utilization }) => utilization >= SATURATED);
    this.intervals += 1;
    if (saturated.length === 0) return;
    this.saturatedIntervals += 1;
    if (saturated.some(hasSeveral)) this.isShareable = true;
  }
}

function hasSeveral({ connections }: ShardSnapshot): boolean {
  return connections > 1;
}
