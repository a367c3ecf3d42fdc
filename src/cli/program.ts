/** argv and environment -> what to do. The only file but cli.ts that knows commander: it splits argv
 *  into flags and lays out their help; values, defaults and the texts of errors are ours. */
import { Command, CommanderError, Option } from 'commander';
import { withConfig } from '../options/config-file.js';
import { demoOptions, isBare } from '../options/demo.js';
import { type Environment, withEnvironment } from '../options/environment.js';
import { FLAGS, type Flag, type NameOf, type RawOptions } from '../options/flags/run.js';
import { type ParsedOptions, parseRunOptions, type RunContext } from '../options/parse.js';
import { configText } from '../options/print-config.js';
import type { Given } from '../options/values/given.js';
import { excessArgument, missingValue, unknownFlag } from './argv-errors.js';
import { completionScript } from './completion.js';
import { HELP_TAIL } from './help-tail.js';

export interface CliContext extends RunContext {
  readonly version: string;
  /** Where the loopback demo listens. */
  readonly demoPort: number;
  /** What stands in the file that --config names. Throws ERR_CONNTEST_USAGE. */
  readConfig(path: string): unknown;
}

/** `isDemo`: nothing to listen on or connect to was given, so the options are those of the loopback demo. */
export type RunRequest = { readonly kind: 'run'; readonly isDemo: boolean } & ParsedOptions;

type CliRequest =
  | RunRequest
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version'; readonly text: string };

export const USAGE = '[--listen <address>] [--connect <uri>] [options]';
export const DESCRIPTION =
  'Measures what a network connection can really do: latency and two-way bandwidth, in turn, over one connection to each peer. Every instance can listen and connect at once, and connects again when a connection is lost.';

/** The width that every terminal has; a text that never changes can be laid out with care. */
const HELP_COLUMNS = 80;

/** `argv` is without node and script. Texts end in a newline. Throws ERR_CONNTEST_USAGE. */
export function parseArgv(argv: readonly string[], env: Environment, context: CliContext): CliRequest {
  const program = buildProgram();
  const { operands, unknown } = splitArgv(program, argv);
  const given = collect(program);
  if (given.switches.has('help')) return { kind: 'help', text: helpText() };
  if (given.switches.has('version')) return { kind: 'version', text: `${context.version}\n` };
  if (unknown[0] !== undefined) throw unknownFlag(unknown[0]);
  if (operands[0] === 'completion') return { kind: 'help', text: completionScript(operands.slice(1)) };
  if (operands[0] !== undefined) throw excessArgument(operands[0]);
  const raw = withSettings(given, env, context);
  const isDemo = isBare(raw);
  const parsed = parseRunOptions(isDemo ? demoOptions(raw, context.demoPort) : raw, env, context);
  if (raw.switches.has('print-config')) return { kind: 'help', text: configText(raw, parsed.options) };
  return { kind: 'run', isDemo, ...parsed };
}

/** The command line first, then the environment, then the file. */
function withSettings(given: RawOptions, env: Environment, context: CliContext): RawOptions {
  const raw = withEnvironment(given, env);
  const config = raw.texts.get('config');
  return config === undefined ? raw : withConfig(raw, context.readConfig(config.text), config.text, env);
}

export function helpText(): string {
  return buildProgram().helpInformation() + HELP_TAIL;
}

function buildProgram(): Command {
  const program = new Command('conntest')
    .usage(USAGE)
    .description(DESCRIPTION)
    .helpOption(false)
    .configureHelp({ helpWidth: HELP_COLUMNS })
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  for (const flag of FLAGS) program.addOption(toOption(flag));
  return program;
}

function toOption(flag: Flag): Option {
  const short = 'short' in flag ? `-${flag.short}, ` : '';
  const option = new Option(`${short}--${flag.long} ${flag.value}`.trimEnd(), flag.help).helpGroup(
    flag.group,
  );
  if (flag.kind !== 'list') return option;
  return option.argParser((text: string, previous: string[] | undefined) => [...(previous ?? []), text]);
}

function splitArgv(program: Command, argv: readonly string[]): { operands: string[]; unknown: string[] } {
  try {
    return program.parseOptions([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // The only complaint left to commander: a flag at the very end whose value is missing.
    const flag = FLAGS.find(({ long }) => error.message.includes(`--${long} `));
    throw flag === undefined ? error : missingValue(flag);
  }
}

function collect(program: Command): RawOptions {
  const values = program.opts<Record<string, unknown>>();
  const texts = new Map<NameOf<'text'>, Given>();
  const lists = new Map<NameOf<'list'>, readonly Given[]>();
  const switches = new Set<NameOf<'switch'>>();
  for (const flag of FLAGS) {
    const value = values[flag.long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    if (flag.kind === 'text' && typeof value === 'string') texts.set(flag.long, toGiven(flag, value));
    if (flag.kind === 'list' && Array.isArray(value)) {
      lists.set(
        flag.long,
        value.map((text) => toGiven(flag, String(text))),
      );
    }
    if (flag.kind === 'switch' && value === true) switches.add(flag.long);
  }
  return { texts, lists, switches };
}

/** A flag in the place of a value means that the value was forgotten. */
function toGiven(flag: Flag, text: string): Given {
  const isFlag = FLAGS.some(({ long }) => text === `--${long}` || text.startsWith(`--${long}=`));
  if (isFlag) throw missingValue(flag);
  return { text, label: `--${flag.long}` };
}
