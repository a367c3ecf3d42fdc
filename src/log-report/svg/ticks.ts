/** Where an axis has its labels, and what they say. */
import type { ChartSpec } from '../chart-spec.js';
import { digits, percentileText, sizeText, TIME_STEPS_MS } from '../page/values.js';

export interface Tick {
  readonly value: number;
  /** Lines; none: a line of the grid alone. */
  readonly label: readonly string[];
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 1440 * MINUTE_MS;

/** From 0 on, in steps of 1, 2 or 5 times a power of ten. */
export function linearTicks(max: number, count: number): Tick[] {
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const steps = Math.floor(max / step + 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => {
    const value = index * step;
    return { value, label: [digits(value)] };
  });
}

/** More of them, and the lines of the grid between them are a wall. */
const MAX_DIVIDED_DECADES = 3;

/** A label each power of ten, or fewer where there are many; lines of the grid between them where there is room. */
export function logTicks(min: number, max: number, count: number): Tick[] {
  const [first, last] = [Math.round(Math.log10(min)), Math.round(Math.log10(max))];
  const step = Math.max(1, Math.ceil((last - first) / count));
  const ticks: Tick[] = [];
  for (let power = first; power <= last; power++) {
    const value = 10 ** power;
    ticks.push({ value, label: (power - first) % step === 0 ? [digits(value)] : [] });
    if (last - first > MAX_DIVIDED_DECADES || power === last) continue;
    for (let factor = 2; factor < 10; factor++) ticks.push({ value: factor * value, label: [] });
  }
  return ticks;
}

/** @param x 1 / (1 - share), from 1 to it */
export function percentileTicks(maxX: number, count: number): Tick[] {
  const decades = Math.floor(Math.log10(maxX) + 1e-9);
  const step = Math.max(1, Math.ceil(decades / count));
  return Array.from({ length: Math.floor(decades / step) + 1 }, (_, index) => {
    const value = 10 ** (index * step);
    return { value, label: [percentileText(value)] };
  });
}

/** At regular distances, where there is room for their labels. */
export function sizeTicks(chart: ChartSpec, count: number): Tick[] {
  const step = Math.max(1, Math.ceil(chart.x.length / count));
  return chart.x.filter((at) => at % step === 0).map((at) => ({ value: at, label: [sizeText(chart, at)] }));
}

/** In UTC, with the date below the first label and wherever it changes. */
export function timeTicks(fromMs: number, toMs: number, count: number): Tick[] {
  const rough = (toMs - fromMs) / count;
  const largest = TIME_STEPS_MS.at(-1)!;
  const step = TIME_STEPS_MS.find((one) => one >= rough) ?? largest * Math.ceil(rough / largest);
  const ticks: Tick[] = [];
  let dateBefore = '';
  for (let value = Math.ceil(fromMs / step) * step; value <= toMs; value += step) {
    const iso = new Date(value).toISOString();
    const date = iso.slice(0, 10);
    const time = timeText(iso, step);
    ticks.push({ value, label: time === null ? [date] : date === dateBefore ? [time] : [time, date] });
    dateBefore = date;
  }
  return ticks;
}

/** null: steps of whole days. */
function timeText(iso: string, stepMs: number): string | null {
  if (stepMs >= DAY_MS) return null;
  if (stepMs >= MINUTE_MS) return iso.slice(11, 16);
  return stepMs >= SECOND_MS ? iso.slice(11, 19) : iso.slice(11, 23);
}
