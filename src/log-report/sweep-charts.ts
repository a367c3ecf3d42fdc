/** The charts of a sweep: figures against the size of packets. */
import { numberOf } from '../analysis/fields.js';
import type { SweepCurve, SweepReport } from '../analysis/sweeps.js';
import { printable } from '../report/print/ascii.js';
import type { ChartSpec, SeriesSpec } from './chart-spec.js';
import { rateUnit } from './units.js';

type Values = (number | null)[];

const NAME_CHARS = 40;
const DASHES: ReadonlyMap<string, SeriesSpec['dash']> = new Map([
  ['udp-unreliable', 'dashed'],
  ['tcp', 'dotted'],
]);

/** Those that have something to show. `id` is unique on the page. */
export function sweepCharts({ curves }: SweepReport, id: string, bits: boolean): ChartSpec[] {
  const all = curves.flatMap(({ points }) => points.map(({ sizeBytes }) => sizeBytes));
  const sizesBytes = [...new Set(all)].sort((a, b) => a - b);
  const axis = {
    xKind: 'size',
    xTitle: 'Data in a packet (bytes; equally far apart)',
    x: sizesBytes.map((_, at) => at),
    sizesBytes,
    isLog: false,
    outages: [],
    marksMs: [],
    edgeX: edgeOf(curves, sizesBytes),
  } as const;
  return [goodputChart(curves, `${id}-goodput`, bits, axis), lossChart(curves, `${id}-loss`, axis)].filter(
    ({ series }) => series.some(({ values }) => values.some((value) => value !== null)),
  );
}

interface SizeAxis
  extends Pick<ChartSpec, 'xKind' | 'xTitle' | 'x' | 'isLog' | 'outages' | 'marksMs' | 'edgeX'> {
  readonly sizesBytes: readonly number[];
}

function goodputChart(curves: readonly SweepCurve[], id: string, bits: boolean, axis: SizeAxis): ChartSpec {
  const series = curves.map((curve): SeriesSpec => {
    const values = valuesOf(curve, axis.sizesBytes, 'goodput_bps');
    const low = valuesOf(curve, axis.sizesBytes, 'goodput_low_bps');
    const high = valuesOf(curve, axis.sizesBytes, 'goodput_high_bps');
    const bound = (limits: Values): Values =>
      limits.map((limit, at) => (limit === null ? (values[at] ?? null) : Math.max(0, limit)));
    return { ...lineOf(curve), values, band: { min: bound(low), max: bound(high) } };
  });
  const tops = series.flatMap(({ band }) => band?.max ?? []);
  const unit = rateUnit(
    tops.reduce<number>((most, one) => Math.max(most, one ?? 0), 0),
    bits,
  );
  return {
    ...axis,
    id,
    title: 'Goodput by packet size',
    reading:
      'Data that the receiver counted, as the mean of all rounds; bars are its 95 % confidence interval, and the verdict says which sizes are equal. The dashed line stands where datagrams outgrow the path MTU.',
    yTitle: `Goodput (${unit.name})`,
    yUnit: unit.name,
    yScale: unit.scale,
    series,
  };
}

function lossChart(curves: readonly SweepCurve[], id: string, axis: SizeAxis): ChartSpec {
  return {
    ...axis,
    id,
    title: 'Loss by packet size',
    reading:
      'The share of packets that the path dropped, every copy counted. A datagram in several fragments is lost with any of them.',
    yTitle: 'Packets lost (%)',
    yUnit: '%',
    yScale: 0.01,
    series: curves
      .filter(({ way }) => way !== 'tcp')
      .map((curve) => ({
        ...lineOf(curve),
        values: valuesOf(curve, axis.sizesBytes, 'loss_rate'),
        band: null,
      })),
  };
}

function lineOf({ way, direction }: SweepCurve): Pick<SeriesSpec, 'label' | 'color' | 'dash'> {
  return {
    label: printable(`${way} ${direction}`, NAME_CHARS),
    color: direction === 'down' ? 'down' : 'up',
    dash: DASHES.get(way) ?? 'line',
  };
}

/** On all sizes of the chart; null: not measured. */
function valuesOf({ points }: SweepCurve, sizesBytes: readonly number[], field: string): Values {
  const known = new Map(points.map(({ sizeBytes, fields }) => [sizeBytes, numberOf(fields[field])]));
  return sizesBytes.map((size) => known.get(size) ?? null);
}

/** Between the last size that stays whole and the next; null: there is no such place. */
function edgeOf(curves: readonly SweepCurve[], sizesBytes: readonly number[]): number | null {
  for (const { points } of curves) {
    const split = points.findIndex(({ fields }) => (numberOf(fields.fragments) ?? 1) > 1);
    const last = points[split - 1];
    if (last !== undefined) return sizesBytes.indexOf(last.sizeBytes) + 0.5;
  }
  return null;
}
