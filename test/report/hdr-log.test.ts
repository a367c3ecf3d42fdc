import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HistogramLogReader } from 'hdr-histogram-js';
import { createCsvReporter } from '../../src/report/csv.js';
import { createHdrLogReporter } from '../../src/report/hdr-log.js';
import { createJsonReporter } from '../../src/report/json.js';
import { LatencyMerge } from '../../src/stats/latency.js';
import type { RunSnapshot } from '../../src/stats/snapshot.js';
import { addEncoded } from '../stats/encoded.js';
import {
  cause,
  failed,
  lossyPeer,
  memoryOutput,
  peer,
  play,
  runSnapshot,
  SETTINGS,
  START_MS,
  type Step,
  served,
  start,
  verdict,
} from './fixture.js';

/** A client whose latencies grow with each snapshot, and a served peer with a name full of separators. */
class Growing {
  readonly latency = new LatencyMerge();
  readonly loaded = new LatencyMerge();
  readonly #none = new LatencyMerge();

  snapshot(atMs: number): RunSnapshot {
    const none = { rtt: this.#none, rttLoaded: this.#none, owd: this.#none };
    const histograms = { latency: this.latency, latencyLoaded: this.loaded, ...none };
    const clients = [peer({ histograms })];
    return runSnapshot(atMs, { clients, servers: [served({ histograms, peerName: 'a,b c\n=1"' })] });
  }
}

test("hdr-histogram-js's log reader finds each interval, its time, its tag and its values", () => {
  const out = memoryOutput();
  const run = new Growing();
  const reporter = createHdrLogReporter(out, SETTINGS);
  play(reporter, [start(0)]);
  run.latency.record(1_000_000);
  run.latency.record(3_000_000);
  reporter.handleSnapshot(run.snapshot(1000));
  reporter.handleSnapshot(run.snapshot(2000));
  run.latency.record(5_000_000);
  run.loaded.record(7_000_000);
  reporter.handleSummary(run.snapshot(3000));

  const reader = new HistogramLogReader(out.text);
  const found = [];
  for (let one = reader.nextIntervalHistogram(); one !== null; one = reader.nextIntervalHistogram()) {
    if (!one.tag.includes('tcp://')) continue;
    const { tag, startTimeStampMsec, endTimeStampMsec, totalCount } = one;
    const span = [startTimeStampMsec, endTimeStampMsec].map((ms) => Math.round(ms - START_MS));
    found.push({ tag: tag.split(':')[0], span, totalCount, maxMs: Math.round(one.maxValue / 1e6) });
  }
  assert.deepEqual(found, [
    { tag: 'latency', span: [0, 1000], totalCount: 2, maxMs: 3 },
    { tag: 'latency', span: [2000, 3000], totalCount: 1, maxMs: 5 },
    { tag: 'latency_loaded', span: [2000, 3000], totalCount: 1, maxMs: 7 },
  ]);
});

test('the name of a stranger breaks neither the lines nor the columns', () => {
  const out = memoryOutput();
  const run = new Growing();
  const reporter = createHdrLogReporter(out, SETTINGS);
  play(reporter, [start(0)]);
  run.latency.record(1);
  reporter.handleSnapshot(run.snapshot(1000));
  const lines = out.text.trimEnd().split('\n').slice(3);
  assert.equal(lines.length, 2);
  for (const line of lines)
    assert.match(line, /^Tag=[!-+\--~]+,\d+\.\d{3},\d+\.\d{3},\d+\.\d{6},[A-Za-z0-9+/=]+$/);
});

test('a slow reader gets the values of what it missed with the next snapshot', () => {
  const out = memoryOutput();
  const run = new Growing();
  const reporter = createJsonReporter(out, SETTINGS);
  run.latency.record(1_000_000);
  reporter.handleSnapshot(run.snapshot(1000));
  out.lagging = true;
  run.latency.record(2_000_000);
  reporter.handleSnapshot(run.snapshot(2000));
  out.lagging = false;
  run.latency.record(3_000_000);
  reporter.handleSnapshot(run.snapshot(3000));
  const all = new LatencyMerge();
  const counts = out.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).clients[0].latency.hdr_base64 as string);
  assert.equal(counts.length, 2);
  for (const base64 of counts) assert.ok(addEncoded(all, base64));
  assert.equal(all.encode(), run.latency.encode());
});

