/** A chart's figures as a uPlot: the lines, then the least and the largest of those that have a band. */
import type UPlot from 'uplot';
import type { ChartSpec as Chart } from '../chart-spec.js';
import { drawIntervals, sizeAxis, sizeScale } from './bars.js';
import { drawMarks } from './marks.js';
import type { Theme } from './theme.js';
import { digits, percentileText, TIME_STEPS_MS } from './values.js';

/** The library, which the page loads first. */
declare const uPlot: typeof UPlot;

const DASHES = { line: [], dashed: [7, 4], dotted: [2, 3] } as const;
const LINE_PX = 1.75;
const FONT = '12px system-ui, sans-serif';
const X_AXIS_PX = 52;
const Y_AXIS_PX = 64;
/** From label to label: the width of `12:00:30`, and a gap. */
const TIME_PX = 76;
/** The width of `99.9999 %`. */
const PERCENTILE_PX = 72;

export function createPlot(
  chart: Chart,
  host: HTMLElement,
  theme: Theme,
  onCursor: (index: number | null) => void,
): UPlot {
  const inUnits = (values: readonly (number | null)[]) =>
    values.map((value) => (value === null ? null : value / chart.yScale));
  const lines = chart.series.map(({ values }) => values);
  const data = [chart.x, ...[...lines, ...bandValues(chart)].map(inUnits)];
  return new uPlot(plotOptions(chart, host, theme, onCursor), data as UPlot.AlignedData, host);
}

function bandValues(chart: Chart): (readonly (number | null)[])[] {
  return chart.series.flatMap(({ band }) => (band === null ? [] : [band.max, band.min]));
}

function plotOptions(
  chart: Chart,
  host: HTMLElement,
  theme: Theme,
  onCursor: (index: number | null) => void,
): UPlot.Options {
  return {
    width: host.clientWidth,
    height: plotHeight(host),
    ms: 1,
    legend: { show: false },
    cursor: { y: false, drag: { x: chart.xKind === 'time', y: false } },
    scales: {
      x: xScale(chart),
      y: chart.isLog ? { distr: 3, log: 10 } : { range: (_plot, _min, max) => [0, max > 0 ? max * 1.05 : 1] },
    },
    axes: [xAxis(chart, theme), yAxis(chart, theme)],
    series: [{}, ...lineSeries(chart, theme), ...bandSeries(chart)],
    bands: bandAreas(chart, theme),
    hooks: {
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      drawAxes: [(plot) => drawMarks(plot, chart, theme.trouble)],
      draw: [(plot) => drawIntervals(plot, chart, theme)],
    },
  };
}

function xScale(chart: Chart): UPlot.Scale {
  if (chart.xKind === 'size') return sizeScale(chart);
  return chart.xKind === 'time' ? { time: true } : { time: false, distr: 3, log: 10 };
}

export function plotHeight(host: HTMLElement): number {
  return host.clientWidth < 600 ? 240 : 300;
}

function lineSeries(chart: Chart, theme: Theme): UPlot.Series[] {
  return chart.series.map(({ color, dash }) => ({
    stroke: theme.color(color),
    width: LINE_PX,
    dash: [...DASHES[dash]],
    gaps: (plot, _series, _first, _last, gaps) => gaps.filter((gap) => isInOutage(plot, chart, gap)),
    points: { show: chart.x.length < 40, size: 5 },
  }));
}

function bandSeries(chart: Chart): UPlot.Series[] {
  return bandValues(chart).map(() => ({
    stroke: 'transparent',
    width: 0,
    points: { show: false },
    spanGaps: true,
  }));
}

/** Idle latency is measured between two phases only: a line goes on over what is not an outage.
 *  @param gap from and to, in pixels of the canvas */
function isInOutage(plot: UPlot, chart: Chart, [left, right]: UPlot.Series.Gap): boolean {
  return chart.outages.some(
    ([startMs, endMs]) => plot.valToPos(startMs, 'x', true) < right && plot.valToPos(endMs, 'x', true) > left,
  );
}

/** Each band lies between two series, counted from 1 since x is 0. */
function bandAreas(chart: Chart, theme: Theme): UPlot.Band[] {
  // Sizes stand apart: theirs are bars.
  if (chart.xKind === 'size') return [];
  const withBands = chart.series.filter(({ band }) => band !== null);
  return withBands.map(({ color }, index) => {
    const upper = chart.series.length + 1 + 2 * index;
    return { series: [upper, upper + 1], fill: theme.band(color) };
  });
}

function axisOf(theme: Theme, label: string): UPlot.Axis {
  return {
    label,
    font: FONT,
    labelFont: `600 ${FONT}`,
    stroke: theme.ink,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { stroke: theme.grid, width: 1 },
  };
}

function xAxis(chart: Chart, theme: Theme): UPlot.Axis {
  const axis = { ...axisOf(theme, chart.xTitle), size: X_AXIS_PX };
  if (chart.xKind === 'time') return { ...axis, values: TIME_LABELS, incrs: TIME_STEPS_MS, space: TIME_PX };
  return chart.xKind === 'size' ? sizeAxis(axis, chart) : { ...axis, values: percentileLabels };
}

/** One a decade, or fewer where they would run into each other. */
function percentileLabels(plot: UPlot, splits: number[]): string[] {
  const decades = splits.filter((x) => Number.isInteger(Math.log10(x)));
  const decadePx = plot.bbox.width / devicePixelRatio / Math.max(1, decades.length - 1);
  const step = Math.max(1, Math.ceil(PERCENTILE_PX / decadePx));
  return splits.map((x) => (Math.log10(x) % step === 0 ? percentileText(x) : ''));
}

function yAxis(chart: Chart, theme: Theme): UPlot.Axis {
  const isShown = (value: number) => !chart.isLog || Math.abs(Math.log10(value) % 1) < 1e-9;
  const values = (_plot: UPlot, splits: number[]) =>
    splits.map((value) => (value !== null && isShown(value) ? digits(value) : ''));
  return { ...axisOf(theme, chart.yTitle), size: Y_AXIS_PX, values };
}

/** uPlot's own, but for 24 hours: by the distance of two labels, the text, and what is added where it changes. */
const TIME_LABELS: UPlot.Axis.StaticValues = [
  [86_400_000, '{MMM} {D}', null, null, null, null, null, null, 1],
  [60_000, '{HH}:{mm}', '\n{MMM} {D}', null, null, null, null, null, 1],
  [1000, '{HH}:{mm}:{ss}', '\n{MMM} {D}', null, null, null, null, null, 1],
  [1, ':{ss}.{fff}', '\n{HH}:{mm}', null, null, null, null, null, 1],
] as unknown as UPlot.Axis.StaticValues;
