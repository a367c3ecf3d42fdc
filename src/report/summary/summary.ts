/** The end of a run for a person: a block a peer, the totals, what the figures mean, and what was off.
 *  80 columns or what the terminal has, ASCII. */
import type { PeerSnapshot, ProcessSnapshot, RunSnapshot } from '../../stats/snapshot.js';
import { LINE_TEXT_CHARS, printable } from '../print/ascii.js';
import { formatBytes, formatLatency, formatSpan, formatTimes, formatUptime } from '../print/format.js';
import { lineChars, narrowed } from '../print/narrow.js';
import type { Paint } from '../print/palette.js';
import { wrapText } from '../print/wrap.js';
import type { ReporterSettings } from '../reporter.js';
import type { RunHistory } from '../rows/history.js';
import { busiestPeers } from '../rows/rank.js';
import type { ShardLoad } from '../rows/shard-load.js';
import { verdictLines } from '../words/verdict-text.js';
import { summaryHints } from './hints.js';
import { peerBlock, totalBlock } from './peer.js';

const WIDTH = 80;
/** Blocks a section, at seven lines each, UDP's at twice that: two screens or more. The last table has a line for more of them. */
const MAX_BLOCKS = 8;

const MEANING =
  'Latency is half the round trip, as the original conntest defines it. Up is from client to server, ' +
  'down is from server to client; rates are what the receiver counted, data bytes only.';

/** What happened on the way, which the last snapshot does not say. */
export interface RunCourse {
  readonly history: RunHistory;
  readonly load: ShardLoad;
}

export function summaryLines(
  snapshot: RunSnapshot,
  { history, load }: RunCourse,
  settings: ReporterSettings,
  paint: Paint,
  columns: number | null,
): string[] {
  const hints = summaryHints(snapshot, history, load);
  const measured = [...snapshot.clients, ...snapshot.servers].some(
    ({ latency, latencyLoaded }) => latency.count + latencyLoaded.count > 0,
  );
  const lines = [
    titleLine(snapshot, history.omittedMs, settings.name, paint),
    ...sectionLines('As client', snapshot.clients, history, settings.bits, paint),
    ...sectionLines('As server', snapshot.servers, history, settings.bits, paint),
    processLine(snapshot.process),
    ...hints.flatMap((hint) => paragraph(hint, columns).map((line) => paint('warning', line))),
    ...verdictLines(history.verdicts, settings.bits).map(({ tone, text }) => paint(tone, text)),
    ...(measured ? paragraph(MEANING, columns).map((line) => paint('faint', line)) : []),
  ];
  return narrowed(lines, columns);
}

/** A measuring program that is short of CPU measures itself: whoever reads the figures can judge. */
function processLine({ rssBytes, loopDelayP99Ns }: ProcessSnapshot): string {
  const delay = formatLatency(loopDelayP99Ns);
  return `This process: ${formatBytes(rssBytes)} of memory, its main loop late by ${delay} at p99.`;
}

function titleLine({ elapsedMs }: RunSnapshot, omittedMs: number | null, name: string, paint: Paint): string {
  const omission = omittedMs === null ? '' : ` without the first ${formatSpan(omittedMs)}`;
  const tail = `, ${formatUptime(elapsedMs)}${omission}`;
  const shown = printable(name, WIDTH - '== Summary: '.length - tail.length - ' =='.length);
  const rule = '='.repeat(Math.max(2, WIDTH - `== Summary: ${shown}${tail} `.length));
  return `== Summary: ${paint('emphasis', shown)}${tail} ${rule}`;
}

function sectionLines(
  title: string,
  peers: readonly PeerSnapshot[],
  history: RunHistory,
  bits: boolean,
  paint: Paint,
): string[] {
  if (peers.length === 0) return [];
  const shown = busiestPeers(peers, MAX_BLOCKS);
  const rest = peers.length - shown.length;
  return [
    paint('strong', title),
    ...shown.flatMap((peer) => peerBlock(peer, history.find(peer.role, peer.target), bits, paint)),
    ...(rest > 0 ? [`  ... and ${formatTimes(rest, 'more peer', 'more peers')}, in the total`] : []),
    ...(peers.length > 1 ? totalBlock(peers, bits, paint) : []),
  ];
}

function paragraph(text: string, columns: number | null): string[] {
  return wrapText(printable(text, 2 * LINE_TEXT_CHARS), Math.min(WIDTH, lineChars(columns)));
}
