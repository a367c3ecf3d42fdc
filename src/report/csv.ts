/** --log FILE.csv: a line for each event and for each row of each snapshot, with one header for all, as docs/log.md
 *  describes. A snapshot's figures are those of --ui json; what a line has no value for is empty. */
import type { RunEvent } from '../control/events.js';
import type { RunSnapshot } from '../stats/snapshot.js';
import { asciiJson } from './print/ascii.js';
import { eventRecord } from './records/event-record.js';
import { IntervalHistograms } from './records/interval-histograms.js';
import type { JsonRecord, RecordValue } from './records/record.js';
import { peerRecord } from './records/snapshot-record.js';
import type { Output, Reporter, ReporterFactory } from './reporter.js';

/** Paths into the records; a path's column is named with `_` for its dots. Never reordered or removed: new ones come
 *  at the end. */
const COLUMNS = [
  ...['t_ms', 'type', 'role', 'target', 'protocol', 'key', 'peer_name', 'ip', 'port', 'state'],
  ...['connections_wanted', 'connections_up', 'uptime_ms', 'retries'],
  ...['local.ip', 'local.port', 'remote.ip', 'remote.port'],
  ...['attempt', 'connect_us', 'outage_ms', 'retry_in_ms', 'latency_ns'],
  ...['cause.phase', 'cause.code', 'cause.elapsed_us', 'cause.text'],
  ...['direction', 'rate_bps', 'packets', 'data_bytes', 'elapsed_us', 'code', 'limit'],
  ...['name', 'version', 'level', 'text', 'shard', 'connections', 'reason'],
  ...['packets_sent', 'packets_received', 'sent_bytes', 'received_bytes'],
  ...['packets_lost', 'packets_resent', 'packets_reordered', 'packets_delayed'],
  ...['up', 'down'].flatMap((direction) =>
    ['data_bytes', 'rate_bps', 'mean_rate_bps', 'packets_lost', 'loss_rate', 'jitter_ns'].map(
      (figure) => `${direction}.${figure}`,
    ),
  ),
  ...['latency', 'latency_loaded', 'rtt', 'rtt_loaded', 'owd'].flatMap((kind) =>
    ['count', 'min_ns', 'mean_ns', 'p50_ns', 'p90_ns', 'p99_ns', 'p999_ns', 'max_ns', 'hdr_base64'].map(
      (figure) => `${kind}.${figure}`,
    ),
  ),
  ...['cwnd_bytes', 'srtt_ns', 'path_mtu_bytes', 'queue_drops'],
  ...[
    'rtt_us',
    'rtt_var_us',
    'min_rtt_us',
    'cwnd_bytes',
    'pacing_rate_bps',
    'delivery_rate_bps',
    'retransmits',
  ].map((figure) => `tcp.${figure}`),
  ...['up', 'down'].flatMap((direction) => [
    `${direction}.limited_by.cause`,
    `${direction}.limited_by.evidence`,
  ]),
  ...['condition', 'outcome', 'unit', 'value', 'peer'],
  'omitted_ms',
].map((path) => path.split('.'));

export const createCsvReporter: ReporterFactory = (out) => new CsvReporter(out);

class CsvReporter implements Reporter {
  readonly #out: Output;
  readonly #histograms = new IntervalHistograms();

  constructor(out: Output) {
    this.#out = out;
    out.write(`${COLUMNS.map((path) => path.join('_')).join(',')}\n`);
  }

  handleEvent(event: RunEvent): void {
    if (event.type === 'omitted') this.#histograms.restart();
    // Packets are no line each, and a list has no place in a table.
    if (event.type !== 'packets') this.#out.write(row(eventRecord(event)));
  }

  handleSnapshot(snapshot: RunSnapshot): void {
    if (!this.#out.lagging) this.#writeRows('snapshot', snapshot);
  }

  handleSummary(snapshot: RunSnapshot): void {
    this.#writeRows('summary', snapshot);
  }

  #writeRows(type: 'snapshot' | 'summary', snapshot: RunSnapshot): void {
    const histograms = this.#histograms.take(snapshot);
    for (const peer of [...snapshot.clients, ...snapshot.servers]) {
      const record = peerRecord(peer, histograms.get(peer));
      this.#out.write(row({ type, t_ms: Math.round(snapshot.tMs), ...record }));
    }
  }
}

function row(record: JsonRecord): string {
  return `${COLUMNS.map((path) => cell(valueAt(record, path))).join(',')}\n`;
}

function valueAt(record: JsonRecord, path: readonly string[]): RecordValue {
  let value: RecordValue = record;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    value = (value as JsonRecord)[name] ?? null;
  }
  return value;
}

/** RFC 4180; texts as the inside of a JSON string, so that a line is a line and ASCII. A text that a spreadsheet would
 *  take for a formula, which a peer may have chosen, gets an apostrophe before it. */
function cell(value: RecordValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const inside = asciiJson(value).slice(1, -1).replaceAll('\\"', '"');
  const safe = /^[=+\-@]/.test(inside) ? `'${inside}` : inside;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
