/** What `conntest sweep` shows. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { SweepProgress } from '../../src/report/sweep/progress.js';
import { createSweepReporter } from '../../src/report/sweep/registry.js';
import { sizesText } from '../../src/report/sweep/sizes-text.js';
import { sentencesOf } from '../../src/report/sweep/words.js';
import { curvesOf, type SizePoint } from '../../src/sweep/curve.js';
import type { SweepOptions } from '../../src/sweep/types.js';
import { FakeLink, measured, PLAIN_PATH, sampleOf } from '../sweep/fake-links.js';
import { OPTIONS } from '../sweep/options.js';
import { shown } from '../sweep/shown.js';

const PLAIN = { color: false, bits: false, columns: null };
const AUTO: SweepOptions = { ...OPTIONS, sizes: { kind: 'auto' } };
const VERSUS: SweepOptions = { ...OPTIONS, ways: ['udp-unreliable', 'udp', 'tcp'], directions: ['up'] };
const DOCS = new URL('../../../docs/sweep.md', import.meta.url);

function assertGolden(file: string, text: string): void {
  const path = new URL(`../../../test/report/golden/${file}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
  assert.equal(text, readFileSync(path, 'utf8'));
}

for (const [name, options, path] of [
  ['auto', AUTO, PLAIN_PATH],
  [
    'black-hole',
    { ...AUTO, directions: ['up'] },
    { ...PLAIN_PATH, kernelBytes: 1500, carriesFragments: false },
  ],
  ['versus', VERSUS, PLAIN_PATH],
  ['alike', OPTIONS, { ...PLAIN_PATH, fragmentedShare: 1 }],
] as const) {
  test(`the text of the sweep "${name}" is that of its golden file, within 120 columns`, async () => {
    const text = await shown(createSweepReporter('text', PLAIN), options, path);
    for (const line of text.split('\n')) assert.ok(line.length <= 120, line);
    assertGolden(`sweep-${name}.txt`, text);
  });
}

test('a narrow terminal gets what matters most, and is told what it does not get', async () => {
  for (const options of [AUTO, VERSUS]) {
    const text = await shown(createSweepReporter('text', { ...PLAIN, columns: 80 }), options, PLAIN_PATH);
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
    assert.match(text, /^ {2}No room in this terminal for: udp, .*cpu\.$/m);
    assert.match(text, /^ +data +ip +frag +(goodput|unreliable) /m);
  }
});

test('the NDJSON has its schema first, and each line has only fields that docs/sweep.md names', async () => {
  const page = readFileSync(DOCS, 'utf8');
  const types = new Set<string>();
  for (const [options, path] of [
    [AUTO, PLAIN_PATH],
    [VERSUS, { ...PLAIN_PATH, carriesFragments: false }],
  ] as const) {
    const text = await shown(createSweepReporter('json', PLAIN), options, path);
    const lines = text.trimEnd().split('\n');
    assert.match(lines[0]!, /^\{"type":"start","schema":"conntest-sweep\/1","t_ms":1795454730299,/);
    for (const line of lines) {
      const record = JSON.parse(line) as Record<string, unknown>;
      types.add(String(record.type));
      for (const name of Object.keys(record)) assert.ok(page.includes(`\`${name}\``), `${name} in ${line}`);
      for (const value of Object.values(record)) assert.notEqual(value, undefined);
    }
  }
  assert.deepEqual([...types].sort(), ['mtu', 'plan', 'sample', 'size', 'start', 'summary', 'verdict']);
});

test('the examples of docs/sweep.md are lines of a sweep', async () => {
  const page = readFileSync(DOCS, 'utf8');
  const lines = (await shown(createSweepReporter('json', PLAIN), AUTO, PLAIN_PATH)).split('\n');
  const examples = [...page.matchAll(/```json\n(.*?)```/gs)].flatMap(([, block = '']) =>
    block.trimEnd().split('\n'),
  );
  assert.ok(examples.length >= 3);
  for (const example of examples)
    assert.ok(lines.includes(example), `${example}\nis none of\n${lines.join('\n')}`);
});

test('the CSV has a line a measurement, as many cells as names, and a code where there are no figures', async () => {
  const path = { ...PLAIN_PATH, carriesFragments: false };
  const text = await shown(createSweepReporter('csv', PLAIN), VERSUS, path);
  const [names = '', ...lines] = text.trimEnd().split('\n');
  // Of 1,327 bytes the third and fourth round are left out, twice.
  assert.equal(lines.length, 3 * 3 * 5 - 4);
  for (const line of lines) assert.equal(line.split(',').length, names.split(',').length, line);
  assert.ok(lines.some((line) => /,udp,up,1327,1373,1401,,,,,,,,,,,,,,TIMEOUT$/.test(line)));
  assert.ok(lines.some((line) => /,tcp,up,1327,,,\d+,\d+,300000,\d+,/.test(line)));
});

test('the line of progress tells the probes, then how far it is and how long it takes', () => {
  const progress = new SweepProgress();
  const probe = { kind: 'mtu-probe', tMs: 0, direction: 'up', packetBytes: 1500, outcome: 'lost' } as const;
  assert.equal(progress.line(probe, 80), 'path MTU up, probe 1: 1,500 bytes: is lost');
  assert.equal(progress.line({ kind: 'plan', tMs: 1000, sizesBytes: [1, 2], orders: 60 }, 80), '');
  const outcome = { kind: 'unmeasured', code: 'TIMEOUT', text: '' } as const;
  const sample = { round: 1, way: 'udp', sizeBytes: 1, direction: 'up', tMs: 11_000, outcome } as const;
  const line = progress.line({ kind: 'sample', sample, done: 20, orders: 60 }, 80);
  assert.equal(line, '[########----------------]  33 %  20 of 60, round 2, about 20.0 s left');
  assert.equal(progress.line({ kind: 'sample', sample, done: 20, orders: 60 }, 30).length, 29);
});

test('where goodput falls off a cliff no sentence says that all sizes are equal', () => {
  const fall = { mean: 0.73, low: 0.19, high: 1.27, count: 3 };
  const curve = {
    way: 'udp',
    direction: 'up',
    edgeBytes: 1272,
    ranking: { differs: false, bestBytes: 1200, equalBytes: [1200, 1300] },
    best: null,
    cliff: { aboveBytes: 1200, isFragmentation: true, fall },
    lossBefore: 0.001,
    lossBehind: 0.02,
    silent: [],
    rounds: 3,
    sizes: 2,
  } as const;
  const point = curvePoint(1200);
  const texts = (cliff: typeof curve.cliff | null): string[] =>
    sentencesOf(
      { paths: [], turns: [], curves: [{ ...curve, best: point, cliff }] },
      [1200, 1300],
      false,
    ).map(({ text }) => text);
  assert.deepEqual(texts(curve.cliff), [
    'the best size can not be told: single sizes scatter too much; more rounds tell more',
    'above 1,200 bytes of data datagrams fragment; goodput falls 73 % (95 %: 19 to 100 %), with 0.1 % of packets lost before it and 2 % behind',
  ]);
  assert.deepEqual(texts(null), [
    'no size is better than another by more than chance: 1,200 to 1,300 bytes are equal',
    'above 1,272 bytes of data datagrams fragment, without a fall of goodput beyond chance',
  ]);
});

/** Of three rounds. */
function curvePoint(sizeBytes: number): SizePoint {
  const samples = [0, 1, 2].map((round) => sampleOf(sizeBytes, round, measured(8e8, sizeBytes)));
  const carriers = [new FakeLink('udp', PLAIN_PATH)];
  const [curve] = curvesOf({ carriers, paths: [], sizesBytes: [sizeBytes], samples, isComplete: true });
  return curve!.points[0]!;
}

test('sizes side by side are a range in a sentence, and a long list is cut', () => {
  const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  assert.equal(sizesText([3], all), '3');
  assert.equal(sizesText([1, 2, 3, 5], all), '1 to 3 and 5');
  assert.equal(sizesText([1, 3, 5, 6], all), '1, 3 and 5 to 6');
  assert.equal(sizesText([1, 3, 5, 7, 9, 11], all), '1, 3, 5, 7 and 2 more');
});
