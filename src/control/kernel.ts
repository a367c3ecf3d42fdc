import type { KernelSummary } from '../stats/snapshot.js';
import type { Tally } from './tally.js';

export function kernelSummary(now: Tally): KernelSummary {
  return {
    tcp: now.sum('tcpReads') === 0 ? null : tcpSummary(now),
    pathMtuBytes: now.mean('pathMtuBytes'),
    queueDrops: now.sum('dropReads') === 0 ? null : now.sum('queueDrops'),
  };
}

function tcpSummary(now: Tally): KernelSummary['tcp'] {
  return {
    rttUs: now.mean('tcpRttUs'),
    rttVarUs: now.mean('tcpRttVarUs'),
    minRttUs: now.mean('tcpMinRttUs'),
    cwndBytes: now.gauge('tcpCwndBytes'),
    pacingRateBps: now.gauge('tcpPacingBps'),
    deliveryRateBps: now.gauge('tcpDeliveryBps'),
    retransmits: now.sum('tcpRetransmits'),
  };
}
