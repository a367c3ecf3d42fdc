/** What there is to complete: a run, which needs no word, and the commands. */
import { CHOICES } from '../options/choices.js';
import { COMMANDS, type CommandFlag, type CommandRow } from '../options/commands.js';
import { FLAGS } from '../options/flags/run.js';

export interface CompletedFlag extends CommandFlag {
  readonly isRepeatable: boolean;
  /** Nothing: only its user knows the value. */
  readonly choices: readonly string[];
  readonly isPath: boolean;
}

export interface CompletedCommand extends Pick<CommandRow, 'help' | 'operands'> {
  readonly name: string;
  readonly flags: readonly CompletedFlag[];
}

export const RUN: CompletedCommand = {
  name: 'run',
  help: '',
  operands: 'unknown',
  flags: FLAGS.map((flag) => ({
    ...flag,
    value: flag.kind === 'switch' ? null : flag.value,
    isRepeatable: flag.kind === 'list',
    choices: flag.kind === 'switch' ? [] : (CHOICES[flag.long] ?? []),
    isPath: flag.value === '<file>',
  })),
};

export const COMPLETED: readonly CompletedCommand[] = COMMANDS.map((command) => ({
  ...command,
  flags: command.flags.map((flag) => ({
    ...flag,
    isRepeatable: flag.help.endsWith('repeatable'),
    choices: command.choices[flag.long] ?? [],
    isPath: flag.value === '<file>' || flag.value === '<folder>',
  })),
}));
