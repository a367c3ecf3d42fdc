/** Lines and areas of a chart as SVG path data. */
import type { ChartSpec, SeriesSpec } from '../chart-spec.js';
import type { Axis } from './scales.js';

interface Point {
  readonly x: number;
  readonly y: number;
  /** Of the value. */
  readonly index: number;
}

type Values = readonly (number | null)[];

/** Idle latency is measured between two phases only: a line goes on over what is not an outage. */
export function linePath(chart: ChartSpec, values: Values, x: Axis, y: Axis): string {
  const pieces = piecesOf(chart, pointsOf(chart, values, x, y));
  return pieces.map((points) => polyline(points.length === 1 ? [...points, ...points] : points)).join('');
}

/** Between the least and the largest of each interval. */
export function bandPath(chart: ChartSpec, band: NonNullable<SeriesSpec['band']>, x: Axis, y: Axis): string {
  const top = piecesOf(chart, pointsOf(chart, band.max, x, y));
  const bottom = piecesOf(chart, pointsOf(chart, band.min, x, y));
  return top
    .map((points, index) => `${polyline([...points, ...[...(bottom[index] ?? [])].reverse()])}Z`)
    .join('');
}

function pointsOf(chart: ChartSpec, values: Values, x: Axis, y: Axis): Point[] {
  return values.flatMap((value, index) => {
    const [atX, atY] = [x.place(chart.x[index]!), value === null ? null : y.place(value / chart.yScale)];
    return atX === null || atY === null ? [] : [{ x: atX, y: atY, index }];
  });
}

function piecesOf(chart: ChartSpec, points: readonly Point[]): Point[][] {
  const pieces: Point[][] = [];
  for (const [at, point] of points.entries()) {
    const before = points[at - 1];
    if (before === undefined || isBroken(chart, before.index, point.index)) pieces.push([]);
    pieces.at(-1)!.push(point);
  }
  return pieces;
}

function isBroken(chart: ChartSpec, left: number, right: number): boolean {
  if (right === left + 1) return false;
  const [leftMs, rightMs] = [chart.x[left]!, chart.x[right]!];
  return chart.outages.some(([startMs, endMs]) => startMs < rightMs && endMs > leftMs);
}

function polyline(points: readonly Point[]): string {
  return points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('');
}

/** A tenth of a pixel is seen by nobody. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}
