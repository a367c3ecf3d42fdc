/** docs/json.md is the promise: what it lists is what is printed, in that order and of that type. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJsonReporter } from '../../src/report/json.js';
import {
  lossyPeer,
  memoryOutput,
  peer,
  play,
  REPORT,
  report,
  runSnapshot,
  SETTINGS,
  start,
} from './fixture.js';
import { readSections, type Section } from './json-document.js';
import { SCENARIOS } from './scenarios.js';

function assertType(
  sections: ReadonlyMap<string, Section>,
  type: string,
  value: unknown,
  where: string,
): void {
  if (type.endsWith(' or null')) {
    if (value !== null) assertType(sections, type.slice(0, -' or null'.length), value, where);
  } else if (type.startsWith('list of ')) {
    assert.ok(Array.isArray(value), where);
    for (const item of value) assertType(sections, type.slice('list of '.length), item, `${where}[]`);
  } else if (type === 'text') {
    assert.equal(typeof value, 'string', where);
  } else if (type === 'boolean') {
    assert.equal(typeof value, 'boolean', where);
  } else if (type === 'integer') {
    assert.ok(Number.isSafeInteger(value), `${where}: ${String(value)}`);
  } else if (type === 'number') {
    assert.ok(Number.isFinite(value), where);
  } else {
    assertFields(sections, type, value, where);
  }
}

function assertFields(
  sections: ReadonlyMap<string, Section>,
  name: string,
  value: unknown,
  where: string,
): void {
  const section = sections.get(name);
  assert.ok(section !== undefined, `${where}: docs/json.md has no section "${name}"`);
  assert.ok(typeof value === 'object' && value !== null, where);
  assert.deepEqual(Object.keys(value), [...section.fields.keys()], where);
  for (const [field, item] of Object.entries(value)) {
    assertType(sections, section.fields.get(field) ?? '', item, `${where}.${field}`);
  }
}

function typeOf(line: unknown): string {
  assert.ok(typeof line === 'object' && line !== null && 'type' in line);
  return String(line.type);
}

function printedLines(scenario: keyof typeof SCENARIOS): unknown[] {
  const out = memoryOutput();
  play(createJsonReporter(out, SETTINGS), SCENARIOS[scenario]());
  return out.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

for (const scenario of Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[]) {
  test(`every line of the run "${scenario}" has the fields and types of docs/json.md`, async () => {
    const sections = await readSections();
    for (const line of printedLines(scenario)) assertFields(sections, typeOf(line), line, typeOf(line));
  });
}

test('the examples in docs/json.md keep to its own tables', async () => {
  const sections = await readSections();
  const examples = [...sections].filter(([, { example }]) => example !== null);
  assert.ok(examples.length > 0);
  for (const [name, { example }] of examples) {
    assert.equal(typeOf(example), name);
    assertFields(sections, name, example, name);
  }
});

test('every line that docs/json.md shows is printed by some run, and no other', async () => {
  const sections = await readSections();
  const documented = [...sections]
    .filter(([, { fields }]) => fields.get('type') === 'text')
    .map(([name]) => name);
  const printed = (Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[]).flatMap(printedLines).map(typeOf);
  assert.deepEqual([...new Set(printed)].sort(), documented.sort());
});

test('the first line names the schema', () => {
  const out = memoryOutput();
  play(createJsonReporter(out, SETTINGS), [start(0)]);
  assert.match(out.text, /^\{"type":"start","schema":"conntest-run\/1",/);
});

test('a figure that is no number is null, and not a broken line', () => {
  const out = memoryOutput();
  const snapshot = runSnapshot(1000, { clients: [peer({ receivedRateBps: Number.POSITIVE_INFINITY })] });
  play(createJsonReporter(out, SETTINGS), [{ snapshot }]);
  assert.equal(JSON.parse(out.text).clients[0].received_rate_bps, null);
});

test('a histogram that is not base64 is null: it comes from a peer, and is cut nowhere', () => {
  for (const owd of ['', 'a b', 'YQ==\n', '\u001b[2J', 'YQ===']) {
    const out = memoryOutput();
    play(createJsonReporter(out, SETTINGS), [report(1, { report: { ...REPORT, owd } })]);
    assert.equal(JSON.parse(out.text).report.owd_hdr_base64, null);
  }
});

test('one loss in ten million packets is not rounded to none', () => {
  const out = memoryOutput();
  const up = { ...lossyPeer().up, lossRate: 1e-7 };
  play(createJsonReporter(out, SETTINGS), [
    { snapshot: runSnapshot(1000, { clients: [lossyPeer({ up })] }) },
  ]);
  assert.equal(JSON.parse(out.text).clients[0].up.loss_rate, 1e-7);
});

test('snapshots are left out while the reader lags, and the next one says how many', () => {
  const out = memoryOutput({ lagging: true });
  const reporter = createJsonReporter(out, SETTINGS);
  play(reporter, [{ snapshot: runSnapshot(1000) }, { snapshot: runSnapshot(2000) }, start(2500)]);
  assert.equal(out.text.split('\n').length - 1, 1, 'events are still written');
  Object.assign(out, { lagging: false, text: '', droppedWrites: 3 });
  play(reporter, [{ snapshot: runSnapshot(3000) }]);
  const { skipped_snapshots, dropped_events } = JSON.parse(out.text);
  assert.deepEqual({ skipped_snapshots, dropped_events }, { skipped_snapshots: 2, dropped_events: 3 });
  out.text = '';
  play(reporter, [{ snapshot: runSnapshot(4000) }]);
  assert.equal(JSON.parse(out.text).skipped_snapshots, 0);
});
