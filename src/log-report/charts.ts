/** The charts of one side of a run. */
import type { CurvePoint, Distribution } from '../analysis/distribution.js';
import type { RunReport } from '../analysis/runs.js';
import type { BandSeries, LatencySeries, SideReport } from '../analysis/side.js';
import type { ChartSpec, SeriesSpec } from './chart-spec.js';
import { latencyUnit, rateUnit, type Unit } from './units.js';

type Values = readonly (number | null)[];

/** Those that have something to show. `id` is unique on the page. */
export function chartsOf(run: RunReport, side: SideReport, id: string, bits: boolean): ChartSpec[] {
  const time = {
    xKind: 'time',
    xTitle: 'Time of day (local)',
    x: side.series.tMs,
    outages: run.outages.map(({ startMs, endMs }) => [startMs, endMs] as const),
    marksMs: run.failureMarksMs,
  } as const;
  return [
    bandwidthChart(side, `${id}-bandwidth`, bits, time),
    latencyChart(side, `${id}-latency`, time),
    curveChart(side, `${id}-percentiles`),
    lossChart(side, `${id}-losses`, time),
  ].filter((chart) => chart !== null);
}

type TimeAxis = Pick<ChartSpec, 'xKind' | 'xTitle' | 'x' | 'outages' | 'marksMs'>;

function bandwidthChart({ series }: SideReport, id: string, bits: boolean, time: TimeAxis): ChartSpec | null {
  if (!hasAny(series.up.mean) && !hasAny(series.down.mean)) return null;
  const unit = rateUnit(largest([series.up.max, series.down.max]), bits);
  return {
    ...time,
    id,
    title: 'Bandwidth over time',
    reading: `Lines are the mean rate of all connections together in each ${span(series.widthMs)}, the shaded band around them reaches from the least to the largest; red stripes are outages, red ticks failed tries.`,
    ...yAxis('Bandwidth', unit),
    isLog: false,
    series: [bandLine('up (client to server)', 'up', series.up), bandLine('down', 'down', series.down)],
  };
}

function latencyChart({ series }: SideReport, id: string, time: TimeAxis): ChartSpec | null {
  const { idle, loaded } = series;
  if (!hasAny(idle.p50Ns) && !hasAny(loaded.p50Ns)) return null;
  const unit = latencyUnit(largest([idle.maxNs, loaded.maxNs]));
  return {
    ...time,
    id,
    title: 'Latency over time',
    reading: `Half of a round trip in each ${span(series.widthMs)}: half of the pings were below p50 and all but one in a hundred below p99; "under load" began while data was moving.`,
    ...yAxis('Latency', unit, ', log scale'),
    isLog: true,
    series: [...latencyLines('idle', 'idle', idle), ...latencyLines('under load', 'loaded', loaded)],
  };
}

function curveChart({ idle, loaded }: SideReport, id: string): ChartSpec | null {
  if (idle === null && loaded === null) return null;
  const x = [...new Set([...curveX(idle), ...curveX(loaded)])].sort((a, b) => a - b);
  const unit = latencyUnit(Math.max(idle?.maxNs ?? 0, loaded?.maxNs ?? 0));
  return {
    id,
    title: 'Latency by percentile',
    reading:
      'At 99 % stands the latency that 99 of 100 pings did not exceed; each step to the right is a tenth of the pings that are left, so rare delays show.',
    xKind: 'percentile',
    xTitle: 'Percentile (log scale)',
    ...yAxis('Latency', unit, ', log scale'),
    isLog: true,
    x,
    series: [...curveLine('idle', 'idle', idle, x), ...curveLine('under load', 'loaded', loaded, x)],
    outages: [],
    marksMs: [],
  };
}

function lossChart({ series }: SideReport, id: string, time: TimeAxis): ChartSpec | null {
  const { losses } = series;
  if (losses === null) return null;
  const line = (label: string, color: SeriesSpec['color'], values: Values): SeriesSpec => ({
    label,
    color,
    dash: 'line',
    values,
    band: null,
  });
  return {
    ...time,
    id,
    title: 'Losses over time',
    reading: `Packets a second of both directions, as a mean of each ${span(series.widthMs)}: dropped by the path, sent again, and come after a later one.`,
    yTitle: 'Packets (per second)',
    yUnit: '/s',
    yScale: 1,
    isLog: false,
    series: [
      line('lost', 'lost', losses.lost),
      line('re-sent', 'resent', losses.resent),
      line('reordered', 'reordered', losses.reordered),
    ],
  };
}

function yAxis(
  what: string,
  { name, scale }: Unit,
  more = '',
): Pick<ChartSpec, 'yTitle' | 'yUnit' | 'yScale'> {
  return { yTitle: `${what} (${name}${more})`, yUnit: name, yScale: scale };
}

function bandLine(label: string, color: SeriesSpec['color'], { min, mean, max }: BandSeries): SeriesSpec {
  return { label, color, dash: 'line', values: mean, band: { min, max } };
}

function latencyLines(label: string, color: SeriesSpec['color'], series: LatencySeries): SeriesSpec[] {
  if (!hasAny(series.p50Ns)) return [];
  return [
    { label: `p50 ${label}`, color, dash: 'line', values: series.p50Ns, band: null },
    { label: `p99 ${label}`, color, dash: 'dashed', values: series.p99Ns, band: null },
    { label: `max ${label}`, color, dash: 'dotted', values: series.maxNs, band: null },
  ];
}

/** The largest value, at 100 %, has no place on a log axis: it stands where one more value as large would put it. */
function xOf({ percentile }: CurvePoint, count: number): number {
  return percentile >= 100 ? 2 * count : 1 / (1 - percentile / 100);
}

function curveX(distribution: Distribution | null): number[] {
  if (distribution === null) return [];
  return [1, ...distribution.curve.map((point) => xOf(point, distribution.count))];
}

/** On all x of the chart: a percentile between two points is the value of the next. */
function curveLine(
  label: string,
  color: SeriesSpec['color'],
  distribution: Distribution | null,
  x: readonly number[],
): SeriesSpec[] {
  if (distribution === null) return [];
  const { curve, count } = distribution;
  let at = 0;
  const values = x.map((one) => {
    while (at < curve.length && xOf(curve[at]!, count) < one) at++;
    return curve[at]?.valueNs ?? null;
  });
  return [{ label, color, dash: 'line', values, band: null }];
}

function hasAny(values: Values): boolean {
  return values.some((value) => value !== null);
}

function largest(lists: readonly Values[]): number {
  return lists.reduce((most, list) => list.reduce<number>((max, one) => Math.max(max, one ?? 0), most), 0);
}

function span(widthMs: number): string {
  if (widthMs < 60_000) return `${widthMs / 1000} s`;
  return `${Number((widthMs / 60_000).toPrecision(3))} min`;
}
