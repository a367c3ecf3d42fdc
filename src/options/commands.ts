/** The commands beside a run itself, for whoever lists or completes them: one entry each. */

import { DIRECTIONS } from './addresses/measure.js';
import type { CommandName } from './command-names.js';
import { DIFF_FLAGS, REPLAY_FLAGS, REPORT_FLAGS } from './flags/log.js';
import { PROBE_FLAGS } from './flags/probe.js';
import { SWEEP_FLAGS } from './flags/sweep.js';
import { UDP_IO } from './parse.js';
import { EXPECTATIONS, PROBE_UIS } from './probe.js';
import { REPLAY_UIS } from './replay.js';
import { SWEEP_UIS } from './sweep.js';
import { COLOR_MODES } from './values/color.js';
import { EMPHASIS_NAMES } from './values/emphasis.js';

export interface CommandFlag {
  readonly long: string;
  readonly short?: string;
  /** The value's name in the help, `<file>` for a path; null: a switch. */
  readonly value: string | null;
  readonly help: string;
}

export interface CommandRow {
  readonly name: CommandName;
  readonly help: string;
  /** What follows its name. */
  readonly usage: string;
  readonly flags: readonly CommandFlag[];
  /** The words that a flag takes, by its long name. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
  /** What its operands are: paths, these words, or what only its user knows. */
  readonly operands: 'paths' | 'unknown' | readonly string[];
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'probe',
    help: 'find out which ports answer, and why not',
    usage: '<target>... [options]',
    flags: PROBE_FLAGS,
    choices: { ui: PROBE_UIS, expect: EXPECTATIONS, color: COLOR_MODES },
    operands: 'unknown',
  },
  {
    name: 'sweep',
    help: 'find the best packet size, and the path MTU',
    usage: '<target> [options]',
    flags: SWEEP_FLAGS,
    choices: { direction: DIRECTIONS, ui: SWEEP_UIS, color: COLOR_MODES, 'udp-io': UDP_IO },
    operands: 'unknown',
  },
  {
    name: 'report',
    help: 'make a page with charts of logs',
    usage: '<run.jsonl>... [options]',
    flags: REPORT_FLAGS,
    choices: {},
    operands: 'paths',
  },
  {
    name: 'diff',
    help: 'compare two runs from their logs',
    usage: '<a.jsonl> <b.jsonl> [options]',
    flags: DIFF_FLAGS,
    choices: {},
    operands: 'paths',
  },
  {
    name: 'replay',
    help: 'show a run again from its log',
    usage: '<run.jsonl>... [options]',
    flags: REPLAY_FLAGS,
    choices: { ui: REPLAY_UIS, color: COLOR_MODES, 'ui-emphasis': EMPHASIS_NAMES },
    operands: 'paths',
  },
  {
    name: 'completion',
    help: 'write a script that completes for a shell',
    usage: SHELLS.join('|'),
    flags: [],
    choices: {},
    operands: SHELLS,
  },
];
