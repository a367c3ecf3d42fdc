/** What the ends of a phase of version 2 tell of it. */
import type { PhaseDetail, PhaseReport } from '../../control/events.js';
import { integer, type JsonRecord } from './record.js';

/** It comes from a peer, and is cut nowhere: whatever else it sends as one is none. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export function detailRecord({ report, sent }: PhaseDetail): JsonRecord {
  return {
    report: reportRecord(report),
    sent: {
      packets: sent.packets,
      data_bytes: sent.bytes,
      elapsed_us: integer(sent.elapsedUs),
      packets_resent: sent.resent,
      packets_spurious: sent.spurious,
    },
  };
}

export function reportRecord(report: PhaseReport): JsonRecord {
  return {
    packets: report.packets,
    data_bytes: report.bytes,
    elapsed_us: integer(report.elapsedUs),
    packets_lost: report.lost,
    packets_recovered: report.recovered,
    packets_residual: report.residual,
    packets_reordered: report.reordered,
    packets_duplicate: report.duplicates,
    packets_resent: report.resent,
    jitter_ns: integer(report.jitterNs),
    busy_us: integer(report.busyUs),
    queue_drops: report.queueDrops ?? null,
    owd_min_ns: integer(report.owdMinNs ?? null),
    owd_hdr_base64: BASE64.test(report.owd) ? report.owd : null,
  };
}
