import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brokenRules, readSources } from './support/layers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the sources keep every rule', () => {
  const files = readSources(root);
  assert.ok(files.length > 50, `only ${files.length} sources were found`);
  assert.deepEqual(brokenRules(files), []);
});

/** A line that must not stand in that file, and a word of the sentence that says so. */
const BREACHES: readonly (readonly [path: string, line: string, says: string])[] = [
  ['src/wire/x.ts', "import { a } from '../arq/sender.js';", 'src/wire/ may know nothing else of ours'],
  ['src/wire/x.ts', "import { Socket } from 'node:net';", 'no package and no node: module'],
  ['src/arq/x.ts', "import { a } from '../session/client.js';", 'src/arq/ may know src/wire/'],
  ['src/session/x.ts', "import { a } from '../io/clock.js';", 'src/session/ may know'],
  ['src/stats/x.ts', "import type { a } from '../wire/packet.js';", 'nothing else of ours'],
  ['src/io/x.ts', "import { a } from '../session/client.js';", 'src/io/ may know src/wire/'],
  ['src/report/x.ts', "import { a } from '../wire/message.js';", 'src/report/ may know'],
  ['src/report/x.ts', "import { Pages } from '../control/pages.js';", 'src/report/ may know'],
  ['src/report/x.ts', "import { PageReader } from '../stats/page-reader.js';", 'src/report/ may know'],
  ['src/analysis/x.ts', "import { a } from '../control/events.js';", 'src/analysis/ may know'],
  ['src/analysis/x.ts', "import { a } from '../report/json.js';", 'src/analysis/ may know'],
  ['src/log-report/x.ts', "import { a } from '../stats/latency.js';", 'src/log-report/ may know'],
  ['src/report/x.ts', "import uPlot from 'uplot';", 'only src/log-report/ may know uplot'],
  ['src/control/x.ts', "import { a } from '../wire/packet.js';", 'src/control/ may know'],
  ['src/control/x.ts', "import { ClientSession } from '../session/client.js';", 'src/control/ may know'],
  ['src/control/x.ts', "import { a } from '../cli/run.js';", 'nothing imports the cli'],
  ['src/control/x.ts', "import { build } from 'esbuild';", 'only src/build/ may know esbuild'],
  ['src/control/x.ts', "const shard = await import('../../workers/shard.js');", 'loaded by URL only'],
  ['src/options/x.ts', "import { a } from '../report/print/format.js';", 'src/options/ may know src/errors'],
  ['workers/x.ts', "import { Supervisor } from '../src/control/supervisor.js';", 'workers/ may know'],
  ['workers/x.ts', "import { Piscina } from 'piscina';", 'only src/control/ may know piscina'],
  ['src/options/x.ts', "import { Command } from 'commander';", 'only src/cli may know commander'],
  ['src/control/x.ts', "import chalk from 'chalk';", 'only src/report/print/ may know chalk'],
  ['src/io/x.ts', "import Table from 'cli-table3';", 'only src/report/print/ may know cli-table3'],
  ['src/control/x.ts', "import * as hdr from 'hdr-histogram-js';", 'only test/ may know'],
  ['workers/x.ts', "import koffi from 'koffi';", 'only src/io/ may know koffi'],
  ['src/probe/x.ts', "import { a } from '../io/node-probe.js';", 'src/probe/ may know src/wire/'],
  ['src/probe/x.ts', "import { a } from '../report/print/format.js';", 'src/probe/ may know src/wire/'],
  ['src/probe/x.ts', "import { connect } from 'node:net';", 'no package and no node: module'],
  ['src/replay/x.ts', "import { a } from '../report/print/format.js';", 'src/replay/ may know'],
  ['src/report/x.ts', "import { a } from '../replay/recording.js';", 'src/report/ may know'],
  ['src/completion/x.ts', "import { a } from '../cli.js';", 'nothing imports the cli'],
  ['src/completion/x.ts', "import { a } from '../report/print/format.js';", 'src/completion/ may know'],
  ['src/verdict/x.ts', "import { a } from '../report/print/format.js';", 'nothing else of ours'],
  ['src/verdict/x.ts', 'const at = Date.now();', 'uses Date'],
  ['src/report/x.ts', "import { Attempt } from '../probe/attempt.js';", 'src/report/ may know'],
  ['src/sweep/x.ts', "import { a } from '../probe/plan.js';", 'src/sweep/ may know src/options/types'],
  ['src/sweep/x.ts', "import { connect } from 'node:net';", 'no package and no node: module'],
  ['src/options/x.ts', "import { a } from '../sweep/plan.js';", 'src/options/ may know src/errors'],
  ['src/control/x.ts', "import { a } from '../sweep/plan.js';", 'src/control/ may know'],
  ['src/wire/x.ts', 'const at = Date.now();', 'uses Date'],
  ['src/sweep/x.ts', 'const at = Date.now();', 'uses Date'],
  ['src/probe/x.ts', 'const at = performance.now();', 'uses performance'],
  ['src/session/x.ts', 'const jitter = Math.random();', 'uses Math.random'],
  ['src/arq/x.ts', 'setTimeout(() => {}, 5);', 'uses setTimeout'],
];

for (const [path, text, says] of BREACHES) {
  test(`a breach is found: ${path}: ${text}`, () => {
    const [sentence = 'nothing', ...more] = brokenRules([{ path, text }]);
    assert.ok(sentence.includes(says), `found: ${sentence}`);
    assert.deepEqual(more, []);
  });
}

test('a comment breaks no rule', () => {
  const text =
    "/** Like import('node:net'), but without Date. */\n// Date.now() would be wrong here\nexport const a = 1;";
  assert.deepEqual(brokenRules([{ path: 'src/wire/x.ts', text }]), []);
});
