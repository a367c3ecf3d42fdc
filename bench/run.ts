/** node dist/bench/run.js [items] [--pairs N] [--long] [--write]: docs/benchmarks.md says what it found last. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type BenchSettings, ITEM_NAMES, ITEMS, type ItemName } from './items.js';
import { readMachine } from './machine.js';
import { type BenchReport, renderPage, renderTables } from './report.js';
import type { ItemOutcome } from './result.js';

/** The fewest whose median stands on a noisy machine. */
const DEFAULT_PAIRS = 7;
const MAX_PAIRS = 1000;
const RESULTS = new URL('../../bench/results/', import.meta.url);
const PAGE = new URL('../../docs/benchmarks.md', import.meta.url);

interface Request extends Omit<BenchSettings, 'say'> {
  readonly names: readonly ItemName[];
  readonly write: boolean;
}

async function main(): Promise<void> {
  const request = parseRequest();
  const items: Partial<Record<ItemName, ItemOutcome>> = {};
  const report: BenchReport = {
    schema: 'conntest-bench/1',
    date: new Date().toISOString(),
    machine: await readMachine(),
    items,
  };
  for (const name of request.names) items[name] = await measure(name, request);
  save(report, request.write);
  process.stdout.write(renderTables(report));
  if (Object.values(items).some(({ kind }) => kind === 'failed')) process.exitCode = 1;
}

/** An item that can't be run here doesn't take the others' figures with it. */
async function measure(name: ItemName, { pairs, long }: Request): Promise<ItemOutcome> {
  const say = (text: string): void => {
    process.stderr.write(`${name}: ${text}\n`);
  };
  try {
    return { kind: 'measured', results: await ITEMS[name].bench({ pairs, long, say }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(reason);
    return { kind: 'failed', reason };
  }
}

function save(report: BenchReport, write: boolean): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL('latest.json', RESULTS), `${JSON.stringify(report, null, 2)}\n`);
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
  if (values.write && positionals.length > 0) {
    throw new Error('--write: the page shows all items, so name none with it');
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
