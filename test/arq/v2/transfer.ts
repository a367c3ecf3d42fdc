import type { BulkPlan } from '../../../src/arq/v2/bulk.js';
import type { LossyLinkOptions } from '../../support/lossy-link.js';
import { Pair } from './pair.js';

export const BULK: BulkPlan = {
  packetSizeBytes: 1400,
  reliable: true,
  rateBps: 0,
  cc: 'cubic',
  packets: Number.POSITIVE_INFINITY,
};

/** An open pair over one sort of path both ways. */
export function openPair(link: LossyLinkOptions, seed = 1): Pair {
  const pair = new Pair({ seed, up: link, down: link });
  pair.open();
  return pair;
}

/** Sends bulk data up, and returns its rate at the receiver, in data bits a second, after a time to settle. */
export function measureBps(pair: Pair, plan: BulkPlan, settleUs: number, durationUs: number): number {
  pair.client.engine.startBulk(pair.nowUs, plan);
  pair.runFor(settleUs);
  const { received } = pair.listener.engine;
  const before = received.bulkBytes;
  pair.runFor(durationUs);
  return ((received.bulkBytes - before) * 8e6) / durationUs;
}
