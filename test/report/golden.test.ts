/** What each UI prints of each run, to the character. After a wanted change: UPDATE_GOLDEN=1 npm test,
 *  then read the difference before it is committed. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { loadReporter, type ReporterName } from '../../src/report/registry.js';
import { memoryOutput, play, SETTINGS } from './fixture.js';
import { SCENARIOS } from './scenarios.js';

// The text UI shows the local time of day.
process.env.TZ = 'UTC';

const GOLDEN = new URL('../../../test/report/golden/', import.meta.url);
const SCENARIO_NAMES = Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[];
const UI_NAMES = ['text', 'log', 'json'] as const satisfies ReporterName[];

async function printed(ui: ReporterName, scenario: keyof typeof SCENARIOS, bits: boolean): Promise<string> {
  const out = memoryOutput();
  const createReporter = await loadReporter(ui);
  play(createReporter(out, { ...SETTINGS, bits }), SCENARIOS[scenario]());
  return out.text;
}

async function assertGolden(file: string, text: string): Promise<void> {
  const path = new URL(file, GOLDEN);
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(path, text);
  assert.equal(text, await readFile(path, 'utf8'));
}

/** The log and JSON of the big runs are the lines of the small ones over and over. */
function goldenUis(scenario: keyof typeof SCENARIOS): readonly ReporterName[] {
  return scenario === 'thousand' || scenario === 'sixtyPeers' ? ['text'] : UI_NAMES;
}

for (const scenario of SCENARIO_NAMES) {
  for (const ui of goldenUis(scenario)) {
    test(`the ${ui} UI prints the run "${scenario}" as in its golden file`, async () => {
      await assertGolden(`${scenario}-${ui}.txt`, await printed(ui, scenario, false));
    });
  }

  test(`the text UI prints the run "${scenario}" in bits as in its golden file`, async () => {
    await assertGolden(`${scenario}-text-bits.txt`, await printed('text', scenario, true));
  });

  test(`no UI but text changes with --bits in the run "${scenario}"`, async () => {
    for (const ui of ['log', 'json'] as const) {
      assert.equal(await printed(ui, scenario, true), await printed(ui, scenario, false));
    }
  });

  test(`every line of the run "${scenario}" is ASCII without colours and trailing blanks`, async () => {
    for (const ui of UI_NAMES) {
      const text = await printed(ui, scenario, false);
      assert.match(text, /\n$/);
      for (const line of text.slice(0, -1).split('\n')) assert.match(line, /^[ -~]*[!-~]$/);
    }
  });
}

test('the UI none prints nothing', async () => {
  assert.equal(await printed('none', 'lostAndBack', false), '');
});
