/** argv of a subcommand -> its texts. Values and defaults are for src/options/. */
import { parseArgs } from 'node:util';
import { ConntestError } from '../errors.js';
import type { FlagRow, RawCommand, SwitchOf, TextOf } from '../options/flags/command-flag.js';
import { type Given, quote } from '../options/values/given.js';
import { didYouMean } from '../options/values/nearest.js';

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

/** @param argv without node, script and the subcommand `name`. Throws ERR_CONNTEST_USAGE. */
export function readCommandArgv<Flag extends FlagRow>(
  name: string,
  flags: readonly Flag[],
  argv: readonly string[],
): RawCommand<Flag> {
  const options = Object.fromEntries(
    flags.map((flag) => [
      flag.long,
      {
        type: flag.value === null ? ('boolean' as const) : ('string' as const),
        ...(flag.short === undefined ? {} : { short: flag.short }),
      },
    ]),
  );
  // Not strict: its own complaints name neither what was given nor what would be right.
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const reader = new TokenReader(name, flags);
  for (const token of tokens ?? []) reader.read(token);
  return reader;
}

class TokenReader<Flag extends FlagRow> implements RawCommand<Flag> {
  readonly targets: Given[] = [];
  readonly texts = new Map<TextOf<Flag>, Given>();
  readonly switches = new Set<SwitchOf<Flag>>();
  readonly #name: string;
  readonly #flags: readonly Flag[];

  constructor(name: string, flags: readonly Flag[]) {
    this.#name = name;
    this.#flags = flags;
  }

  read(token: Token): void {
    if (token.kind === 'positional') this.targets.push({ text: token.value, label: 'target' });
    if (token.kind !== 'option') return;
    const flag = this.#flags.find(({ long }) => long === token.name);
    if (flag === undefined) throw this.#unknownFlag(token.rawName);
    const { long } = flag;
    if (flag.value !== null) {
      this.texts.set(long as TextOf<Flag>, { text: this.#readValue(flag, token.value), label: `--${long}` });
    } else if (token.value === undefined) this.switches.add(long as SwitchOf<Flag>);
    else throw usage(`--${long} takes no value; leave out ${quote(`=${token.value}`)}`);
  }

  #readValue(flag: Flag, value: string | undefined): string {
    // A flag in the place of a value means that the value was forgotten.
    const isFlag = this.#flags.some(({ long }) => value === `--${long}` || value?.startsWith(`--${long}=`));
    if (value !== undefined && !isFlag) return value;
    throw usage(`--${flag.long}: its value is missing; write --${flag.long} ${flag.value ?? ''}`);
  }

  #unknownFlag(name: string): ConntestError {
    const known = this.#flags.map(({ long }) => `--${long}`);
    const hint = didYouMean(name, known) || `; conntest ${this.#name} --help lists them all`;
    return usage(`unknown option ${quote(name)}${hint}`);
  }
}

function usage(text: string): ConntestError {
  return new ConntestError('ERR_CONNTEST_USAGE', text);
}
