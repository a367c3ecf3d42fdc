/** A peer may call itself anything, and a resolver may say anything: nothing of it reaches a terminal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asciiJson, printable } from '../../src/report/print/ascii.js';
import { logLine } from '../../src/report/records/logfmt.js';
import { loadReporter } from '../../src/report/registry.js';
import {
  cause,
  connected,
  failed,
  hello,
  lost,
  memoryOutput,
  peer,
  phase,
  play,
  REPORT,
  refused,
  report,
  runSnapshot,
  SETTINGS,
  served,
} from './fixture.js';

const ANY_TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '\u001b[2J\u001b[31mred',
    'a\nAs client\r\n',
    '\u009b31m',
    '\u202egnp',
    '\ud800',
    '日本語',
    '   ',
    '',
  ),
);

async function printedWith(ui: 'text' | 'log' | 'json', text: string): Promise<string> {
  const out = memoryOutput();
  const createReporter = await loadReporter(ui);
  const because = cause({
    text,
    code: text,
    tried: [
      { address: text, code: text },
      { address: text, code: text },
    ],
  });
  const row = { peerName: text, stateText: text, ip: text, target: text } as const;
  const snapshot = runSnapshot(1000, { clients: [peer(row)], servers: [served(row), served()] });
  play(createReporter(out, { ...SETTINGS, name: text }), [
    connected(0, { target: text, remote: { ip: text, port: 1 } }),
    hello(1, { peerName: text }),
    report(1, { report: { ...REPORT, owd: text } }),
    phase(1, 'up', { detail: { report: { ...REPORT, owd: text }, sent: { ...REPORT, spurious: 0 } } }),
    refused(1, { target: text }),
    failed(2, { target: text, cause: because }),
    lost(3, { peerName: text, cause: because }),
    { event: { type: 'notice', tMs: 0, level: 'info', text } },
    { event: { type: 'shard-died', tMs: 0, shard: 0, text, connections: 1 } },
    { snapshot },
    { summary: snapshot },
  ]);
  return out.text;
}

for (const ui of ['text', 'log', 'json'] as const) {
  test(`the ${ui} UI prints lines of printable ASCII whatever a peer is called`, async () => {
    const plain = (await printedWith(ui, 'x')).split('\n').length;
    await fc.assert(
      fc.asyncProperty(ANY_TEXT, async (text) => {
        const lines = (await printedWith(ui, text)).split('\n');
        for (const line of lines.slice(0, -1)) assert.match(line, /^[ -~]*[!-~]$/);
        // Hints are wrapped, so only the UIs that never wrap have a fixed number of lines.
        if (ui !== 'text') assert.equal(lines.length, plain);
      }),
      { numRuns: 60 },
    );
  });
}

test('the table stays a table: a name with line breaks adds no row', async () => {
  const text = await printedWith('text', 'a\n  receiver  10.0.0.1');
  assert.doesNotMatch(text, /^ {2}receiver/m);
  assert.match(text, /^ {2}a\? {2}receiver/m);
});

test('a long name is cut in the table, and only there to 20 characters', async () => {
  const text = await printedWith('text', 'x'.repeat(500));
  assert.match(text, /^ {2}x{17}\.{3} /m);
  for (const line of text.split('\n')) assert.ok(line.length < 2500, `${line.length} characters`);
});

test('a text of a megabyte is cut before it is looked at', () => {
  assert.equal(printable('\u001b'.repeat(1_000_000), 10), '???????...');
});

test('one character that is not ASCII is one question mark, also beyond the first plane', () => {
  assert.equal(printable('Z\u00fcrich \u{1f600}!', 20), 'Z?rich ?!');
});

test('JSON in ASCII is the same value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = asciiJson({ text });
      assert.match(json, /^[ -~]*$/);
      assert.equal(JSON.parse(json).text, text);
    }),
  );
});

test('a log value can be read back whatever it holds, and forges no field', () => {
  fc.assert(
    fc.property(ANY_TEXT, (text) => {
      const line = logLine(0, 'info', 'hello', { name: text, after: 1 });
      const [, value = ''] =
        /^1970-01-01T00:00:00\.000Z info hello name=("(?:[^"\\]|\\.)*"|[^ "=]+) after=1$/.exec(line) ?? [];
      assert.equal(value.startsWith('"') ? JSON.parse(value) : value, text);
    }),
  );
});

test('log values are bare where they can be and quoted where they must be', () => {
  const line = logLine(0, 'warning', 'x', {
    bare: 'tcp:1234',
    equals: 'a=b',
    quote: '"',
    backslash: '\\',
    empty: '',
    nothing: null,
    none: [],
    flag: true,
    list: ['a', 'b'],
    nested: { ip: '::1', port: 1 },
    tried: [
      { address: '::1', code: 'E1' },
      { address: '::2', code: 'E2' },
    ],
  });
  const expected = String.raw`1970-01-01T00:00:00.000Z warning x bare=tcp:1234 equals="a=b" quote="\"" backslash="\\" empty="" flag=true list="a, b" nested_ip=::1 nested_port=1 tried="::1 E1, ::2 E2"`;
  assert.equal(line, expected);
});
