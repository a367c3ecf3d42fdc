/** argv and environment -> what to do. The only file but cli.ts that knows commander: it splits argv
 *  into flags and lays out their help; values, defaults and the texts of errors are ours. */
import { Command, CommanderError, Option } from 'commander';
import { HELP_TAIL } from './cli-help.js';
import { ConntestError } from './errors.js';
import { demoOptions, isBare } from './options/demo.js';
import { type Environment, withEnvironment } from './options/environment.js';
import { FLAGS, type Flag, type RawOptions } from './options/flags.js';
import { type Given, quote } from './options/given.js';
import { didYouMean } from './options/nearest.js';
import { type ParsedOptions, parseRunOptions, type RunContext } from './options/parse.js';
import { URI_OPTIONS } from './options/uri-options.js';

export interface CliContext extends RunContext {
  readonly version: string;
  /** Where the loopback demo listens. */
  readonly demoPort: number;
}

export type CliRequest =
  /** `isDemo`: nothing to listen on or connect to was given, so the options are those of the loopback demo. */
  | ({ readonly kind: 'run'; readonly isDemo: boolean } & ParsedOptions)
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version'; readonly text: string };

/** The width that every terminal has; a text that never changes can be laid out with care. */
const HELP_COLUMNS = 80;

/** `argv` is without node and script. Texts end in a newline. Throws ERR_CONNTEST_USAGE, or
 *  ERR_CONNTEST_NOT_YET for a protocol that this version lacks. */
export function parseArgv(argv: readonly string[], env: Environment, context: CliContext): CliRequest {
  const program = buildProgram();
  const { operands, unknown } = splitArgv(program, argv);
  const given = collect(program);
  if (given.switches.has('help')) return { kind: 'help', text: program.helpInformation() + HELP_TAIL };
  if (given.switches.has('version')) return { kind: 'version', text: `${context.version}\n` };
  if (unknown[0] !== undefined) throw unknownFlag(unknown[0]);
  if (operands[0] !== undefined) throw excessArgument(operands[0]);
  const raw = withEnvironment(given, env);
  const isDemo = isBare(raw);
  const parsed = parseRunOptions(isDemo ? demoOptions(raw, context.demoPort) : raw, env, context);
  return { kind: 'run', isDemo, ...parsed };
}

function buildProgram(): Command {
  const program = new Command('conntest')
    .usage('[--listen <address>] [--connect <uri>] [options]')
    .description(
      'Measures what a network connection can really do: latency and two-way bandwidth, in turn, over one connection to each peer. Every instance can listen and connect at once, and connects again when a connection is lost.',
    )
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
    throw flag === undefined ? usage(error.message) : missingValue(flag);
  }
}

function collect(program: Command): RawOptions {
  const values = program.opts<Record<string, unknown>>();
  const texts: [Extract<Flag, { kind: 'text' }>['long'], Given][] = [];
  const lists: [Extract<Flag, { kind: 'list' }>['long'], readonly Given[]][] = [];
  const switches: Extract<Flag, { kind: 'switch' }>['long'][] = [];
  for (const flag of FLAGS) {
    const value = values[flag.long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    if (flag.kind === 'text' && typeof value === 'string') texts.push([flag.long, toGiven(flag, value)]);
    if (flag.kind === 'list' && Array.isArray(value)) {
      lists.push([flag.long, value.map((text) => toGiven(flag, String(text)))]);
    }
    if (flag.kind === 'switch' && value === true) switches.push(flag.long);
  }
  return { texts: new Map(texts), lists: new Map(lists), switches: new Set(switches) };
}

/** A flag in the place of a value means that the value was forgotten. */
function toGiven(flag: Flag, text: string): Given {
  if (FLAGS.some(({ long }) => text === `--${long}` || text.startsWith(`--${long}=`)))
    throw missingValue(flag);
  return { text, label: `--${flag.long}` };
}

function missingValue(flag: Flag): ConntestError {
  return usage(`--${flag.long}: its value is missing; write --${flag.long} ${flag.value}`);
}

function unknownFlag(argument: string): ConntestError {
  const name = argument.replace(/=.*$/s, '');
  const word = name.replace(/^-+/, '');
  if (URI_OPTIONS.some((option) => option.name === word)) {
    return usage(
      `unknown option ${quote(name)}: it belongs in the URI, as in --connect 'tcp://host:1234?${word}...'`,
    );
  }
  const near = didYouMean(
    name,
    FLAGS.map(({ long }) => `--${long}`),
  );
  return usage(`unknown option ${quote(name)}${near || '; conntest --help lists the known ones'}`);
}

function excessArgument(argument: string): ConntestError {
  const hint = /^(tcp|udp)[46]?:\/\//i.test(argument)
    ? `did you mean --connect ${quote(argument)}?`
    : /^(tcp|udp)[46]?:/i.test(argument)
      ? `did you mean --listen ${quote(argument)}?`
      : 'everything is said by flags; conntest --help lists them';
  return usage(`unexpected argument ${quote(argument)}; ${hint}`);
}

function usage(text: string): ConntestError {
  return new ConntestError('ERR_CONNTEST_USAGE', text);
}
