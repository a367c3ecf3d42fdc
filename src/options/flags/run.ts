/** Every flag of the command line. One table: the parser, the environment and the help all read it. */
import type { Given } from '../values/given.js';

/** `text` has a value, `list` has one and may be repeated, `switch` has none. */
interface FlagRow {
  readonly long: string;
  readonly short?: string;
  readonly kind: 'text' | 'list' | 'switch';
  /** The value's name in the help; empty for a switch. */
  readonly value: string;
  readonly group: string;
  readonly help: string;
}

const TASK = 'What to do:';
const TIME = 'How long:';
const OUTPUT = 'What to show:';
const MEANS = 'Resources:';
const SETTINGS = 'Settings:';
const INFO = 'About conntest:';

export const FLAGS = [
  {
    long: 'listen',
    kind: 'list',
    value: '<address>',
    group: TASK,
    help: 'answer peers here: tcp:1234, udp:10.0.0.2:1234, tcp:[::1]:1234 or tcp:8000-8100; repeatable',
  },
  {
    long: 'connect',
    kind: 'list',
    value: '<uri>',
    group: TASK,
    help: "measure this peer: 'tcp://host:1234' or 'udp://...', with the options listed below; repeatable",
  },
  {
    long: 'name',
    kind: 'text',
    value: '<text>',
    group: TASK,
    help: 'what peers call this instance (default: host name)',
  },
  {
    long: 'fail-if',
    kind: 'list',
    value: '<condition>',
    group: TASK,
    help: "end with 99 if this held for any peer: 'p99>20ms', 'loss>0.5%', 'up<100mbit', as listed below; repeatable",
  },
  { long: 'ipv4', short: '4', kind: 'switch', value: '', group: TASK, help: 'use IPv4 only' },
  { long: 'ipv6', short: '6', kind: 'switch', value: '', group: TASK, help: 'use IPv6 only' },
  {
    long: 'time',
    short: 't',
    kind: 'text',
    value: '<duration>',
    group: TIME,
    help: 'end after this long (default: at Ctrl-C)',
  },
  {
    long: 'omit',
    short: 'O',
    kind: 'text',
    value: '<duration>',
    group: TIME,
    help: 'leave out of the figures what is measured in this time at the start (default: nothing)',
  },
  {
    long: 'interval',
    short: 'i',
    kind: 'text',
    value: '<duration>',
    group: TIME,
    help: 'time between two reports (default: 1s)',
  },
  {
    long: 'timeout',
    kind: 'text',
    value: '<duration>',
    group: TIME,
    help: 'end a connection that makes no progress for this long (default: 5s)',
  },
  {
    long: 'retry-delay',
    kind: 'text',
    value: '<duration>',
    group: TIME,
    help: 'wait before connecting again (default: 1s)',
  },
  {
    long: 'retry-max',
    kind: 'text',
    value: '<duration>',
    group: TIME,
    help: 'let that wait grow up to this (default: constant)',
  },
  {
    long: 'ui',
    kind: 'list',
    value: '<name>',
    group: OUTPUT,
    help: 'live (a screen with keys), text (tables), log (an event a line), json (NDJSON) or none; NAME=FILE writes a file; repeatable (default: live on a terminal, else text)',
  },
  {
    long: 'log',
    kind: 'list',
    value: '<file>',
    group: OUTPUT,
    help: 'write all events and figures to a .jsonl or .csv file as well; repeatable',
  },
  {
    long: 'hdr-log',
    kind: 'list',
    value: '<file>',
    group: OUTPUT,
    help: "write each interval's latencies to a .hlog file of HdrHistogram",
  },
  {
    long: 'log-size',
    kind: 'text',
    value: '<size>',
    group: OUTPUT,
    help: 'begin a new part of these files at this size (default: one part)',
  },
  {
    long: 'log-keep',
    kind: 'text',
    value: '<count>',
    group: OUTPUT,
    help: 'delete all but this many closed parts (default: keep all)',
  },
  { long: 'bits', kind: 'switch', value: '', group: OUTPUT, help: 'show Mbit/s instead of MB/s' },
  {
    long: 'columns',
    kind: 'text',
    value: '<names>',
    group: OUTPUT,
    help: 'columns of the text tables, as in name,state,latnc,up (default: what has room)',
  },
  {
    long: 'log-level',
    kind: 'text',
    value: '<level>',
    group: OUTPUT,
    help: 'least of what the log shows: debug, info, warning or error (default: info; debug with --log-packets)',
  },
  {
    long: 'log-format',
    kind: 'text',
    value: '<name>',
    group: OUTPUT,
    help: 'lines of the log: logfmt or json (default: logfmt)',
  },
  {
    long: 'log-packets',
    kind: 'switch',
    value: '',
    group: OUTPUT,
    help: 'let the log show each packet as well',
  },
  {
    long: 'color',
    kind: 'text',
    value: '<when>',
    group: OUTPUT,
    help: 'auto, always or never (default: auto)',
  },
  {
    long: 'ui-emphasis',
    kind: 'text',
    value: '<color>',
    group: OUTPUT,
    help: 'colour of what matters, as in cyan or bright-blue (default: none)',
  },
  {
    long: 'workers',
    short: 'w',
    kind: 'text',
    value: '<count>',
    group: MEANS,
    help: 'threads that share the connections (default: one a core, at most one a connection or address)',
  },
  {
    long: 'max-packet-size',
    kind: 'text',
    value: '<size>',
    group: MEANS,
    help: 'largest packet to accept (default: 64mb)',
  },
  {
    long: 'udp-io',
    kind: 'text',
    value: '<how>',
    group: MEANS,
    help: 'batch (many datagrams a system call, Linux), dgram (one) or auto (default: auto)',
  },
  {
    long: 'config',
    kind: 'text',
    value: '<file>',
    group: SETTINGS,
    help: 'take what is not given here from this file: flags by their long names, in JSON or YAML (.yaml, .yml)',
  },
  {
    long: 'print-config',
    kind: 'switch',
    value: '',
    group: SETTINGS,
    help: 'show what the run would be done with, as --config reads it, and end',
  },
  { long: 'version', short: 'V', kind: 'switch', value: '', group: INFO, help: 'show the version' },
  { long: 'help', short: 'h', kind: 'switch', value: '', group: INFO, help: 'show this text' },
] as const satisfies readonly FlagRow[];

export type Flag = (typeof FLAGS)[number];
/** The long names of the flags of a kind. */
export type NameOf<Kind extends FlagRow['kind']> = Extract<Flag, { readonly kind: Kind }>['long'];

/** What was given, still as text: from argv, or else from the environment. */
export interface RawOptions {
  readonly texts: ReadonlyMap<NameOf<'text'>, Given>;
  readonly lists: ReadonlyMap<NameOf<'list'>, readonly Given[]>;
  readonly switches: ReadonlySet<NameOf<'switch'>>;
}
