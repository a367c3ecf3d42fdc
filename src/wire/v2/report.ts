import { hasExactly, toInteger } from '../json.js';
import { encodeUtf8 } from '../text.js';

/** What the receiver of a phase's data has seen of it so far, or in all. Counts are of packets. */
export interface Report {
  readonly kind: 'report';
  readonly phase: number;
  /** The last one of its phase. */
  readonly final: boolean;
  /** Unique ones. */
  readonly packets: number;
  /** Data bytes of these. */
  readonly bytes: number;
  readonly elapsedUs: number;
  /** Dropped by the path, every copy counted. */
  readonly lost: number;
  /** Of which a later copy came. */
  readonly recovered: number;
  /** That never came in any copy. */
  readonly residual: number;
  readonly reordered: number;
  readonly duplicates: number;
  /** Copies that came, of packets sent more than once. */
  readonly resent: number;
  /** RFC 3550 §6.4.1. */
  readonly jitterNs: number;
  /** How long the receiver's thread was at work, or had to wait for a CPU: when that is nearly all of the time, data
   *  waits for it. */
  readonly busyUs: number;
  /** Datagrams that found the receiver's queue full, as far as it knows by now. Not given over a stream, and where its
   *  system doesn't tell. */
  readonly queueDrops?: number;
  /** The least one-way transit in two clocks that agree on nothing: only differences of it mean anything. Not
   *  given where packets are too small for a stamp. */
  readonly owdMinNs?: number;
  /** Transit above its least: a histogram in HDR's V2 compressed encoding, base64; may be empty. */
  readonly owd: string;
}

/** A final histogram takes a few KB; this bounds what a peer can make us keep. */
const MAX_HISTOGRAM_CHARS = 60_000;

const COUNTS = [
  'phase',
  'packets',
  'bytes',
  'elapsed_us',
  'lost',
  'recovered',
  'residual',
  'reordered',
  'duplicates',
  'resent',
  'jitter_ns',
  'busy_us',
] as const;
const OPTIONAL = ['queue_drops', 'owd_min_ns'] as const;
const FIELDS = ['final', ...COUNTS, 'owd'] as const;

/** The canonical bytes. */
export function encodeReport(report: Report): Uint8Array {
  const body = {
    phase: report.phase,
    final: report.final,
    packets: report.packets,
    bytes: report.bytes,
    elapsed_us: report.elapsedUs,
    lost: report.lost,
    recovered: report.recovered,
    residual: report.residual,
    reordered: report.reordered,
    duplicates: report.duplicates,
    resent: report.resent,
    jitter_ns: report.jitterNs,
    busy_us: report.busyUs,
    ...(report.queueDrops === undefined ? {} : { queue_drops: report.queueDrops }),
    ...(report.owdMinNs === undefined ? {} : { owd_min_ns: report.owdMinNs }),
    owd: report.owd,
  };
  return encodeUtf8(JSON.stringify(['Report', body]));
}

/** The body of a Report, parsed from JSON; null for anything else. */
export function decodeReport(body: unknown): Report | null {
  if (typeof body !== 'object' || body === null) return null;
  const given = OPTIONAL.filter((field) => Object.hasOwn(body, field));
  if (!hasExactly(body, [...FIELDS, ...given])) return null;
  const report = decodeFields(body);
  const owdMinNs = toInteger(body.owd_min_ns);
  const queueDrops = toInteger(body.queue_drops);
  const isWhole = given.every((field) => toInteger(body[field]) !== null);
  if (report === null || !isWhole || (queueDrops ?? 0) < 0) return null;
  return {
    ...report,
    ...(queueDrops === null ? {} : { queueDrops }),
    ...(owdMinNs === null ? {} : { owdMinNs }),
  };
}

function decodeFields(body: Record<(typeof FIELDS)[number], unknown>): Report | null {
  const { final, owd } = body;
  if (typeof final !== 'boolean' || typeof owd !== 'string' || owd.length > MAX_HISTOGRAM_CHARS) return null;
  const count = (field: (typeof COUNTS)[number]) => toInteger(body[field]) ?? -1;
  const report: Report = {
    kind: 'report',
    phase: count('phase'),
    final,
    packets: count('packets'),
    bytes: count('bytes'),
    elapsedUs: count('elapsed_us'),
    lost: count('lost'),
    recovered: count('recovered'),
    residual: count('residual'),
    reordered: count('reordered'),
    duplicates: count('duplicates'),
    resent: count('resent'),
    jitterNs: count('jitter_ns'),
    busyUs: count('busy_us'),
    owd,
  };
  return COUNTS.every((field) => count(field) >= 0) ? report : null;
}
