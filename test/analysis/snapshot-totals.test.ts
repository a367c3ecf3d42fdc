import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LogReport, readRuns } from '../../src/analysis/runs.js';
import { readTotals } from '../../src/analysis/snapshot-totals.js';
import type { RunSnapshot } from '../../src/stats/snapshot.js';
import { end, peer, START_MS, type Step, start } from '../report/fixture.js';
import { SCENARIOS } from '../report/scenarios.js';
import type { Lifetime } from '../support/children.js';
import { logFile, logText, seconds } from './log.js';

/** As former versions wrote it. */
function withoutTotals(text: string): string {
  const lines = text.trimEnd().split('\n');
  const stripped = lines.map((line) => {
    const { clients_total: _clients, servers_total: _servers, ...fields } = JSON.parse(line);
    return JSON.stringify(fields);
  });
  return `${stripped.join('\n')}\n`;
}

function reportOf(t: Lifetime, text: string): Promise<LogReport> {
  return readRuns([logFile(t, text)]);
}

function bytesOf(line: string): [bytes: Buffer, start: number, end: number] {
  return [Buffer.from(`${line}\n`, 'latin1'), 0, line.length];
}

/** Clients whose counters run on, of which one has none; servers that come and go. */
function severalRows(): Step[] {
  const rows = [1, 2].map((factor) =>
    seconds(
      Array.from({ length: 20 }, (_, index) => ({
        upBps: index % 4 === 0 ? null : factor * 1e6 * index,
        latenciesNs: index % 3 === 0 ? [] : [1000 * factor * index, 5_000_000],
        loadedNs: index > 7 ? [30_000_000 * factor] : [],
        lost: index * factor,
      })),
      { resent: 7 * factor, reordered: null },
    ),
  );
  return rows[0]!.map((_, index) => ({
    get snapshot(): RunSnapshot {
      const [first, second] = rows.map((steps) => (steps[index] as { snapshot: RunSnapshot }).snapshot);
      const [a, b] = [first!.clients[0]!, second!.clients[0]!];
      return { ...first!, clients: [a, b, peer({})], servers: index % 5 < 2 ? [] : [b] };
    },
  }));
}

for (const name of Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[]) {
  test(`the run "${name}" reads by its totals as by its rows`, async (t) => {
    const text = logText(SCENARIOS[name]());
    assert.deepEqual(await reportOf(t, text), await reportOf(t, withoutTotals(text)));
  });
}

test('several rows of both sides read by their totals as one by one', async (t) => {
  const text = logText([start(0), ...severalRows(), end(20_000)]);
  const byTotals = await reportOf(t, text);
  assert.deepEqual(byTotals, await reportOf(t, withoutTotals(text)));
  const [clients, servers] = byTotals.runs[0]!.sides;
  assert.equal(clients!.rows.length, 3);
  assert.equal(Math.max(...clients!.series.losses!.lost), 19 * 3);
  assert.equal(servers!.rows.length, 1);
  assert.ok(clients!.idle!.count > servers!.idle!.count);
});

test('losses are counted once where lines without totals lie between those with them', async (t) => {
  const list = Array.from({ length: 10 }, () => ({ upBps: 1, lost: 5 }));
  const lines = logText([start(0), ...seconds(list)]).split('\n');
  lines[6] = withoutTotals(lines[6]!).trimEnd();
  const [side] = (await reportOf(t, lines.join('\n'))).runs[0]!.sides;
  assert.deepEqual(side!.series.losses!.lost, [5, 5, 5, 5, 5, 0, 5, 5, 5, 5]);
});

const LINE = logText(seconds([{ upBps: 8, latenciesNs: [1000] }])).trimEnd();

test('the totals of a line are read, and its rows left alone', () => {
  const read = readTotals(...bytesOf(LINE));
  assert.deepEqual([read?.tMs, read?.figures.clients?.upBps], [START_MS + 1000, 8]);
  assert.equal(read?.figures.servers, null);
});

const UNKNOWN: Readonly<Record<string, string>> = {
  'without totals': withoutTotals(LINE).trimEnd(),
  'with one of the totals': LINE.replace('"servers_total":null,', ''),
  'whose totals lack a field': LINE.replace(/"up_rate_bps":\w+,/, ''),
  'that was cut': LINE.slice(0, -2),
  'cut before its rows': LINE.slice(0, LINE.indexOf('"clients":')),
  'broken before its rows': LINE.replace('"elapsed_ms":', '"elapsed_ms"'),
  'without a time': LINE.replace(/"t_ms":\d+/, '"t_ms":null'),
};

for (const [what, line] of Object.entries(UNKNOWN)) {
  test(`the rows of a line ${what} have to be read`, () => {
    assert.notEqual(line, LINE);
    assert.equal(readTotals(...bytesOf(line)), null);
  });
}

test('a total that is no histogram is counted as one that could not be read', () => {
  const line = LINE.replace(/"latency_hdr_base64":"[^"]+"/, '"latency_hdr_base64":"AAAA"');
  assert.equal(readTotals(...bytesOf(line))?.figures.clients?.badHistograms, 1);
});
