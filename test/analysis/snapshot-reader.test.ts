import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { figuresOf } from '../../src/analysis/snapshot-figures.js';
import { parsed, SnapshotReader } from '../../src/analysis/snapshot-reader.js';
import { LatencyMerge } from '../../src/stats/latency.js';
import { SCENARIOS } from '../report/scenarios.js';
import { logText, seconds } from './log.js';

const scenarioNames = Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[];

function snapshotsOf(text: string): string[] {
  return text.split('\n').filter((line) => /^\{"type":"(?:snapshot|summary)"/.test(line));
}

/** A run of which each snapshot has new histograms, losses and rates. */
const LONG_RUN = snapshotsOf(
  logText(
    seconds(
      Array.from({ length: 20 }, (_, index) => ({
        upBps: index % 3 === 0 ? null : 1e6 * index,
        latenciesNs: [1000 * index + 7, 5_000_000],
        loadedNs: index > 4 ? [30_000_000 + index] : [],
        lost: index,
      })),
      { peerName: 'a "name"\\ with \u00e4' },
    ),
  ),
);
const ALL = [...LONG_RUN, ...scenarioNames.flatMap((name) => snapshotsOf(logText(SCENARIOS[name]())))];

test('every snapshot that conntest writes is read by its pattern, with the result of JSON.parse', () => {
  const reader = new SnapshotReader();
  for (const text of ALL) reader.read(text);
  for (const text of ALL) {
    const read = reader.readByPattern(text);
    assert.ok(read !== null, `it had to be parsed: ${text}`);
    assert.deepEqual(read.figures, figuresOf(parsed(text)!));
    assert.equal(read.envelope.t_ms, parsed(text)?.t_ms);
  }
});

test('most snapshots of a run are read by the pattern learned from its first ones', () => {
  const reader = new SnapshotReader();
  const byPattern = LONG_RUN.filter((text) => {
    const isKnown = reader.readByPattern(text) !== null;
    reader.read(text);
    return isKnown;
  });
  assert.ok(byPattern.length >= LONG_RUN.length - 5, `${byPattern.length} of ${LONG_RUN.length}`);
});

/** What a broken disk, another writer or a stranger may put anywhere. */
const pieces = fc.constantFrom(
  ...[
    '',
    ' ',
    ',',
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    '0',
    '-',
    '.',
    'e',
    'null',
    'true',
    '7',
    '\u00e4',
    '\u0001',
  ],
  ...[
    '"clients":[',
    '],"servers":[',
    '"up":{"rate_bps":5},',
    '"rate_bps":1.5e3,',
    '{}',
    '[]',
    '\\u0041',
    ':',
  ],
);

test('a line that was changed anywhere gives what JSON.parse gives', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 6 }), pieces), { minLength: 1, maxLength: 3 });
  const cases = fc.tuple(fc.constantFrom(...ALL), changes);
  fc.assert(
    fc.property(cases, ([text, list]) => {
      let changed = text;
      for (const [at, length, piece] of list) {
        const start = at % changed.length;
        changed = changed.slice(0, start) + piece + changed.slice(start + length);
      }
      assertLikeParse(changed);
    }),
    { numRuns: 800 },
  );
});

test('rows of any fields and values give what JSON.parse gives', () => {
  const histogram = new LatencyMerge();
  histogram.record(12_345);
  const value = fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(null, true, false, [], [1], -0, 0, histogram.encode()),
  );
  const object = (names: readonly string[]) =>
    fc.oneof(
      value,
      fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), { selector: ([name]) => name }),
    );
  const inner = object(['rate_bps', 'hdr_base64', 'x', 'y"', '']);
  const names = [
    'up',
    'down',
    'latency',
    'latency_loaded',
    'packets_lost',
    'target',
    'ip',
    'up.rate_bps',
    '7',
    'ä',
  ];
  const row = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), inner), { selector: ([name]) => name });
  const sides = fc.tuple(fc.array(row, { maxLength: 3 }), fc.array(row, { maxLength: 3 }));
  fc.assert(
    fc.property(sides, ([clients, servers]) => {
      const rowsOf = (rows: typeof clients) => rows.map((fields) => fromPairs(fields));
      const snapshot = { type: 'snapshot', t_ms: 5, clients: rowsOf(clients), servers: rowsOf(servers) };
      assertLikeParse(JSON.stringify(snapshot));
    }),
    { numRuns: 300 },
  );
});

function fromPairs(pairs: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, isPairs(value) ? Object.fromEntries(value) : value]),
  );
}

function isPairs(value: unknown): value is [string, unknown][] {
  return Array.isArray(value) && value.every((item) => Array.isArray(item) && item.length === 2);
}

/** By a reader that knows all real rows, and by one that has seen this very line. */
function assertLikeParse(text: string): void {
  const readers = [knowing(ALL), knowing([text])];
  const line = parsed(text);
  for (const reader of readers) {
    const read = reader.readByPattern(text);
    if (read === null) continue;
    assert.ok(line !== null, `it is no JSON: ${text}`);
    assert.deepEqual(read.figures, figuresOf(line));
    assert.deepEqual(read.envelope.t_ms, line.t_ms);
  }
}

const knownReader = new SnapshotReader();
for (const text of ALL) knownReader.read(text);

function knowing(texts: readonly string[]): SnapshotReader {
  if (texts === ALL) return knownReader;
  const reader = new SnapshotReader();
  for (const text of texts) reader.read(text);
  return reader;
}