test('beyond the first 100 rows there are no histograms', () => {
  const out = memoryOutput();
  const run = new Growing();
  run.latency.record(1_000_000);
  const { clients } = run.snapshot(0);
  const many = Array.from({ length: 101 }, () => ({ ...clients[0]! }));
  createJsonReporter(out, SETTINGS).handleSnapshot(runSnapshot(1000, { clients: many }));
  const rows = JSON.parse(out.text).clients as { latency: { hdr_base64: string | null } }[];
  assert.equal(rows.filter(({ latency }) => latency.hdr_base64 !== null).length, 100);
  assert.equal(rows[100]?.latency.hdr_base64, null);
});

/** Splits RFC 4180, which has no line breaks within a field here. */
function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

function csvRows(steps: readonly Step[]): Record<string, string>[] {
  const out = memoryOutput();
  play(createCsvReporter(out, SETTINGS), steps);
  const [header = '', ...lines] = out.text.trimEnd().split('\n');
  const names = cells(header);
  return lines.map((line) => {
    const values = cells(line);
    assert.equal(values.length, names.length, line);
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  });
}

test('a failed try is a line of the CSV with target, phase, errno and time to failure', () => {
  const [row] = csvRows([failed(1500, { cause: cause({ text: 'no, "really"' }) })]);
  assert.equal(row?.type, 'failed');
  assert.equal(row?.t_ms, String(START_MS + 1500));
  assert.match(row?.target ?? '', /^tcp:\/\/127\.0\.0\.1:1234/);
  assert.deepEqual(
    [row?.cause_phase, row?.cause_code, row?.cause_elapsed_us, row?.cause_text],
    ['connect', 'ECONNREFUSED', '400', 'no, "really"'],
  );
});

test('each row of a snapshot is a line of the CSV, with the figures of the JSON', () => {
  const run = new Growing();
  run.latency.record(1_000_000);
  const [client, server] = csvRows([{ snapshot: run.snapshot(1000) }]);
  assert.deepEqual([client?.type, client?.role, server?.role], ['snapshot', 'client', 'listener']);
  assert.equal(client?.latency_p99_ns, '80200');
  assert.equal(client?.up_rate_bps, '6500000000');
  assert.equal(client?.packets_lost, '');
  const histogram = new LatencyMerge();
  assert.ok(addEncoded(histogram, client?.latency_hdr_base64 ?? ''));
  assert.equal(server?.peer_name, 'a,b c\\n=1"');
});

test("the kernel's figures and what limited a rate are in the CSV, each in its column", () => {
  const { limit } = lossyPeer().up;
  const clients = [peer({ up: { ...peer().up, limit } }), lossyPeer()];
  const [tcp, udp] = csvRows([{ snapshot: runSnapshot(1000, { clients }) }]);
  const figures = (row: Record<string, string> | undefined) =>
    ['tcp_rtt_us', 'tcp_cwnd_bytes', 'tcp_retransmits', 'cwnd_bytes', 'path_mtu_bytes', 'queue_drops'].map(
      (name) => row?.[name],
    );
  assert.deepEqual(figures(tcp), ['46', '327410', '3', '', '65535', '']);
  assert.deepEqual(figures(udp), ['', '', '', '1234800', '1500', '0']);
  for (const row of [tcp, udp]) {
    assert.equal(row?.up_limited_by_cause, 'path-or-receiver');
    assert.equal(row?.up_limited_by_evidence, '1,234 packets were lost');
  }
  assert.equal(tcp?.down_limited_by_cause, '');
});

test('a verdict is a line of the CSV', () => {
  const [row] = csvRows([verdict(3000)]);
  assert.deepEqual(
    [row?.type, row?.condition, row?.outcome, row?.unit, row?.limit, row?.value, row?.peer],
    ['verdict', 'p99>20us', 'held', 'time', '20000', '80200', 'receiver'],
  );
});

test('a name that a spreadsheet would compute is text to it', () => {
  const clients = [peer({ peerName: '=1+1' })];
  const [row] = csvRows([{ snapshot: runSnapshot(1000, { clients }) }]);
  assert.equal(row?.peer_name, "'=1+1");
});
