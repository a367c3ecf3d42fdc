/** argv of `conntest probe` -> its texts. Values and defaults are for src/options/probe.ts. */
import { parseArgs } from 'node:util';
import { ConntestError } from './errors.js';
import { type Given, quote } from './options/given.js';
import { didYouMean } from './options/nearest.js';
import type { RawProbe } from './options/probe.js';
import { PROBE_FLAGS, type ProbeFlag, type ProbeSwitch, type ProbeText } from './options/probe-flags.js';

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

/** @param argv without node, script and `probe`. Throws ERR_CONNTEST_USAGE. */
export function readProbeArgv(argv: readonly string[]): RawProbe {
  const options = Object.fromEntries(
    PROBE_FLAGS.map((flag) => [
      flag.long,
      {
        type: flag.value === null ? ('boolean' as const) : ('string' as const),
        ...('short' in flag ? { short: flag.short } : {}),
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
  const targets: Given[] = [];
  const texts = new Map<ProbeText, Given>();
  const switches = new Set<ProbeSwitch>();
  for (const token of tokens ?? []) readToken(token, targets, texts, switches);
  return { targets, texts, switches };
}

function readToken(
  token: Token,
  targets: Given[],
  texts: Map<ProbeText, Given>,
  switches: Set<ProbeSwitch>,
): void {
  if (token.kind === 'positional') targets.push({ text: token.value, label: 'target' });
  if (token.kind !== 'option') return;
  const flag = PROBE_FLAGS.find(({ long }) => long === token.name);
  if (flag === undefined) throw unknownFlag(token.rawName);
  if (flag.value !== null)
    texts.set(flag.long, { text: readValue(flag, token.value), label: `--${flag.long}` });
  else if (token.value === undefined) switches.add(flag.long);
  else throw usage(`--${flag.long} takes no value; leave out ${quote(`=${token.value}`)}`);
}

function readValue(flag: ProbeFlag, value: string | undefined): string {
  // A flag in the place of a value means that the value was forgotten.
  const isFlag = PROBE_FLAGS.some(({ long }) => value === `--${long}` || value?.startsWith(`--${long}=`));
  if (value !== undefined && !isFlag) return value;
  throw usage(`--${flag.long}: its value is missing; write --${flag.long} ${flag.value ?? ''}`);
}

function unknownFlag(name: string): ConntestError {
  const known = PROBE_FLAGS.map(({ long }) => `--${long}`);
  const hint = didYouMean(name, known) || '; conntest probe --help lists them all';
  return usage(`unknown option ${quote(name)}${hint}`);
}

function usage(text: string): ConntestError {
  return new ConntestError('ERR_CONNTEST_USAGE', text);
}
