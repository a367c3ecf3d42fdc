/** What `conntest probe --help` says. */

import { PROBE_FLAGS } from '../options/flags/probe.js';
import { flagTables } from './command-help.js';

const INTRO = `Usage: conntest probe <target>... [options]

Finds out which ports answer, from exactly where this process runs, and what
tells so: a refusal, an ICMP error, silence. A conntest that listens is named.
`;

const TARGETS = `
Targets:
  tcp://10.0.0.2:22            a port; or udp://
  tcp://db.example:1-1024,5432 ranges and lists, at each address of the name
  tcp://10.0.0.0/24:22,80      a block of addresses
  tcp://[fd00::1]:443          IPv6 in brackets; tcp4: or udp6: set the family
`;

const TAIL = `
States:
  open           it accepts; over UDP: it answers
  closed         it refuses
  filtered       nothing came back, or an ICMP error did
  open|filtered  UDP without an answer: it is silent, or the way is shut

Examples:
  What does the firewall let through, to another conntest?
    conntest --listen tcp:8000-8100 --listen udp:8000-8100
    conntest probe tcp://10.0.0.2:8000-8100 udp://10.0.0.2:8000-8100

  In a script: is the database reachable?
    conntest probe tcp://db.example:5432 --expect open --ui none || exit 1

Exit codes:
  0  done, and as --expect wanted          2    a mistake in the command line
  1  an error while running                4    some ports are not as expected
  130  the second Ctrl-C
`;

export function probeHelp(): string {
  return `${INTRO}${TARGETS}${flagTables(PROBE_FLAGS)}${TAIL}`;
}
