/** The verdict of a sweep in sentences. */
import type { Interval } from '../../sweep/interval.js';
import { MIN_ROUNDS } from '../../sweep/ranking.js';
import type { SilentBand, Turn } from '../../sweep/silence.js';
import type { SweepDirection, Way } from '../../sweep/types.js';
import type { CurveVerdict, SweepVerdict } from '../../sweep/verdict.js';
import { printable } from '../print/ascii.js';
import { formatCount, formatRate } from '../print/format.js';
import type { Tone } from '../print/palette.js';
import type { JsonRecord } from '../records/record.js';
import { pathSentences } from './path-words.js';
import { percent, percentDigits, sizesText } from './sizes-text.js';

/** Something that is known, in words and as figures. */
export interface Sentence {
  readonly kind:
    | 'mtu'
    | 'black-hole'
    | 'mtu-changed'
    | 'mtu-learnt'
    | 'silent'
    | 'best'
    | 'equal'
    | 'not-compared'
    | 'fragmentation'
    | 'cliff';
  /** null: it is about the path. */
  readonly way: Way | null;
  readonly direction: SweepDirection;
  /** Without what it is about, and without a full stop. */
  readonly text: string;
  readonly tone: Tone;
  /** Published names, as in docs/sweep.md. */
  readonly figures: JsonRecord;
}

export const WAY_NAMES: Readonly<Record<Way, string>> = {
  udp: 'udp',
  'udp-unreliable': 'udp unreliable',
  tcp: 'tcp',
};

/** A loss below it is not worth a word. */
const LEAST_LOSS = 0.001;
const CAUSE_CHARS = 200;

/** In the order in which they matter: the path, what changed, then way by way. */
export function sentencesOf(
  { paths, turns, curves }: SweepVerdict,
  sizesBytes: readonly number[],
  bits: boolean,
): Sentence[] {
  return [
    ...paths.flatMap(pathSentences),
    ...turns.map(turnSentence),
    ...curves.flatMap((curve) => curveSentences(curve, sizesBytes, bits)),
  ];
}

function turnSentence({ way, direction, kind, fromBytes, toBytes, round }: Turn): Sentence {
  const what =
    kind === 'lost'
      ? `arrived no more from round ${round + 1} on`
      : `arrived from round ${round + 1} on only`;
  return {
    kind: 'mtu-changed',
    way,
    direction,
    text: `data of ${bandText({ fromBytes, toBytes })} bytes ${what}: what the path carries has changed`,
    tone: 'warning',
    figures: { from_bytes: fromBytes, to_bytes: toBytes, round: round + 1 },
  };
}

function curveSentences(curve: CurveVerdict, sizesBytes: readonly number[], bits: boolean): Sentence[] {
  return [
    ...bestSentences(curve, sizesBytes, bits),
    ...cliffSentences(curve),
    ...curve.silent.map((band) => silentSentence(curve, band)),
  ];
}

function bestSentences(curve: CurveVerdict, sizesBytes: readonly number[], bits: boolean): Sentence[] {
  const { way, direction, ranking, best, rounds, sizes } = curve;
  if (ranking === null || best?.goodput == null) {
    if (sizes < 2) return [];
    const text = `too little to compare sizes by: ${rounds} whole rounds of at least ${MIN_ROUNDS}`;
    return [{ kind: 'not-compared', way, direction, text, tone: 'faint', figures: { rounds } }];
  }
  const { bestBytes, equalBytes, differs } = ranking;
  const figures = { best_bytes: bestBytes, equal_bytes: equalBytes };
  if (!differs && curve.cliff !== null) {
    const text = 'the best size can not be told: single sizes scatter too much; more rounds tell more';
    return [{ kind: 'not-compared', way, direction, text, tone: 'faint', figures: { rounds } }];
  }
  if (!differs) {
    const text = `no size is better than another by more than chance: ${sizesText(equalBytes, sizesBytes)} bytes are equal`;
    return [{ kind: 'equal', way, direction, text, tone: 'plain', figures }];
  }
  const rate = `${formatRate(best.goodput.mean, bits)}${rateInterval(best.goodput, bits)}`;
  const others = equalBytes.filter((size) => size !== bestBytes);
  const equal = others.length === 0 ? '' : `; ${sizesText(others, sizesBytes)} bytes are equal to it`;
  const text = `best is ${formatCount(bestBytes)} bytes of data, ${rate}${equal}`;
  return [{ kind: 'best', way, direction, text, tone: 'good', figures }];
}

function cliffSentences({
  way,
  direction,
  edgeBytes,
  cliff,
  lossBefore,
  lossBehind,
  rounds,
}: CurveVerdict): Sentence[] {
  const sentences: Sentence[] = [];
  if (edgeBytes !== null && cliff?.isFragmentation !== true) {
    const cost = rounds < MIN_ROUNDS ? '' : ', without a fall of goodput beyond chance';
    const text = `above ${formatCount(edgeBytes)} bytes of data datagrams fragment${cost}`;
    const figures = { above_bytes: edgeBytes };
    sentences.push({ kind: 'fragmentation', way, direction, text, tone: 'plain', figures });
  }
  if (cliff === null) return sentences;
  const { aboveBytes, isFragmentation, fall } = cliff;
  const where = `above ${formatCount(aboveBytes)} bytes of data`;
  const what = `goodput falls ${percent(fall.mean)}${shareInterval(fall)}${lossText(lossBefore, lossBehind)}`;
  sentences.push({
    kind: 'cliff',
    way,
    direction,
    text: `${where} ${isFragmentation ? 'datagrams fragment; ' : ''}${what}`,
    tone: 'warning',
    figures: {
      above_bytes: aboveBytes,
      is_fragmentation: isFragmentation,
      fall: fall.mean,
      fall_low: fall.low,
      fall_high: fall.high,
      loss_before: lossBefore,
      loss_behind: lossBehind,
    },
  });
  return sentences;
}

function silentSentence({ way, direction }: CurveVerdict, band: SilentBand): Sentence {
  const { fromBytes, toBytes, code } = band;
  const what =
    code === 'TIMEOUT' ? 'never arrived' : `was not measured: ${printable(band.text, CAUSE_CHARS)}`;
  return {
    kind: 'silent',
    way,
    direction,
    text: `data of ${bandText(band)} bytes ${what} (${printable(code, CAUSE_CHARS)})`,
    tone: 'bad',
    figures: { from_bytes: fromBytes, to_bytes: toBytes, code },
  };
}

function bandText({ fromBytes, toBytes }: { readonly fromBytes: number; readonly toBytes: number }): string {
  return fromBytes === toBytes
    ? formatCount(fromBytes)
    : `${formatCount(fromBytes)} to ${formatCount(toBytes)}`;
}

/** ` (95 %: 96.0 MB/s to 100 MB/s)`. */
function rateInterval({ low, high }: Interval, bits: boolean): string {
  if (low === null || high === null) return '';
  return ` (95 %: ${formatRate(Math.max(0, low), bits)} to ${formatRate(high, bits)})`;
}

function shareInterval({ low, high }: Interval): string {
  if (low === null || high === null) return '';
  return ` (95 %: ${percentDigits(low)} to ${percent(Math.min(1, high))})`;
}

function lossText(before: number | null, behind: number | null): string {
  if (before === null || behind === null || Math.max(before, behind) < LEAST_LOSS) return '';
  if (percent(before) === percent(behind)) return `, at ${percent(before)} loss`;
  return `, with ${percent(before)} of packets lost before it and ${percent(behind)} behind`;
}
