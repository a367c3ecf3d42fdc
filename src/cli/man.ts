/** The man page, in the man(7) macros: laid out by the build from the flags and the help. */

import { COMMANDS } from '../options/commands.js';
import { FLAGS, type Flag } from '../options/flags/run.js';
import { HELP_TAIL } from './help-tail.js';
import { DESCRIPTION, USAGE } from './program.js';

export function manPage(version: string): string {
  const groups = [...new Set(FLAGS.map(({ group }) => group))];
  return [
    `.TH CONNTEST 1 "" "conntest ${roff(version)}" "User Commands"`,
    '.SH NAME',
    'conntest \\- find out what a network connection can really do',
    '.SH SYNOPSIS',
    `.B conntest\n${roff(USAGE)}`,
    ...COMMANDS.map(({ name, usage }) => `.br\n.B conntest ${name}\n${roff(usage)}`),
    '.SH DESCRIPTION',
    roff(DESCRIPTION),
    '.SH OPTIONS',
    ...groups.flatMap((group) => [
      `.SS ${roff(group.replace(/:$/, ''))}`,
      ...FLAGS.filter((flag) => flag.group === group).map(flagText),
    ]),
    '.SH COMMANDS',
    ...COMMANDS.map(({ name, help }) => `.TP\n\\fB${name}\\fR\n${roff(help)}`),
    ...helpSections(),
    '',
  ].join('\n');
}

function flagText(flag: Flag): string {
  const short = 'short' in flag ? `\\fB\\-${flag.short}\\fR, ` : '';
  const value = flag.value === '' ? '' : ` \\fI${roff(flag.value.slice(1, -1))}\\fR`;
  return `.TP\n${short}\\fB\\-\\-${roff(flag.long)}\\fR${value}\n${roff(flag.help)}`;
}

/** What the help says below the flags, line by line: it is laid out with care. */
function helpSections(): string[] {
  return HELP_TAIL.trim()
    .split('\n')
    .reduce<string[]>((lines, line) => {
      const [, title] = /^(\S.*):$/.exec(line) ?? [];
      if (title === undefined) lines.push(roff(line));
      else lines.push(...(lines.length > 0 ? ['.fi'] : []), `.SH ${roff(title.toUpperCase())}`, '.nf');
      return lines;
    }, [])
    .concat('.fi');
}

/** Text that means nothing to roff: a dash that can be copied, no escapes, no request at the start of a line. */
function roff(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&');
}
