/** Every flag of `conntest sweep`. */
import type { FlagRow } from './command-flag.js';

const WHAT = 'What to measure:';
const HOW = 'How to measure:';
const OUTPUT = 'What to show:';
const INFO = 'About conntest:';

export const SWEEP_FLAGS = [
  {
    long: 'sizes',
    short: 's',
    value: '<sizes>',
    group: WHAT,
    help: 'data in one packet: auto, or ranges and lists as in 1200..1600:8,9000,16kb (default: auto)',
  },
  { long: 'direction', value: '<way>', group: WHAT, help: 'up, down or both (default: both)' },
  {
    long: 'versus',
    value: null,
    group: WHAT,
    help: 'UDP unreliable, UDP reliable and TCP side by side; the peer listens on both ports',
  },
  { long: 'ipv4', short: '4', value: null, group: WHAT, help: 'use IPv4 only' },
  { long: 'ipv6', short: '6', value: null, group: WHAT, help: 'use IPv6 only' },
  {
    long: 'rounds',
    short: 'r',
    value: '<count>',
    group: HOW,
    help: 'how often everything is measured; from 3 on sizes can be compared (default: 5)',
  },
  {
    long: 'phase',
    value: '<duration>',
    group: HOW,
    help: 'length of one measurement (default: 300ms)',
  },
  {
    long: 'seed',
    value: '<number>',
    group: HOW,
    help: 'of the order in which a round measures: the same seed, the same order (default: drawn)',
  },
  {
    long: 'timeout',
    value: '<duration>',
    group: HOW,
    help: 'believe that a size does not arrive after this long (default: 2s)',
  },
  {
    long: 'max-packet-size',
    value: '<size>',
    group: HOW,
    help: 'never send more data in one packet (default: 64mb)',
  },
  {
    long: 'udp-io',
    value: '<mode>',
    group: HOW,
    help: 'auto, batch or dgram: how datagrams are sent and received (default: auto)',
  },
  { long: 'name', value: '<text>', group: HOW, help: "how the peer knows us (default: the host's name)" },
  {
    long: 'ui',
    value: '<name>',
    group: OUTPUT,
    help: 'text, json (NDJSON), csv or none (default: text)',
  },
  {
    long: 'output',
    short: 'o',
    value: '<file>',
    group: OUTPUT,
    help: 'write the results to a file too: by its ending .jsonl, .csv or .txt',
  },
  { long: 'bits', value: null, group: OUTPUT, help: 'show Mbit/s instead of MB/s' },
  { long: 'color', value: '<when>', group: OUTPUT, help: 'auto, always or never (default: auto)' },
  { long: 'help', short: 'h', value: null, group: INFO, help: 'show this text' },
] as const satisfies readonly FlagRow[];

export type SweepFlag = (typeof SWEEP_FLAGS)[number];
