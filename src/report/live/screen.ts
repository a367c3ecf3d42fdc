/** The whole screen as lines: what is known of the run, seen through a view. Pure. */
import type { PeerSnapshot, RunSnapshot } from '../../stats/snapshot.js';
import { LINE_TEXT_CHARS, printable } from '../print/ascii.js';
import { formatRate, formatTimes, formatUptime } from '../print/format.js';
import { bodyLines, rowsInSight } from './body.js';
import { helpLines, type KeyHelp, keysLine } from './help.js';
import { centre, cutLine, EMPTY_LINE, type Line, span, spread } from './line.js';
import { orderedSections } from './order.js';
import type { Rates } from './rates.js';
import type { Marks } from './spark.js';
import { type Scene, selectedPeer, type View } from './view.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface ScreenInput {
  readonly snapshot: RunSnapshot;
  readonly view: View;
  readonly size: Size;
  /** The newest events, the last one at the end. */
  readonly events: readonly Line[];
  readonly rates: Rates;
  readonly name: string;
  readonly bits: boolean;
  readonly marks: Marks;
  readonly keys: readonly KeyHelp[];
  /** Above the keys; null: a run is always at its end. */
  readonly timeLine: Line | null;
  /** Of the screen before. */
  readonly top: number;
  readonly nowMs: number;
}

interface Screen {
  readonly lines: readonly Line[];
  readonly top: number;
  /** What the next key is about. */
  readonly scene: Scene;
}

/** Name, and the state of the run. */
const HEAD_LINES = 2;
/** Lines for events by the height of the terminal: the connections come first. */
const EVENT_LINES = [
  { fromRows: 36, lines: 5 },
  { fromRows: 20, lines: 3 },
  { fromRows: 12, lines: 1 },
] as const;

export function screenOf(input: ScreenInput): Screen {
  const { snapshot, view, size, nowMs } = input;
  const { columns: width, rows } = size;
  const eventCount = EVENT_LINES.find(({ fromRows }) => rows >= fromRows)?.lines ?? 0;
  const foot = footLines(input);
  const height = Math.max(0, rows - HEAD_LINES - eventCount - foot.length);
  const sections = orderedSections(snapshot, view.order);
  const peers = sections.flatMap((section) => section.peers);
  const body = view.isHelp
    ? { lines: helpLines(input.keys, width), top: input.top }
    : bodyLines(sections, { ...input, width, height, selected: selectedPeer(view, peers) });
  const shown = peers.length === 0 && !view.isHelp ? NO_PEERS : body.lines;
  const lines = [
    ...headLines(input, peers),
    ...fill(shown, height),
    ...fill(input.events.slice(Math.max(0, input.events.length - eventCount)), eventCount),
    ...foot,
  ];
  return {
    lines: lines.slice(0, rows).map((line) => cutLine(line, width)),
    top: body.top,
    scene: { nowMs, peers, pageRows: rowsInSight({ ...input, width }, height) },
  };
}

const NO_PEERS: readonly Line[] = [EMPTY_LINE, [span('   no peers yet', 'faint')]];

function headLines(
  { snapshot, view, size, name, bits }: ScreenInput,
  peers: readonly PeerSnapshot[],
): Line[] {
  const title = span(printable(name, LINE_TEXT_CHARS), 'emphasis');
  const clock = span(`${formatUptime(snapshot.elapsedMs)} `);
  const pause = view.isPaused ? [span('paused  ', 'warning')] : EMPTY_LINE;
  const order = view.order === 'given' ? '' : `, by ${view.order}`;
  const connections = `${sum(peers, 'connectionsUp')} of ${sum(peers, 'connectionsWanted')} connected${order}`;
  const rates = `up ${totalRate(peers, 'up', bits)}  down ${totalRate(peers, 'down', bits)} `;
  return [
    centre([span(' conntest', 'strong')], [title], [...pause, clock], size.columns),
    statusLine(` ${connections}`, `, ${loadText(snapshot)}`, rates, size.columns),
  ];
}

/** In a narrow terminal the load of the shards gives way to the rates. */
function statusLine(connections: string, load: string, rates: string, width: number): Line {
  const left = connections.length + load.length + rates.length < width ? connections + load : connections;
  return spread([span(left, 'faint')], [span(rates, 'faint')], width);
}

/** A load generator that is short of CPU measures itself. */
function loadText({ shards }: RunSnapshot): string {
  const busiest = Math.max(0, ...shards.map(({ utilization }) => utilization));
  return `${formatTimes(shards.length, 'shard')}, busiest ${Math.round(busiest * 100)}%`;
}

function sum(peers: readonly PeerSnapshot[], figure: 'connectionsUp' | 'connectionsWanted'): number {
  return peers.reduce((total, peer) => total + peer[figure], 0);
}

function totalRate(peers: readonly PeerSnapshot[], direction: 'up' | 'down', bits: boolean): string {
  let totalBps: number | null = null;
  for (const peer of peers) {
    const { rateBps } = peer[direction];
    if (rateBps !== null) totalBps = (totalBps ?? 0) + rateBps;
  }
  return formatRate(totalBps, bits);
}

function messageLine(message: string): Line {
  return [span(` ${message}`, 'strong')];
}

function footLines({ view, nowMs, keys, timeLine, size }: ScreenInput): Line[] {
  const isTelling = view.message !== '' && nowMs < view.messageEndMs;
  const last = isTelling ? messageLine(view.message) : keysLine(keys, size.columns);
  return timeLine === null ? [last] : [timeLine, last];
}

function fill(lines: readonly Line[], height: number): Line[] {
  return Array.from({ length: height }, (_, row) => lines[row] ?? EMPTY_LINE);
}
