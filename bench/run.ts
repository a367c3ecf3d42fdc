/** node dist/bench/run.js [items] [--pairs N] [--long] [--write]: docs/benchmarks.md says what it found last. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type BenchSettings, ITEM_NAMES, ITEMS, type ItemName } from './items.js';
import { readMachine } from './machine.js';
import { type BenchReport, renderPage, renderTables, SCHEMA } from './report.js';
import type { ItemOutcome } from './result.js';

/** The fewest whose median stands on a noisy machine. */
const DEFAULT_PAIRS = 7;
const MAX_PAIRS = 1000;
const RESULTS = new URL('../../bench/results/', import.meta.url);
const LATEST = new URL('latest.json', RESULTS);
const PAGE = new URL('../../docs/benchmarks.md', import.meta.url);

interface Request extends Omit<BenchSettings, 'say'> {
  readonly names: readonly ItemName[];
  readonly write: boolean;
}

async function main(): Promise<void> {
  const request = parseRequest();
  const items: Partial<Record<ItemName, ItemOutcome>> = {};
  const machine = await readMachine();
  for (const name of request.names) items[name] = await measure(name, request, machine.commit);
  save({ schema: SCHEMA, machine, items: { ...readItems(), ...items } }, request.write);
  process.stdout.write(renderTables({ schema: SCHEMA, machine, items }));
  if (Object.values(items).some(({ kind }) => kind === 'failed')) process.exitCode = 1;
}

/** An item that can't be run here doesn't take the others' figures with it. */
async function measure(
  name: ItemName,
  { pairs, long }: Request,
  commit: string | null,
): Promise<ItemOutcome> {
  const stamp = { date: new Date().toISOString(), commit };
  const say = (text: string): void => {
    process.stderr.write(`${name}: ${text}\n`);
  };
  try {
    return { ...stamp, kind: 'measured', results: await ITEMS[name].bench({ pairs, long, say }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(reason);
    return { ...stamp, kind: 'failed', reason };
  }
}

/** Those of earlier runs on this machine. */
function readItems(): BenchReport['items'] {
  if (!existsSync(LATEST)) return {};
  const { schema, items } = JSON.parse(readFileSync(LATEST, 'utf8')) as BenchReport;
  return schema === SCHEMA ? items : {};
}

function save(report: BenchReport, write: boolean): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(LATEST, `${JSON.stringify(report, null, 2)}\n`);
  if (write) writeFileSync(PAGE, renderPage(report));
}

/** @throws Error that says what is wrong with the arguments */
function parseRequest(): Request {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      pairs: { type: 'string', default: `${DEFAULT_PAIRS}` },
      long: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 1 || pairs > MAX_PAIRS) {
    throw new Error(`--pairs: "${values.pairs}" is not a whole number from 1 to ${MAX_PAIRS}`);
  }
  const names = positionals.length === 0 ? ITEM_NAMES : positionals.map(itemName);
  return { names, pairs, long: values.long, write: values.write };
}

function itemName(text: string): ItemName {
  const name = ITEM_NAMES.find((known) => known === text);
  if (name === undefined) throw new Error(`"${text}" is not an item; there are ${ITEM_NAMES.join(', ')}`);
  return name;
}

await main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 2;
});
