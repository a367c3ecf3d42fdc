/** The legend: an entry a series, in as many rows as they need. */
import type { SeriesSpec } from '../chart-spec.js';
import { DASHES } from '../colors.js';
import { type Html, html } from '../markup.js';
import { px } from './paths.js';

export const LEGEND_ROW_PX = 20;
const SAMPLE_PX = 26;
const GAP_PX = 6;
const ENTRY_GAP_PX = 24;
/** Of the widest of usual fonts at 12 px: a place too wide is better than two texts in one. */
const CHAR_PX = 7.2;

interface Entry {
  readonly series: SeriesSpec;
  readonly left: number;
  readonly row: number;
}

export function legendRows(series: readonly SeriesSpec[], widthPx: number): number {
  return (entriesOf(series, widthPx).at(-1)?.row ?? 0) + 1;
}

/** @param top of its first row */
export function legend(series: readonly SeriesSpec[], leftPx: number, top: number, widthPx: number): Html[] {
  return entriesOf(series, widthPx).map(({ series: { label, color, dash }, left, row }) => {
    const [x, y] = [leftPx + left, top + row * LEGEND_ROW_PX];
    return html`<line class="line ${color}" x1="${px(x)}" x2="${px(x + SAMPLE_PX)}" y1="${px(y - 4)}" y2="${px(y - 4)}" stroke-dasharray="${DASHES[dash]}"/><text class="ink" x="${px(x + SAMPLE_PX + GAP_PX)}" y="${px(y)}">${label}</text>`;
  });
}

function entriesOf(series: readonly SeriesSpec[], widthPx: number): Entry[] {
  let left = 0;
  let row = 0;
  return series.map((one) => {
    const width = SAMPLE_PX + GAP_PX + one.label.length * CHAR_PX;
    if (left > 0 && left + width > widthPx) {
      left = 0;
      row++;
    }
    const entry = { series: one, left, row };
    left += width + ENTRY_GAP_PX;
    return entry;
  });
}
