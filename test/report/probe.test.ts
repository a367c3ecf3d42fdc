/** What `conntest probe` shows, to the character. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { changesOf } from '../../src/probe/changes.js';
import type { PortResult, Section } from '../../src/probe/sections.js';
import type { Verdict } from '../../src/probe/types.js';
import { afterAccept, conntest, failure, notConntest, silence, UNRESOLVED } from '../../src/probe/verdict.js';
import { progressLine } from '../../src/report/probe/progress.js';
import { createProbeReporter } from '../../src/report/probe/registry.js';
import type { ProbeRound } from '../../src/report/probe/reporter.js';

const PLAIN = { color: false, all: false };
const PROHIBITED = failure('tcp', 'EHOSTUNREACH', { type: 3, code: 13, from: '10.0.0.1' });

function port(number: number, verdict: Verdict, elapsedUs = 1243, tries = 1): PortResult {
  return { port: number, verdict, elapsedUs, tries };
}

const SECTIONS: readonly Section[] = [
  {
    protocol: 'tcp',
    host: 'db.example',
    address: '10.0.0.7',
    ports: [
      port(1, silence('tcp'), 2_000_123),
      port(2, silence('tcp'), 2_000_456),
      port(22, notConntest('SSH-2.0-\u001b[31mevil\r\nmore')),
      port(80, afterAccept('ECONNRESET', null)),
      port(1234, conntest({ name: 'receiver', version: 2, latencyUs: 164.2 })),
      port(5432, PROHIBITED),
    ],
  },
  { protocol: 'udp', host: 'nosuch.example', address: null, ports: [port(53, UNRESOLVED, 0, 0)] },
];

function round(sections: readonly Section[], before: readonly Section[] | null = null): ProbeRound {
  return {
    number: before === null ? 1 : 2,
    tMs: 1_795_454_730_299,
    elapsedMs: 2345,
    sections,
    changes: before === null ? null : changesOf(before, sections),
    expected: { what: 'open', failed: 4 },
  };
}

function shown(ui: 'text' | 'json' | 'csv', settings = PLAIN, of = round(SECTIONS)): string {
  return [...createProbeReporter(ui, settings).round(of)].join('');
}

test('the text has a table an address, what told each state, and a sum', () => {
  assert.equal(
    shown('text'),
    `tcp db.example (10.0.0.7)
  ports  state        time  tries  cause
  1-2    filtered    2.0 s      1  timed out
  22     open      1.24 ms      1  accepts, but is no conntest; it says "SSH-2.0-?[31mevil"
  80     open      1.24 ms      1  accepted, then reset (ECONNRESET)
  1234   open      1.24 ms      1  conntest "receiver", protocol 2, latency 164 us
  5432   filtered  1.24 ms      1  prohibited (EHOSTUNREACH, ICMP 3/13 from 10.0.0.1)
udp nosuch.example
  ports  state    time  tries  cause
  53     unknown  0 ns      0  the name has no address
7 ports in 2.3 s: 3 open, 3 filtered, 1 unknown
Expected open: 4 ports are not.
`,
  );
});

test('a later round shows only what has changed', () => {
  const [first, ...rest] = SECTIONS;
  const ports = first!.ports.map((result) => (result.port === 5432 ? port(5432, notConntest(null)) : result));
  const now = [{ ...first!, ports }, ...rest];
  const text = shown('text', PLAIN, round(now, SECTIONS));
  assert.match(
    text,
    /^\d\d:\d\d:\d\d {2}tcp db\.example \(10\.0\.0\.7\) {2}port 5432: filtered -> open, accepts, but is no conntest\n$/,
  );
  assert.equal(shown('csv', PLAIN, round(now, SECTIONS)).split('\n').length, 2);
});

test('many silent UDP ports beside closed ones are said to be perhaps closed too', () => {
  const ports = [port(1, failure('udp', 'ECONNREFUSED', null))];
  for (let number = 2; number < 9; number++) ports.push(port(number, silence('udp')));
  const section: Section = { protocol: 'udp', host: '10.0.0.7', address: '10.0.0.7', ports };
  assert.match(shown('text', PLAIN, round([section])), /\nMost systems send few ICMP errors a second/);
  assert.doesNotMatch(shown('text'), /ICMP errors a second/);
});

test('the example of docs/probe.md is what --ui json says', () => {
  const page = readFileSync(new URL('../../../docs/probe.md', import.meta.url), 'utf8');
  const [, example = ''] = /```json\n(.*)\n```/.exec(page) ?? [];
  const lines = shown('json').split('\n');
  assert.ok(lines.includes(example), lines.join('\n'));
});

test('every field of a line is in docs/probe.md', () => {
  const page = readFileSync(new URL('../../../docs/probe.md', import.meta.url), 'utf8');
  const reporter = createProbeReporter('json', PLAIN);
  const head = [...reporter.head({ tMs: 1, version: '0.1.0', targets: ['tcp://h:1'] })];
  for (const line of [...head, ...shown('json').trimEnd().split('\n')]) {
    for (const name of Object.keys(JSON.parse(line))) assert.ok(page.includes(`\`${name}\``), name);
  }
});

test('the CSV has as many cells in each line as names, and no line of a stranger breaks out', () => {
  const [names = ''] = createProbeReporter('csv', PLAIN).head({ tMs: 1, version: '', targets: [] });
  const lines = shown('csv').trimEnd().split('\n');
  assert.equal(lines.length, 7);
  for (const line of lines) assert.equal(line.split(',').length, names.split(',').length, line);
});

test('a bar of progress keeps to its terminal, and says nothing before there is something to say', () => {
  const progress = { done: 340, total: 1024, open: 3, elapsedMs: 2000 };
  assert.equal(
    progressLine(progress, 100),
    '[#######-----------------]  33 %  340 of 1,024, 3 open, about 5.0 s left',
  );
  assert.equal(progressLine(progress, 30).length, 29);
  assert.equal(progressLine({ ...progress, elapsedMs: 100 }, 100), '');
});
