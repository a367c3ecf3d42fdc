/** What became of each --fail-if, for a person. */
import type { RunEvent } from '../../control/events.js';
import { LINE_TEXT_CHARS, printable, TABLE_NAME_CHARS } from '../print/ascii.js';
import { formatCount, formatLatency, formatRate } from '../print/format.js';

export type VerdictText = Omit<Extract<RunEvent, { type: 'verdict' }>, 'type' | 'tMs'>;

interface VerdictLine {
  readonly tone: 'bad' | 'good' | 'warning';
  readonly text: string;
}

const WORDS = {
  held: { tone: 'bad', word: 'failed' },
  'not-held': { tone: 'good', word: 'passed' },
  'not-measured': { tone: 'warning', word: 'no data' },
} as const;
const WORD_CHARS = 'no data'.length;

/** A heading and a line each; nothing without conditions. */
export function verdictLines(verdicts: readonly VerdictText[], bits: boolean): VerdictLine[] {
  if (verdicts.length === 0) return [];
  const conditionChars = Math.max(...verdicts.map(({ condition }) => condition.length));
  const anyHeld = verdicts.some(({ outcome }) => outcome === 'held');
  const heading = anyHeld ? 'a --fail-if held' : 'no --fail-if held';
  return [
    { tone: anyHeld ? 'bad' : 'good', text: `Verdict: ${heading}` },
    ...verdicts.map((verdict) => {
      const { tone, word } = WORDS[verdict.outcome];
      const condition = printable(verdict.condition, LINE_TEXT_CHARS).padEnd(conditionChars);
      return { tone, text: `  ${word.padEnd(WORD_CHARS)}  ${condition}  ${reasonText(verdict, bits)}` };
    }),
  ];
}

/** `failed: p99>20ms: 34.1 ms (receiver)`. */
export function verdictSentence(verdict: VerdictText, bits: boolean): string {
  const { word } = WORDS[verdict.outcome];
  return `${word}: ${printable(verdict.condition, LINE_TEXT_CHARS)}: ${reasonText(verdict, bits)}`;
}

function reasonText({ value, unit, peer }: VerdictText, bits: boolean): string {
  if (value === null) return 'was not measured';
  const text = FORMATS[unit](value, bits);
  return peer === null ? text : `${text} (${printable(peer, TABLE_NAME_CHARS)})`;
}

const FORMATS: Readonly<Record<VerdictText['unit'], (value: number, bits: boolean) => string>> = {
  time: (valueNs) => formatLatency(valueNs),
  rate: formatRate,
  share: (share) => `${Number((100 * share).toPrecision(3))} %`,
  count: (count) => formatCount(count),
};
