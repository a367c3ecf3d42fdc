/** `conntest replay`: a run that is over, on the live UI's screen or as its tables. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ConntestError } from '../errors.js';
import { REPLAY_FLAGS } from '../options/flags/log.js';
import { parseReplay, type RawReplay, type ReplayOptions } from '../options/replay.js';
import { type Given, quote } from '../options/values/given.js';
import { partsOf } from '../replay/parts.js';
import { type LogRecording, openRecording } from '../replay/recording.js';
import type { Item } from '../replay/types.js';
import { createOutput, wantsColor } from '../report/files/output.js';
import { Player } from '../report/live/player.js';
import { wrapText } from '../report/print/wrap.js';
import type { RunControl } from '../report/reporter.js';
import { createTextReporter } from '../report/text.js';
import { EXIT } from './exit-codes.js';
import { commandUsage, print, wrongArguments } from './logs.js';
import type { CliContext } from './program.js';

/** As the main help's: the width that every terminal has. */
const HELP_COLUMNS = 80;
const TERM_CHARS = 21;

const HELP = `Usage: conntest replay <run.jsonl>... [options]

Shows a run again from the log that conntest --log has written, with its closed
parts (run.1.jsonl ...) where they are beside it: on the screen of the live UI,
with keys for its time, or as the tables that the run would have printed.

Options:
${REPLAY_FLAGS.map(optionLine).join('\n')}

Keys:
  space        stop and go on; at the end from the start
  left, right  10 seconds back and on;  [ and ] a minute;  g and G start and end
  + and -      faster and slower
  ?            all of them;  q ends

Examples:
  conntest replay run.jsonl --speed 10
  conntest replay run.jsonl --ui text --columns name,latnc,up | less
`;

/** `argv` is what follows `replay`. Throws ERR_CONNTEST_USAGE, ERR_CONNTEST_INPUT.
 *  @returns the exit code */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  const { paths, raw, isHelp } = parse(argv);
  if (isHelp) {
    print(HELP);
    return EXIT.ok;
  }
  if (paths.length === 0)
    throw commandUsage('replay', 'no log was given; write e.g. conntest replay run.jsonl');
  const options = parseReplay(raw, process.env, context.hasScreen);
  const recording = await input(() => openLog(paths));
  try {
    await input(() => (options.ui === 'live' ? onScreen(recording, options) : asText(recording, options)));
  } finally {
    await recording.close();
  }
  if (recording.badLines > 0) {
    process.stderr.write(`conntest: ${recording.badLines} lines could not be read and were left out\n`);
  }
  return EXIT.ok;
}

function optionLine({ long, value, help, ...flag }: (typeof REPLAY_FLAGS)[number]): string {
  const short = 'short' in flag ? `-${flag.short}, ` : '';
  const term = `${short}--${long} ${value ?? ''}`.trimEnd().padEnd(TERM_CHARS);
  const indent = ' '.repeat(TERM_CHARS + '    '.length);
  return `  ${term}  ${wrapText(help, HELP_COLUMNS - indent.length).join(`\n${indent}`)}`;
}

function parse(argv: readonly string[]): { paths: string[]; raw: RawReplay; isHelp: boolean } {
  const options = Object.fromEntries(
    REPLAY_FLAGS.map(({ long, value, ...flag }) => [
      long,
      {
        type: value === null ? ('boolean' as const) : ('string' as const),
        ...('short' in flag ? { short: flag.short } : {}),
      },
    ]),
  ) satisfies ParseArgsConfig['options'];
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const texts = new Map<string, Given>();
    for (const [long, value] of Object.entries(values)) {
      if (typeof value === 'string') texts.set(long, { text: value, label: `--${long}` });
    }
    return { paths: positionals, raw: { texts, bits: values.bits === true }, isHelp: values.help === true };
  } catch (cause) {
    throw wrongArguments('replay', cause);
  }
}

async function openLog(paths: readonly string[]): Promise<LogRecording> {
  const [only, ...more] = paths;
  const recording = await openRecording(only !== undefined && more.length === 0 ? partsOf(only) : paths);
  if (recording !== null) return recording;
  throw new ConntestError(
    'ERR_CONNTEST_INPUT',
    `${paths.map(quote).join(', ')}: no run in it; give a log in JSON Lines, as conntest --log run.jsonl writes it`,
  );
}

/** What the system says of a file, as an error of ours. */
async function input<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof ConntestError) throw cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new ConntestError('ERR_CONNTEST_INPUT', `the log can't be read: ${text}`, { cause });
  }
}

async function onScreen(recording: LogRecording, options: ReplayOptions): Promise<void> {
  const { speed, bits, emphasis } = options;
  const color = wantsColor(options.color, process.stdout);
  const player = new Player(recording, { speed: speed ?? 1, bits, color, emphasis });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => player.end());
  await player.run();
}

/** The log has no word of it, and tables come when it has them. */
const USUAL_INTERVAL_MS = 1000;

/** Nothing can be asked of a run that is over. */
const NO_RUN: RunControl = {
  snapshot: () => {
    throw new TypeError('a replay has no snapshots of its own');
  },
  setMonitoring() {},
  reconnect() {},
  drop() {},
  interrupt() {},
};

async function asText(recording: LogRecording, options: ReplayOptions): Promise<void> {
  const { bits, emphasis, columns, speed } = options;
  let isClosed = false;
  const output = createOutput({
    stream: process.stdout,
    color: options.color,
    onClosed: () => {
      isClosed = true;
    },
  });
  const reporter = createTextReporter(output, {
    bits,
    emphasis,
    columns,
    name: recording.name,
    intervalMs: USUAL_INTERVAL_MS,
    log: { level: 'info', format: 'logfmt' },
    run: NO_RUN,
  });
  const show = async (item: Item): Promise<void> => {
    if (isClosed) return;
    if (speed !== null) await untilDue(item, startMs, recording.startMs, speed);
    // Every table is wanted here: the reader sets the pace.
    while (output.lagging && !isClosed) await output.flush();
    if (item.kind === 'event') reporter.handleEvent(item.event);
    else if (item.kind === 'snapshot') reporter.handleSnapshot(item.snapshot);
    else reporter.handleSummary(item.snapshot);
  };
  const startMs = performance.now();
  const { startMs: fromMs, endMs, contextMs } = recording;
  for (let toMs = fromMs; toMs < endMs + contextMs && !isClosed; toMs += contextMs) {
    await recording.read(toMs, show);
  }
  await output.flush();
}

async function untilDue(item: Item, startMs: number, fromMs: number, speed: number): Promise<void> {
  const tMs = item.kind === 'event' ? item.event.tMs : item.snapshot.tMs;
  const leftMs = startMs + (tMs - fromMs) / speed - performance.now();
  if (leftMs > 0) await sleep(leftMs);
}
