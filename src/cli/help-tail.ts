/** What --help says below the flags. */
import { URI_OPTIONS } from '../options/addresses/uri-options.js';
import { wrapText } from '../report/print/wrap.js';
import { METRICS } from '../verdict/metrics.js';

const NAME_COLUMNS = 24;
/** What is left of 80. */
const METRIC_COLUMNS = 52;

const uriOptionLines = URI_OPTIONS.map(({ name, value, help }) => {
  const term = value === null ? name : `${name}=${value}`;
  return `  ${term.padEnd(NAME_COLUMNS)}  ${help}`;
});

/** Those of one unit, with what stands for it. */
const metricLines = (
  [
    ['time', '20ms, 500us, 1.5s'],
    ['rate', '100mbit, 12.5MB/s'],
    ['share', '0.5%'],
    ['count', 'a number'],
  ] as const
).flatMap(([unit, value]) => {
  const names = METRICS.filter((metric) => metric.unit === unit).map(({ name }) => name);
  const lines = wrapText(names.join(' '), METRIC_COLUMNS);
  return lines.map((line, at) => `  ${(at === 0 ? value : '').padEnd(NAME_COLUMNS)}  ${line}`);
});

export const HELP_TAIL = `
Options of a --connect URI:
${uriOptionLines.join('\n')}

  They follow a '?' and are joined by '&': put the URI in quotes, or the shell
  takes both signs for its own. A --listen address takes those of its own end
  in the same way: df, dscp, latency, rcvbuf, sndbuf, tos and, over TCP, cc.

Examples:
  Listen on one machine, measure from the other:
    conntest --name receiver --listen tcp:1234
    conntest --name sender --connect \\
      'tcp://127.0.0.1:1234?monitor-bandwidth&packet-size=5mb'

  Fifty connections for one minute, shared by four workers:
    conntest -w 4 -t 1m \\
      --connect 'tcp://192.0.2.1:1234?monitor-bandwidth&connections=50'

  Loss and delay over UDP, at a rate that the path should carry:
    conntest --connect \\
      'udp://192.0.2.1:1234?monitor-bandwidth&reliable=off&rate=10mbit'

  Both roles at once, and JSON into a file:
    conntest --listen tcp:1234 --connect tcp://192.0.2.1:1234 --ui json >a.json

  Which ports answer, and why not (conntest probe --help):
    conntest probe tcp://192.0.2.1:1-1024 udp://192.0.2.1:1234

  Which packet size is best on a path, and where fragmentation begins:
    conntest sweep udp://192.0.2.1:1234

  Everything into a log, and a page with charts of it:
    conntest --connect tcp://192.0.2.1:1234 -t 1h --log run.jsonl
    conntest report run.jsonl -o report.html

  Whether a second run is worse than a first one:
    conntest diff before.jsonl after.jsonl

  A run that is over, on the screen of the live UI, ten times as fast:
    conntest replay run.jsonl --speed 10

  In a script: was it good enough?
    conntest --connect 'tcp://192.0.2.1:1234?monitor-bandwidth' -t 1m \\
      --fail-if 'p99>20ms' --fail-if 'up<100mbit' || echo no

  A first look: this machine measures itself on loopback for 10 seconds:
    conntest

Values:
  SIZE       1400, 128kb, 5mb, 64KiB     kb = 1000 bytes, KiB = 1024 bytes
  DURATION   10, 300ms, 1.5s, 1m30s      a bare number is in seconds
  RATE       500kbit, 10mbit, 1.5gbit    bits of data a second
  Rates are shown in MB/s (1000000 bytes a second); with --bits in Mbit/s.
  Latency is half the round-trip time.
  Hosts are names, IPv4 or [IPv6] addresses; tcp4: or udp6: sets the family.

Conditions of --fail-if:
  a metric, one of < <= > >=, and a value with its unit; in quotes, or the
  shell takes < and > for its own. The worst peer counts.
${metricLines.join('\n')}

Settings:
  --config run.json, with {"connect": ["tcp://10.0.0.1:1234"], "bits": true}
  in it; the command line goes first, then the environment, then the file.

Completion:
  eval "$(conntest completion bash)" in ~/.bashrc; zsh and fish have one too.

Environment:
  CONNTEST_<FLAG> sets a flag that the command line leaves out, as in
  CONNTEST_RETRY_DELAY=2s; lists are split on spaces, switches take 1 or 0.
  NO_COLOR and FORCE_COLOR are honoured; --color goes first.

Exit codes:
  0  done, or ended by the first Ctrl-C    3    no peer was reached
  1  an error while running                4    some peers were not reached
  2  a mistake in the command line         99   a --fail-if held; diff: worse
                                           130  the second Ctrl-C: ended at once
`;
