/** What `conntest probe --help` says, in the form of the main help. */
import { PROBE_FLAGS, type ProbeFlag } from './options/probe-flags.js';

/** As the main help's: the width that every terminal has. */
const COLUMNS = 80;

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
  const groups = [...new Set(PROBE_FLAGS.map(({ group }) => group))];
  const width = Math.max(...PROBE_FLAGS.map((flag) => term(flag).length));
  const tables = groups.map((group) => {
    const flags = PROBE_FLAGS.filter((flag) => flag.group === group);
    return `\n${group}\n${flags.map((flag) => entry(flag, width)).join('')}`;
  });
  return `${INTRO}${TARGETS}${tables.join('')}${TAIL}`;
}

function term(flag: ProbeFlag): string {
  const short = 'short' in flag ? `-${flag.short}, ` : '';
  return `${short}--${flag.long} ${flag.value ?? ''}`.trimEnd();
}

function entry(flag: ProbeFlag, width: number): string {
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
