import { benchBeside } from './items/beside.js';
import { benchConnections } from './items/connections.js';
import { benchMemory } from './items/memory.js';
import { benchPaced } from './items/paced.js';
import { benchPingPong } from './items/pingpong.js';
import { benchProbe } from './items/probe.js';
import { benchReport } from './items/report.js';
import { benchScreen } from './items/screen.js';
import { benchStartup } from './items/startup.js';
import { benchTcp } from './items/tcp.js';
import { benchUdp } from './items/udp.js';
import type { Result } from './result.js';

export interface BenchSettings {
  /** Of interleaved runs, where a figure is a ratio. */
  readonly pairs: number;
  /** Whether the memory is watched for ten minutes instead of one. */
  readonly long: boolean;
  /** Tells the person who waits how far it is. */
  readonly say: (text: string) => void;
}

interface Item {
  readonly title: string;
  /** Markdown: how the figures came about. */
  readonly method: string;
  readonly bench: (settings: BenchSettings) => Promise<Result[]>;
}

/** By the name that the command line knows them by. */
export const ITEMS = {
  startup: {
    title: 'Start-up',
    method:
      'Whole processes, from before the spawn to the exit or to the line of the event. The listener of the ' +
      'first latency is up already.',
    bench: benchStartup,
  },
  connections: {
    title: '1,000 connections',
    method:
      'Two instances with their default workers, `connections=1000`, latency only, all up for 10 s. Peak memory ' +
      'is VmHWM; the delay of the main loop is what `--ui json` tells, since the start.',
    bench: benchConnections,
  },
  tcp: {
    title: 'TCP against iperf3',
    method:
      'One connection over loopback (or 4), one direction, two processes with one worker each (or 2), against one stream of ' +
      'iperf3 (`-t 3 -O 1`; down: `-R`; 128 KB a write unless told otherwise), run in turn: ours, theirs, ours, theirs. ' +
      'Each ratio is of one such pair. Rates are what the receiver counted; ours counts data without lengths and ' +
      'headers, over a phase or two of about 3 s behind a warm-up of as long, in which code is compiled: a row of its own.',
    bench: benchTcp,
  },
  udp: {
    title: 'UDP against iperf3',
    method:
      'One connection over loopback, upwards, two processes with one worker each, against `iperf3 -u -b 0 -w 2M ' +
      '-t 3 -O 1` with datagrams of as much data, run in turn. Rates are what the receiver counted. Ours leaves ' +
      'and arrives many datagrams a system call, or one with `--udp-io dgram`. What is held against the bar is the phase of 3 s ' +
      'behind a warm-up of as long, in which code is compiled: a row of its own. Packets lost for good are those that never ' +
      'came, of all phases.',
    bench: benchUdp,
  },
  pingpong: {
    title: 'UDP ping-pong against sockperf',
    method:
      'One connection over loopback, `ping-interval=0`: each answer is followed by the next message, for 6 s, the start ' +
      'included. `sockperf ping-pong -m 64 -t 3` does the same with datagrams of 64 bytes; a Ping of ours with its header has ' +
      'about 120. Both tell half of a round trip. The modes of `latency=` hold for both ends of ours. With `--nonblocked` ' +
      "sockperf's client looks for the answer without sleeping, its server only where it says so.",
    bench: benchPingPong,
  },
  beside: {
    title: 'TCP beside latency=',
    method:
      'A TCP connection, and a UDP one with `latency=` at both ends, which measures its latency twice a second, on one worker a ' +
      'side. First TCP measures its latency every 5 ms, then its bandwidth upwards; 5 s each.',
    bench: benchBeside,
  },
  paced: {
    title: '200 UDP connections at 5 Mbit/s each',
    method:
      'Two instances with two workers each, over loopback, `rate=5mbit&connections=200`, upwards, 1400 bytes of data a packet: ' +
      'about 90,000 packets a second. Rates are what the receiver counted. The first three phases of 3 s are its warm-up, in which ' +
      'the code of four shards is compiled on two cores; the next three are measured.',
    bench: benchPaced,
  },
  memory: {
    title: 'Memory while it measures',
    method:
      'Two instances with their default workers, packets of 5 MB, up and down in turn. Read from /proc.',
    bench: benchMemory,
  },
  probe: {
    title: 'Probing ports',
    method:
      "`conntest probe` of all TCP ports of loopback, against nmap's connect scan (`-sT -Pn -n`), whole processes, run " +
      'in turn. Both must call the same ports of ours open, and nearly all others closed.',
    bench: benchProbe,
  },
  report: {
    title: 'Reports',
    method:
      '`conntest report` of 50 targets, one row each, a snapshot a second with the histograms of each row: the log of ' +
      '30 s of such a run, repeated to 24 h, or to a tenth of it and of the bar without `--long`. Whole processes; peak ' +
      "memory is VmHWM. The log's bytes are in the page cache, as far as there is room.",
    bench: benchReport,
  },
  screen: {
    title: 'The live screen',
    method:
      'An instance on a terminal of 200 columns and 60 rows, with `--ui live` and with `--ui none` in turn, towards one ' +
      'listener with the default workers; 15 s each, behind 8 s of warm-up. CPU time is of the main thread alone, from ' +
      "/proc: what it takes more with the screen than without, collecting the figures included. Data are both directions' phases.",
    bench: benchScreen,
  },
} as const satisfies Record<string, Item>;

export type ItemName = keyof typeof ITEMS;
export const ITEM_NAMES = Object.keys(ITEMS) as ItemName[];
