/** Figures as the page writes them. The scripts of this folder run in the page: page.ts joins them to one, in one scope. */
import type { ChartSpec as Chart } from '../chart-spec.js';

const DIGITS = 3;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Of a chart against sizes: room beside the first and the last one, in distances of two. */
export const SIZE_PAD = 0.6;

/** From label to label of a time axis: what people count in. */
export const TIME_STEPS_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY_MS),
];

/** `512 MB/s`; `-` where nothing was measured. */
export function valueText(chart: Chart, value: number | null | undefined): string {
  return value === null || value === undefined ? '-' : `${digits(value / chart.yScale)} ${chart.yUnit}`;
}

/** Three digits; no exponent. */
export function digits(value: number): string {
  return value === 0 || Math.abs(value) >= 1000
    ? String(Math.round(value))
    : String(Number(value.toPrecision(DIGITS)));
}

/** `14:03:20`, with the date where the chart reaches over more than a day; `99.9 %`; or `1,400 bytes`. */
export function xText(chart: Chart, x: number): string {
  if (chart.xKind === 'percentile') return percentileText(x);
  if (chart.xKind === 'size') return `${sizeText(chart, x)} bytes`;
  const at = new Date(x);
  const time = at.toLocaleTimeString([], { hour12: false });
  const reach = (chart.x.at(-1) ?? 0) - (chart.x[0] ?? 0);
  return reach > DAY_MS ? `${at.toLocaleDateString()} ${time}` : time;
}

/** @param x 1 / (1 - share) */
export function percentileText(x: number): string {
  const nines = Math.max(0, Math.ceil(Math.log10(x)) - 1);
  return `${Number((100 * (1 - 1 / x)).toFixed(nines))} %`;
}

/** `1,400`: the size number `at`. */
export function sizeText({ sizesBytes }: Chart, at: number): string {
  return String(sizesBytes?.[at] ?? '').replace(/\B(?=(\d{3})+$)/g, ',');
}
