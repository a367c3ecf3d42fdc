/** CONNTEST_* variables: what the command line leaves out may stand there. */
import { FLAGS, type Flag, type RawOptions } from './flags/run.js';
import { type Given, parseChoice } from './values/given.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const TRUE_WORDS = ['1', 'true', 'yes', 'on'] as const;
const FALSE_WORDS = ['0', 'false', 'no', 'off'] as const;

/** `raw` with the environment's values for all that argv did not give. A list is split on white space.
 *  An empty variable counts as unset. Throws ERR_CONNTEST_USAGE on a switch that is neither on nor off. */
export function withEnvironment(raw: RawOptions, env: Environment): RawOptions {
  const texts = new Map(raw.texts);
  const lists = new Map(raw.lists);
  const switches = new Set(raw.switches);
  for (const flag of FLAGS) {
    const given = readVariable(flag, env);
    if (given === null) continue;
    if (flag.kind === 'text' && !texts.has(flag.long)) texts.set(flag.long, given);
    if (flag.kind === 'list' && !lists.has(flag.long)) lists.set(flag.long, splitList(given));
    if (flag.kind === 'switch' && isOn(given)) switches.add(flag.long);
  }
  return { texts, lists, switches };
}

/** A question, not a setting: CONNTEST_VERSION in a build's environment must not ask one. */
export function isQuestion({ long }: Flag): boolean {
  return long === 'help' || long === 'version' || long === 'print-config';
}

/** Whether the environment says anything of it, be it that it is off. */
export function isSet(flag: Flag, env: Environment): boolean {
  return readVariable(flag, env) !== null;
}

function readVariable(flag: Flag, env: Environment): Given | null {
  if (isQuestion(flag)) return null;
  const label = `CONNTEST_${flag.long.toUpperCase().replaceAll('-', '_')}`;
  const text = env[label]?.trim() ?? '';
  return text === '' ? null : { text, label };
}

function splitList(given: Given): readonly Given[] {
  return given.text.split(/\s+/).map((text) => ({ text, label: given.label }));
}

function isOn(given: Given): boolean {
  const word = parseChoice(given, [...TRUE_WORDS, ...FALSE_WORDS]);
  return TRUE_WORDS.some((known) => known === word);
}
