/** Where goodput falls: from one size to the next larger one, by more than chance. */
import { holm, type Interval, intervalOf, meanOf, pAboveZero } from './interval.js';
import { MIN_ROUNDS, type Rounds } from './ranking.js';

export interface Cliff {
  /** The last size before it. */
  readonly aboveBytes: number;
  /** Whether it stands where datagrams begin to be fragmented. */
  readonly isFragmentation: boolean;
  /** The share of goodput that is gone, over the rounds. */
  readonly fall: Interval;
}

/** What falls less is a slope. */
const LEAST_FALL = 0.1;
/** On each side of an edge so many sizes are taken together: more of them scatter less. */
const MAX_SIDE = 3;
/** They have to be near: far from the edge goodput differs for reasons of its own. */
const NEAR_SHARE = 0.1;
/** Of the digits that the number of a packet takes in its head. */
const HEAD_SLACK_BYTES = 7;

/** @param edgeBytes the largest data that is sent in one packet, the place where a cliff is expected; null: unknown
 *  @param alpha how likely a cliff may be claimed where there is none; half of it is for the expected place, the other
 *  half for all others together. null: none */
export function findCliff(rounds: Rounds, edgeBytes: number | null, alpha: number): Cliff | null {
  const { sizesBytes, goodputs } = rounds;
  if (goodputs.length < MIN_ROUNDS) return null;
  const edges = sizesBytes.slice(0, -1).map((_, last) => last);
  const expected = edgeBytes === null ? [] : expectedEdges(sizesBytes, edgeBytes);
  return steepest(rounds, expected, alpha / 2, true) ?? steepest(rounds, edges, alpha / 2, false);
}

/** The edge itself, and those of sizes just above it: the heads of a phase's first packets are shorter, so that a few
 *  bytes more of data may still fit. */
function expectedEdges(sizesBytes: readonly number[], edgeBytes: number): number[] {
  const first = sizesBytes.findLastIndex((size) => size <= edgeBytes);
  if (first === -1) return [];
  const near = sizesBytes.findLastIndex((size) => size <= edgeBytes + HEAD_SLACK_BYTES);
  const last = Math.min(near, sizesBytes.length - 2);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
}

function steepest(
  rounds: Rounds,
  edges: readonly number[],
  alpha: number,
  isFragmentation: boolean,
): Cliff | null {
  const falls = edges.map((last) => fallsAt(rounds, last));
  const isReal = holm(falls.map(pAboveZero), alpha);
  const cliffs = edges.flatMap((last, at) =>
    isReal[at] ? (cliffOf(rounds.sizesBytes[last]!, isFragmentation, falls[at]!) ?? []) : [],
  );
  return cliffs.reduce<Cliff | null>(
    (most, cliff) => (most === null || cliff.fall.mean > most.fall.mean ? cliff : most),
    null,
  );
}

/** Of each round the share that is lost behind the size number `last`. */
function fallsAt({ sizesBytes, goodputs }: Rounds, last: number): number[] {
  const before = nearSizes(sizesBytes, last, -1);
  const behind = nearSizes(sizesBytes, last + 1, 1);
  return goodputs.flatMap((row) => {
    const top = meanOf(before.map((size) => row[size]!));
    return top > 0 ? [1 - meanOf(behind.map((size) => row[size]!)) / top] : [];
  });
}

/** Numbers of the size `from` and of those beyond it that are near. */
function nearSizes(sizesBytes: readonly number[], from: number, step: 1 | -1): number[] {
  const base = sizesBytes[from]!;
  const near = [from];
  for (let at = from + step; near.length < MAX_SIDE; at += step) {
    const size = sizesBytes[at];
    if (size === undefined || Math.abs(size - base) > base * NEAR_SHARE) break;
    near.push(at);
  }
  return near;
}

function cliffOf(aboveBytes: number, isFragmentation: boolean, falls: readonly number[]): Cliff | null {
  const fall = intervalOf(falls);
  return fall === null || fall.mean < LEAST_FALL ? null : { aboveBytes, isFragmentation, fall };
}
