/** The flags of a subcommand in its --help, in the form of the main help. */
import type { FlagRow } from '../options/flags/command-flag.js';

/** As the main help's: the width that every terminal has. */
const COLUMNS = 80;

/** Group by group, each with an empty line before it. */
export function flagTables(flags: readonly FlagRow[]): string {
  const groups = [...new Set(flags.map(({ group }) => group))];
  const width = Math.max(...flags.map((flag) => term(flag).length));
  const tables = groups.map((group) => {
    const entries = flags.filter((flag) => flag.group === group).map((flag) => entry(flag, width));
    return `\n${group}\n${entries.join('')}`;
  });
  return tables.join('');
}

function term({ long, short, value }: FlagRow): string {
  return `${short === undefined ? '' : `-${short}, `}--${long} ${value ?? ''}`.trimEnd();
}

function entry(flag: FlagRow, width: number): string {
  const indent = ' '.repeat(width + 4);
  const lines = wrap(flag.help, COLUMNS - indent.length);
  return `  ${term(flag).padEnd(width)}  ${lines.join(`\n${indent}`)}\n`;
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
