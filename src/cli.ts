/** argv, signals, exit codes. Whatever a run needs is loaded only when there is one: --help must be quick. */
import { readFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { readConfig } from './cli/config.js';
import { EXIT } from './cli/exit-codes.js';
import { type CliContext, type CliRequest, parseArgv } from './cli/program.js';
import { hasScreen } from './cli/screen.js';
import { ConntestError } from './errors.js';

/** The original's example port; the demo takes any free one. */
const NO_PORT = 1;

/** A run loads none of them. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<Subcommand>>> = {
  probe: () => import('./cli/probe.js'),
  sweep: () => import('./cli/sweep.js'),
  report: () => import('./cli/report.js'),
  diff: () => import('./cli/diff.js'),
  replay: () => import('./cli/replay.js'),
};

interface Subcommand {
  /** @param argv what follows the subcommand's name. Returns the exit code. */
  runCli(argv: readonly string[], context: CliContext): Promise<number>;
}

async function main(): Promise<number> {
  const context = readContext();
  const argv = process.argv.slice(2);
  const subcommand = SUBCOMMANDS[argv[0] ?? ''];
  if (subcommand !== undefined) return (await subcommand()).runCli(argv.slice(1), context);
  const request = parseArgv(argv, process.env, context);
  if (request.kind !== 'run') {
    process.stdout.write(request.text);
    return EXIT.ok;
  }
  const { freePort, runMeasurement } = await import('./cli/run.js');
  if (!request.isDemo) return runMeasurement(request, context.version);
  process.stderr.write(
    'Nothing to listen on or connect to was given, so this instance measures itself over loopback;\n' +
      'conntest --help shows what else it does.\n',
  );
  const demo = parseArgv(argv, process.env, { ...context, demoPort: await freePort() });
  return runMeasurement(demo as Extract<CliRequest, { kind: 'run' }>, context.version);
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
  if (!(error instanceof ConntestError)) {
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
