/** --columns in the text tables, --log-level and --log-format in the log. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COLUMN_NAMES } from '../../src/options/values/columns.js';
import { loadReporter } from '../../src/report/registry.js';
import type { LogSettings } from '../../src/report/reporter.js';
import { HEADERS_BY_IMPORTANCE } from '../../src/report/rows/peer-columns.js';
import { memoryOutput, peer, play, runSnapshot, SETTINGS } from './fixture.js';
import { SCENARIOS } from './scenarios.js';

test('the columns that can be chosen are those that there are', () => {
  assert.deepEqual([...COLUMN_NAMES].sort(), [...HEADERS_BY_IMPORTANCE].sort());
});

test('chosen columns are shown in their order, in a terminal too narrow for them as well', async () => {
  const out = memoryOutput({ columns: 40 });
  const columns = ['up', 'name', 'cause', 'max'];
  const reporter = (await loadReporter('text'))(out, { ...SETTINGS, columns });
  play(reporter, [{ snapshot: runSnapshot(1000, { clients: [peer()] }) }]);
  const [, , header, row] = out.text.split('\n');
  assert.deepEqual(header?.trim().split(/ +/), columns);
  assert.match(row ?? '', /^ +813 MB\/s {2}receiver +1\.20 ms$/);
  assert.doesNotMatch(out.text, /no room/);
});

async function logged(log: LogSettings): Promise<string[]> {
  const out = memoryOutput();
  play((await loadReporter('log'))(out, { ...SETTINGS, log }), SCENARIOS.lostAndBack());
  return out.text.trimEnd().split('\n');
}

test('the log leaves out what is below its level, and nothing else', async () => {
  const all = await logged({ level: 'debug', format: 'logfmt' });
  for (const [level, shown] of [
    ['info', ['info', 'warning', 'error']],
    ['warning', ['warning', 'error']],
    ['error', ['error']],
  ] as const) {
    const kept = all.filter((line) => shown.some((word) => line.split(' ')[1] === word));
    assert.deepEqual((await logged({ level, format: 'logfmt' })).filter(Boolean), kept, level);
  }
});

test('a line of the log in JSON has the same time, level and event as in logfmt, and its fields', async () => {
  const plain = await logged({ level: 'debug', format: 'logfmt' });
  const json = await logged({ level: 'debug', format: 'json' });
  assert.equal(json.length, plain.length);
  json.forEach((line, index) => {
    const { time, level, event, ...fields } = JSON.parse(line) as Record<string, unknown>;
    assert.ok(plain[index]?.startsWith(`${time} ${level} ${event}`), `${line}\n${plain[index]}`);
    if ('attempt' in fields) assert.ok(plain[index]?.includes(` attempt=${fields.attempt}`));
  });
});
