/** argv, signals, exit codes. Whatever is needed is loaded when it is, and a shard's thread boots meanwhile. */
import { readFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { readConfig } from './cli/config.js';
import { EXIT } from './cli/exit-codes.js';
import type { CliContext, RunRequest } from './cli/program.js';
import { hasScreen } from './cli/screen.js';
import type { ShardThreads } from './control/shard-threads.js';
import { isConntestError } from './errors.js';
import type { CommandName } from './options/command-names.js';

/** The original's example port; the demo takes any free one. */
const NO_PORT = 1;

/** Whoever writes one of them asks for a text, but for a rare value of another flag. */
const QUESTIONS = ['-h', '--help', '-V', '--version', '--print-config', 'completion'];

/** A run loads none of them. */
const SUBCOMMANDS: ReadonlyMap<string, () => Promise<Subcommand>> = new Map(
  Object.entries<() => Promise<Subcommand>>({
    probe: () => import('./cli/probe.js'),
    sweep: () => import('./cli/sweep.js'),
    report: () => import('./cli/report.js'),
    diff: () => import('./cli/diff.js'),
    replay: () => import('./cli/replay.js'),
  } satisfies Readonly<Record<Exclude<CommandName, 'completion'>, () => Promise<Subcommand>>>),
);

interface Subcommand {
  /** @param argv what follows the subcommand's name. Returns the exit code. */
  runCli(argv: readonly string[], context: CliContext): Promise<number>;
}

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  const subcommand = SUBCOMMANDS.get(argv[0] ?? '');
  if (subcommand !== undefined) return (await subcommand()).runCli(argv.slice(1), readContext());
  let threads = QUESTIONS.some((word) => argv.includes(word)) ? null : await bootThreads();
  try {
    const context = readContext();
    const { parseArgv } = await import('./cli/program.js');
    const request = parseArgv(argv, process.env, context);
    if (request.kind === 'run') {
      threads ??= await bootThreads();
      return await run(request, argv, context, threads);
    }
    process.stdout.write(request.text);
    return EXIT.ok;
  } finally {
    // After a run they have ended; a command line that can't be run has none.
    await threads?.destroy();
  }
}

/** What reads the command line is loaded meanwhile: most of them ask for a run. */
async function bootThreads(): Promise<ShardThreads> {
  const { ShardThreads } = await import('./control/shard-threads.js');
  return new ShardThreads();
}

async function run(
  request: RunRequest,
  argv: readonly string[],
  context: CliContext,
  threads: ShardThreads,
): Promise<number> {
  const { freePort, runMeasurement } = await import('./cli/run.js');
  const { parseArgv } = await import('./cli/program.js');
  if (!request.isDemo) return runMeasurement(request, context.version, threads);
  process.stderr.write(
    'Nothing to listen on or connect to was given, so this instance measures itself over loopback;\n' +
      'conntest --help shows what else it does.\n',
  );
  const demo = parseArgv(argv, process.env, { ...context, demoPort: await freePort() });
  return runMeasurement(demo as RunRequest, context.version, threads);
}

function readContext(): CliContext {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return {
    version: String(manifest.version),
    hostname: hostname(),
    parallelism: availableParallelism(),
    demoPort: NO_PORT,
    readConfig,
    hasScreen: hasScreen(process.env),
  };
}

function report(error: unknown): number {
  if (!isConntestError(error)) {
    process.stderr.write(`conntest: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    return EXIT.runtimeError;
  }
  process.stderr.write(`conntest: ${error.message}\n`);
  return error.code === 'ERR_CONNTEST_USAGE' ? EXIT.usage : EXIT.runtimeError;
}

void main()
  .catch(report)
  .then((code) => {
    process.exitCode = code;
  });
