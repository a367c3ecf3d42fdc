/** A sweep as records with published field names, which docs/sweep.md describes. */
import type { Curve, SizePoint } from '../../sweep/curve.js';
import type { PathMtu } from '../../sweep/result.js';
import type { Measured, Sample, SweepLatency } from '../../sweep/types.js';
import { recordText } from '../print/ascii.js';
import { integer, type JsonRecord, type RecordValue } from '../records/record.js';
import type { SweepEnd, SweepStart } from './reporter.js';
import type { Sentence } from './words.js';

const SCHEMA = 'conntest-sweep/1';
/** Of shares and rates of packets. */
const SHARE_DIGITS = 4;

export function startRecord({ tMs, version, options, carriers }: SweepStart): JsonRecord {
  const { target, sizes, directions, rounds, phaseUs, seed, timeoutMs } = options;
  return {
    type: 'start',
    schema: SCHEMA,
    t_ms: tMs,
    version,
    target: recordText(target.text),
    ways: carriers.map(({ way, version: protocol, peerName, family }) => ({
      way,
      peer_name: recordText(peerName),
      protocol_version: protocol,
      ip_family: family,
    })),
    sizes: sizes.kind === 'auto' ? 'auto' : sizes.sizesBytes,
    directions,
    rounds,
    phase_us: phaseUs,
    seed,
    timeout_ms: timeoutMs,
  };
}

export function mtuRecord(tMs: number, { direction, found, problem, kernelBytes }: PathMtu): JsonRecord {
  return {
    type: 'mtu',
    t_ms: tMs,
    direction,
    mtu_bytes: found?.mtuBytes ?? null,
    above: found?.above ?? null,
    refused_mtu_bytes: found?.refusedMtuBytes ?? null,
    probes: found?.probes ?? 0,
    kernel_mtu_bytes: kernelBytes,
    problem: problem === null ? null : recordText(problem),
  };
}

export function planRecord(tMs: number, sizesBytes: readonly number[], orders: number): JsonRecord {
  return { type: 'plan', t_ms: tMs, sizes_bytes: sizesBytes, measurements: orders };
}

export function sampleRecord({ tMs, round, way, direction, sizeBytes, outcome }: Sample): JsonRecord {
  const isMeasured = outcome.kind === 'measured';
  return {
    type: 'sample',
    t_ms: tMs,
    round: round + 1,
    way,
    direction,
    packet_size_bytes: sizeBytes,
    ...figuresRecord(isMeasured ? outcome : null),
    code: isMeasured ? null : recordText(outcome.code),
    text: isMeasured ? null : recordText(outcome.text),
  };
}

export function sizeRecord(tMs: number, { way, direction }: Curve, point: SizePoint): JsonRecord {
  const { goodput, idle, loaded } = point;
  return {
    type: 'size',
    t_ms: tMs,
    way,
    direction,
    packet_size_bytes: point.sizeBytes,
    datagram_bytes: point.datagramBytes,
    ip_packet_bytes: point.packetBytes,
    fragments: point.fragments,
    goodput_bps: integer(goodput?.mean ?? null),
    goodput_low_bps: integer(atLeastNothing(goodput?.low ?? null)),
    goodput_high_bps: integer(goodput?.high ?? null),
    packets_per_s: integer(point.packetsPerS),
    loss_rate: shareValue(point.lostShare),
    packets_lost: point.lost,
    packets_recovered: point.recovered,
    packets_residual: point.residual,
    packets_resent: point.resent,
    idle_p50_ns: integer(idle?.p50Ns ?? null),
    idle_p99_ns: integer(idle?.p99Ns ?? null),
    loaded_p50_ns: integer(loaded?.p50Ns ?? null),
    loaded_p99_ns: integer(loaded?.p99Ns ?? null),
    cpu_share: shareValue(point.cpuShare),
    rounds_measured: point.measured,
    rounds_unmeasured: point.unmeasured,
    code: point.failure === null ? null : recordText(point.failure.code),
  };
}

export function verdictRecord(tMs: number, { kind, way, direction, text, figures }: Sentence): JsonRecord {
  const shortened = Object.entries(figures).map(([name, value]) => [
    name,
    typeof value === 'number' ? shareValue(value) : value,
  ]);
  return { type: 'verdict', t_ms: tMs, kind, way, direction, text, ...Object.fromEntries(shortened) };
}

export function summaryRecord({ tMs, elapsedMs, result }: SweepEnd): JsonRecord {
  return {
    type: 'summary',
    t_ms: tMs,
    elapsed_ms: integer(elapsedMs),
    complete: result.isComplete,
    measurements: result.samples.length,
  };
}

/** null: there are none. */
function figuresRecord(measured: Measured | null): JsonRecord {
  return {
    packets: measured?.packets ?? null,
    data_bytes: measured?.bytes ?? null,
    elapsed_us: integer(measured?.elapsedUs ?? null),
    goodput_bps: integer(measured?.goodputBps ?? null),
    packets_lost: measured?.lost ?? null,
    packets_recovered: measured?.recovered ?? null,
    packets_residual: measured?.residual ?? null,
    packets_resent: measured?.resent ?? null,
    idle: latencyRecord(measured?.idle ?? null),
    loaded: latencyRecord(measured?.loaded ?? null),
    cpu_share: shareValue(measured?.cpuShare ?? null),
  };
}

function latencyRecord(latency: SweepLatency | null): RecordValue {
  if (latency === null) return null;
  const { count, p50Ns, p99Ns } = latency;
  return { count, p50_ns: integer(p50Ns), p99_ns: integer(p99Ns) };
}

/** Whole numbers stay as they are. */
function shareValue(value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  return Number.isInteger(value) ? value : Number(value.toPrecision(SHARE_DIGITS));
}

/** Few values that scatter widely have an interval that reaches below any rate. */
function atLeastNothing(value: number | null): number | null {
  return value === null ? null : Math.max(0, value);
}
