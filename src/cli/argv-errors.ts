/** What is said about an argv that cannot be split into flags and values. */
import { ConntestError } from '../errors.js';
import { URI_OPTIONS } from '../options/addresses/uri-options.js';
import { COMMAND_NAMES } from '../options/command-names.js';
import { FLAGS, type Flag } from '../options/flags/run.js';
import { quote } from '../options/values/given.js';
import { didYouMean, nearest } from '../options/values/nearest.js';

export function missingValue(flag: Flag): ConntestError {
  return usage(`--${flag.long}: its value is missing; write --${flag.long} ${flag.value}`);
}

/** `argument` as it stands in argv, perhaps with `=value`. */
export function unknownFlag(argument: string): ConntestError {
  const name = argument.replace(/=.*$/s, '');
  const uriOption = URI_OPTIONS.find((option) => `--${option.name}` === name);
  if (uriOption !== undefined) {
    const written = uriOption.value === null ? uriOption.name : `${uriOption.name}=${uriOption.value}`;
    return usage(`${name} belongs in the URI; write --connect 'tcp://host:1234?${written}'`);
  }
  const known = FLAGS.map(({ long }) => `--${long}`);
  return usage(
    `unknown option ${quote(name)}${didYouMean(name, known) || '; conntest --help lists them all'}`,
  );
}

/** conntest has flags only. */
export function excessArgument(argument: string): ConntestError {
  return usage(`unexpected argument ${quote(argument)}; ${excessHint(argument)}`);
}

function excessHint(argument: string): string {
  if (/^(tcp|udp)[46]?:\/\//i.test(argument)) return `did you mean --connect ${quote(argument)}?`;
  if (/^(tcp|udp)[46]?:/i.test(argument)) return `did you mean --listen ${quote(argument)}?`;
  const meant = nearest(argument, COMMAND_NAMES);
  if (meant !== null) return `did you mean conntest ${meant}?`;
  return 'every setting is a flag; conntest --help lists them';
}

function usage(text: string): ConntestError {
  return new ConntestError('ERR_CONNTEST_USAGE', text);
}
