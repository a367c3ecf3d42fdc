/** From figures to places in the picture. */
import type { ChartSpec } from '../chart-spec.js';
import { SIZE_PAD } from '../page/values.js';
import { linearTicks, logTicks, percentileTicks, sizeTicks, type Tick, timeTicks } from './ticks.js';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Axis {
  readonly ticks: readonly Tick[];
  /** null: it has no place, as 0 on a log axis. */
  place(value: number): number | null;
}

const X_LABEL_PX = 96;
/** `64,000`, with air. */
const SIZE_LABEL_PX = 64;
const Y_LABEL_PX = 48;
/** Above the largest value, so that its line is not the frame. */
const HEADROOM = 1.05;

export function xAxisOf(chart: ChartSpec, box: Box): Axis {
  const count = Math.max(2, Math.floor(box.width / X_LABEL_PX));
  const place = (share: number) => box.left + share * box.width;
  const [first, last] = [chart.x[0] ?? 1, chart.x.at(-1) ?? 1];
  if (chart.xKind === 'time') {
    // A single point stands in the middle of a second.
    const [from, to] = last > first ? [first, last] : [first - 500, last + 500];
    return { ticks: timeTicks(from, to, count), place: (x) => place((x - from) / (to - from)) };
  }
  if (chart.xKind === 'size') {
    const distances = chart.x.length - 1 + 2 * SIZE_PAD;
    const ticks = sizeTicks(chart, Math.floor(box.width / SIZE_LABEL_PX));
    return { ticks, place: (at) => place((at + SIZE_PAD) / distances) };
  }
  const to = Math.max(last, 10);
  return { ticks: percentileTicks(to, count), place: (x) => place(Math.log10(x) / Math.log10(to)) };
}

/** Of values in the chart's unit. */
export function yAxisOf(chart: ChartSpec, box: Box): Axis {
  const values = chart.series
    .flatMap(({ values, band }) => [...values, ...(band?.max ?? []), ...(band?.min ?? [])])
    .filter((value) => value !== null)
    .map((value) => value / chart.yScale);
  const place = (share: number) => box.top + box.height * (1 - share);
  const count = Math.max(2, Math.floor(box.height / Y_LABEL_PX));
  const max = largest(values);
  if (!chart.isLog) {
    const to = max > 0 ? max * HEADROOM : 1;
    return { ticks: linearTicks(to, count), place: (value) => place(value / to) };
  }
  const from = 10 ** Math.floor(Math.log10(smallestAboveZero(values)));
  const to = Math.max(10 * from, 10 ** Math.ceil(Math.log10(max > 0 ? max : 1)));
  const span = Math.log10(to / from);
  return {
    ticks: logTicks(from, to, count),
    place: (value) => (value < from ? null : place(Math.log10(value / from) / span)),
  };
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** 1 where there is none. */
function smallestAboveZero(values: readonly number[]): number {
  const least = values.reduce((min, value) => (value > 0 ? Math.min(min, value) : min), Infinity);
  return least === Infinity ? 1 : least;
}
