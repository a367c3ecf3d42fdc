/** --config FILE: flags in an object, each under its long name: `{"listen": ["tcp:1234"], "timeout": "3s", "bits": true}`.
 *  Command line and environment go first. */
import { ConntestError } from '../errors.js';
import { type Environment, isQuestion, isSet } from './environment.js';
import { FLAGS, type RawOptions } from './flags/run.js';
import type { Given } from './values/given.js';
import { didYouMean } from './values/nearest.js';

const KEYS = FLAGS.filter((flag) => !isQuestion(flag) && flag.long !== 'config').map(({ long }) => long);

/** `raw` with the file's values for all that was not given. `config` is what stands in the file `path`.
 *  Throws ERR_CONNTEST_USAGE. */
export function withConfig(raw: RawOptions, config: unknown, path: string, env: Environment): RawOptions {
  const texts = new Map(raw.texts);
  const lists = new Map(raw.lists);
  const switches = new Set(raw.switches);
  for (const [key, value] of Object.entries(toObject(config, path))) {
    const flag = FLAGS.find(({ long }) => long === key);
    if (flag === undefined || !KEYS.includes(flag.long)) throw unknownKey(key, path);
    const label = `${path}: ${key}`;
    if (flag.kind === 'text' && !texts.has(flag.long)) texts.set(flag.long, toText(value, label));
    if (flag.kind === 'list' && !lists.has(flag.long)) lists.set(flag.long, toList(value, label));
    if (flag.kind === 'switch' && toSwitch(value, label) && !isSet(flag, env)) switches.add(flag.long);
  }
  return { texts, lists, switches };
}

function toObject(value: unknown, path: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw usage(`${path}: not an object; write {"timeout": "3s"}, with the flags' long names`);
}

function unknownKey(key: string, path: string): ConntestError {
  const hint = didYouMean(key, KEYS) || '; conntest --print-config shows all that there are';
  return usage(`${path}: ${JSON.stringify(key)} is no flag${hint}`);
}

function toText(value: unknown, label: string): Given {
  if (typeof value === 'string' || typeof value === 'number') return { text: String(value), label };
  throw usage(`${label}: not a text; write it as on the command line, in quotes`);
}

function toList(value: unknown, label: string): Given[] {
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  return texts.map((text) => {
    if (typeof text === 'string') return { text, label };
    throw usage(`${label}: not a list of texts; write ["tcp:1234", "udp:1234"]`);
  });
}

function toSwitch(value: unknown, label: string): boolean {
  if (typeof value === 'boolean') return value;
  throw usage(`${label}: neither on nor off; write true or false`);
}

function usage(text: string): ConntestError {
  return new ConntestError('ERR_CONNTEST_USAGE', text);
}
