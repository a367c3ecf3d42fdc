/** Logs that somebody has written into: nothing of them reaches a terminal, and no value stops who reads them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRuns } from '../src/analysis/runs.js';
import { pageOf } from '../src/log-report/page.js';
import { svgFiles } from '../src/log-report/svg/files.js';
import { textOfReport } from '../src/log-report/text.js';
import { openRecording } from '../src/replay/recording.js';
import { createTextReporter } from '../src/report/text.js';
import { logFile, logText } from './analysis/log.js';
import { memoryOutput, SETTINGS } from './report/fixture.js';
import { SCENARIOS } from './report/scenarios.js';
import type { Lifetime } from './support/children.js';

const CONTROLS = '\u001b[2J\u001b[31mred\r\n\u009b31m';
const EXTREMES = [1e308, -1e308, -1, 0.5, 2 ** 53, null, 'constructor', [], {}];

interface Field {
  readonly name: string;
  readonly value: unknown;
  /** The log with this value of the field instead. */
  with(value: unknown): string;
}

/** Each field that a line of any scenario has, where it is first. The type is none: without it there is no line. */
function* fields(): Generator<Field> {
  const known = new Set<string>();
  for (const scenario of Object.values(SCENARIOS)) {
    const lines = logText(scenario()).trimEnd().split('\n');
    for (const [index, line] of lines.entries()) {
      const parsed = JSON.parse(line) as { readonly type: string };
      for (const [path, value] of leaves(parsed)) {
        const name = `${parsed.type}: ${path.map((part) => (/^\d+$/.test(part) ? 'N' : part)).join('.')}`;
        if (path[0] === 'type' || known.has(name)) continue;
        known.add(name);
        yield {
          name,
          value,
          with: (other) => {
            const changed = JSON.stringify(replaced(parsed, path, other));
            return `${lines.with(index, changed).join('\n')}\n`;
          },
        };
      }
    }
  }
}

function* leaves(value: object, above: readonly string[] = []): Generator<[path: string[], value: unknown]> {
  for (const [key, inner] of Object.entries(value)) {
    const path = [...above, key];
    if (typeof inner === 'object' && inner !== null) yield* leaves(inner, path);
    else yield [path, inner];
  }
}

function replaced(line: object, path: readonly string[], value: unknown): object {
  const copy = structuredClone(line);
  let at = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1)!] = value;
  return copy;
}

async function replayed(path: string): Promise<string> {
  const out = memoryOutput();
  const recording = await openRecording([path]);
  if (recording === null) return '';
  const reporter = createTextReporter(out, SETTINGS);
  try {
    await recording.read(recording.endMs, (item) => {
      if (item.kind === 'event') reporter.handleEvent(item.event);
      else if (item.kind === 'snapshot') reporter.handleSnapshot(item.snapshot);
      else reporter.handleSummary(item.snapshot);
    });
  } finally {
    await recording.close();
  }
  return out.text;
}

/** All that conntest report makes of it but the page's own markup. */
async function reported(path: string): Promise<string> {
  const log = await readRuns([path]);
  assert.ok(pageOf(log, { bits: false }).length > 0);
  return [textOfReport(log, false), ...svgFiles(log, false).map(({ text }) => text)].join('\n');
}

async function shown(t: Lifetime, text: string): Promise<string> {
  const path = logFile(t, text);
  return (await replayed(path)) + (await reported(path));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

test('no text of a log brings a control character to a terminal', async (t) => {
  let count = 0;
  for (const field of fields()) {
    if (typeof field.value !== 'string') continue;
    count++;
    assert.doesNotMatch(await shown(t, field.with(CONTROLS)), CONTROL, field.name);
  }
  assert.ok(count > 50, `${count} texts`);
});

test('no value of a field stops a replay or a report', async (t) => {
  let count = 0;
  for (const field of fields()) {
    if (typeof field.value === 'string') continue;
    count++;
    const other = EXTREMES[count % EXTREMES.length];
    for (const value of [EXTREMES[0], other]) {
      const text = await shown(t, field.with(value)).catch((error: unknown) => error);
      assert.equal(typeof text, 'string', `${field.name} is ${JSON.stringify(value)}: ${text}`);
    }
  }
  assert.ok(count > 100, `${count} values`);
});
