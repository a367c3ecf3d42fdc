/** What `conntest sweep --help` says. */

import { SWEEP_FLAGS } from '../options/flags/sweep.js';
import { flagTables } from './command-help.js';

const INTRO = `Usage: conntest sweep <target> [options]

Finds out which packet size suits a path: measures sizes in turn, round after
round over one connection, and says which is best, where fragmentation begins
and what it costs. Over UDP it first finds the path MTU, black holes included.

Target:
  'udp://10.0.0.2:1234'            over UDP; lost packets are sent again
  'udp://10.0.0.2:1234?reliable=off&rate=50mbit'
                                   or not, at a rate that the path should carry
  'tcp://10.0.0.2:1234'            over TCP: packet size against throughput
  Options of a --connect URI that set up sockets and rates stand behind '?'.

Sizes:
  1200..1600:8     from, to and step       512,1400,16kb    a list
  auto             around the path MTU, and those that programs use: 512, 1200,
                   1280, 1400, 1472, 1500, 4000, 8972, 9000, 16kb and 63kb
  They count data; the table shows what datagram and IP packet become of it.
`;

const TAIL = `
Examples:
  Which size is best on the way to that host, and why?
    conntest --listen udp:1234
    conntest sweep 'udp://10.0.0.2:1234'

  Every eighth size around an Ethernet's MTU, up only, kept for a chart:
    conntest sweep 'udp://10.0.0.2:1234' --sizes 1200..1600:8 \\
      --direction up -o sweep.jsonl
    conntest report sweep.jsonl -o sweep.html

  What do acknowledgements and re-sending cost, and does TCP do better?
    conntest sweep 'udp://10.0.0.2:1234' --versus --sizes 512,1400,9000

  Does the size of writes matter to TCP? Longer and more often, to be sure:
    conntest sweep 'tcp://10.0.0.2:1234' --sizes 1kb,16kb,128kb,1mb -r 20 \\
      --phase 1s

Exit codes:
  0  measured, or ended by Ctrl-C          2    a mistake in the command line
  1  an error while running                3    the peer was not reached
  130  the second Ctrl-C                   4    one of several ways gave nothing
`;

export function sweepHelp(): string {
  return `${INTRO}${flagTables(SWEEP_FLAGS)}${TAIL}`;
}
