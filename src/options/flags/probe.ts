/** Every flag of `conntest probe`. */
import type { FlagRow } from './command-flag.js';

const WHAT = 'What to probe:';
const HOW = 'How hard to try:';
const OUTPUT = 'What to show:';
const INFO = 'About conntest:';

export const PROBE_FLAGS = [
  { long: 'ipv4', short: '4', value: null, group: WHAT, help: 'use IPv4 only' },
  { long: 'ipv6', short: '6', value: null, group: WHAT, help: 'use IPv6 only' },
  {
    long: 'no-hello',
    value: null,
    group: WHAT,
    help: 'connect to TCP ports without a word: some devices take for a task whatever they are sent',
  },
  { long: 'yes', short: 'y', value: null, group: WHAT, help: 'probe more than 4096 ports of address blocks' },
  {
    long: 'watch',
    value: '<duration>',
    group: WHAT,
    help: 'probe again this often, and show only what has changed',
  },
  {
    long: 'expect',
    value: '<state>',
    group: WHAT,
    help: 'end with 4 unless all are open, conntest, closed or filtered',
  },
  {
    long: 'timeout',
    value: '<duration>',
    group: HOW,
    help: 'wait this long for an answer (default: 2s)',
  },
  {
    long: 'tries',
    value: '<count>',
    group: HOW,
    help: 'before silence is believed (default: tcp 1, as the system repeats itself; udp 2)',
  },
  { long: 'parallel', value: '<count>', group: HOW, help: 'tries under way at once (default: 500)' },
  { long: 'rate', value: '<count>', group: HOW, help: 'tries a second (default: no limit)' },
  {
    long: 'workers',
    short: 'w',
    value: '<count>',
    group: HOW,
    help: 'threads that share the tries (default: one a core, at most one for each 2000 ports)',
  },
  {
    long: 'all',
    short: 'a',
    value: null,
    group: OUTPUT,
    help: 'a line for each port, instead of one for each run of the same answer',
  },
  {
    long: 'ui',
    value: '<name>',
    group: OUTPUT,
    help: 'text, json (NDJSON), csv or none (default: text)',
  },
  {
    long: 'color',
    value: '<when>',
    group: OUTPUT,
    help: 'auto, always or never (default: auto)',
  },
  { long: 'help', short: 'h', value: null, group: INFO, help: 'show this text' },
] as const satisfies readonly FlagRow[];

export type ProbeFlag = (typeof PROBE_FLAGS)[number];
