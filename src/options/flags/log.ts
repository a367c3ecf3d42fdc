/** Every flag of the commands that read logs. */

export interface LogFlag {
  readonly long: string;
  readonly short?: string;
  /** The value's name in the help; null: a switch. */
  readonly value: string | null;
  readonly help: string;
}

const BITS = { long: 'bits', value: null, help: 'show Mbit/s instead of MB/s' } as const;
const HELP = { long: 'help', short: 'h', value: null, help: 'show this text' } as const;

const FAIL_IF = {
  long: 'fail-if',
  value: '<condition>',
  help: "end with 99 if this held, as in 'p99>20ms'; repeatable",
} as const;

export const REPORT_FLAGS = [
  {
    long: 'output',
    short: 'o',
    value: '<file>',
    help: 'where to write the page; - is stdout (default: report.html)',
  },
  { long: 'follow', value: null, help: 'write the page again and again while the run or the sweep goes on' },
  {
    long: 'interval',
    short: 'i',
    value: '<duration>',
    help: 'time between two pages of --follow (default: 5s)',
  },
  { long: 'svg', value: '<dir>', help: 'write each chart as an SVG file into this directory' },
  { long: 'text', value: null, help: 'print the report as tables instead' },
  BITS,
  FAIL_IF,
  HELP,
] as const satisfies readonly LogFlag[];

export const DIFF_FLAGS = [BITS, FAIL_IF, HELP] as const satisfies readonly LogFlag[];

export const REPLAY_FLAGS = [
  {
    long: 'speed',
    value: '<factor>',
    help: 'from 0.1 to 1000 times as fast as the run (default: 1; text: at once)',
  },
  {
    long: 'ui',
    value: '<name>',
    help: 'live (a screen with keys) or text (tables) (default: live on a terminal)',
  },
  BITS,
  {
    long: 'columns',
    value: '<names>',
    help: 'of the text tables, as in name,state,latnc,up (default: what has room)',
  },
  { long: 'color', value: '<when>', help: 'auto, always or never (default: auto)' },
  {
    long: 'ui-emphasis',
    value: '<color>',
    help: 'colour of what matters, as in cyan or bright-blue (default: none)',
  },
  HELP,
] as const satisfies readonly LogFlag[];
