/** A chart as an SVG file that needs nothing else: for papers, tickets and wikis. Light and dark as its reader is. */
import type { ChartSpec, SeriesSpec } from '../chart-spec.js';
import { DARK, DASHES, LIGHT } from '../colors.js';
import { type Html, html, raw } from '../markup.js';
import { barsPath, edgeLine } from './intervals.js';
import { LEGEND_ROW_PX, legend, legendRows } from './legend.js';
import { bandPath, linePath, px } from './paths.js';
import { type Axis, type Box, xAxisOf, yAxisOf } from './scales.js';

const WIDTH_PX = 800;
/** On the right there is room for half of the last label. */
const PLOT: Box = { left: 72, top: 60, width: 696, height: 280 };
/** Two lines of labels and the title. */
const X_AXIS_PX = 58;
const BOTTOM_PX = 12;
const LINE_PX = 15;
const TICK_PX = 5;
const MARK_PX = 8;
/** A short outage is still seen. */
const MIN_STRIPE_PX = 2;
const BOTTOM = PLOT.top + PLOT.height;

const LINE_COLORS = ['up', 'down', 'idle', 'loaded', 'lost', 'resent', 'reordered'] as const;

/** @param subtitle what it is of */
export function svgOf(chart: ChartSpec, subtitle: string): string {
  const [x, y] = [xAxisOf(chart, PLOT), yAxisOf(chart, PLOT)];
  const legendTop = BOTTOM + X_AXIS_PX + LINE_PX;
  const height = legendTop + (legendRows(chart.series, PLOT.width) - 1) * LEGEND_ROW_PX + BOTTOM_PX;
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_PX}" height="${height}" viewBox="0 0 ${WIDTH_PX} ${height}" role="img" aria-labelledby="title desc">
<title id="title">${chart.title}: ${subtitle}</title>
<desc id="desc">${chart.reading}</desc>
<style>${raw(STYLE)}</style>
<rect class="ground" width="${WIDTH_PX}" height="${height}"/>
<text class="ink title" x="${PLOT.left}" y="26">${chart.title}</text>
<text class="muted" x="${PLOT.left}" y="44">${subtitle}</text>
${yAxis(chart, y)}
${xAxis(chart, x)}
${troubles(chart, x)}
${edgeLine(chart, x, PLOT)}
${chart.series.map((_, index) => bandOf(chart, index, x, y))}
${chart.series.map((series) => lineOf(chart, series, x, y))}
${legend(chart.series, PLOT.left, legendTop, PLOT.width)}
</svg>
`;
  return svg.html;
}

function yAxis({ yTitle }: ChartSpec, axis: Axis): Html[] {
  const middle = PLOT.top + PLOT.height / 2;
  return [
    ...axis.ticks.flatMap(({ value, label }) => {
      const at = px(axis.place(value) ?? BOTTOM);
      const line = html`<line class="grid" x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${at}" y2="${at}"/>`;
      const text = html`<text class="muted end" x="${PLOT.left - TICK_PX - 3}" y="${px(at + 4)}">${label.join(' ')}</text>`;
      return label.length === 0 ? [line] : [line, text];
    }),
    html`<text class="muted middle bold" transform="translate(18 ${middle}) rotate(-90)">${yTitle}</text>`,
  ];
}

function xAxis({ xKind, xTitle }: ChartSpec, axis: Axis): Html[] {
  // A picture does not know where it is looked at.
  const title = xKind === 'time' ? 'Time of day (UTC)' : xTitle;
  return [
    ...axis.ticks.flatMap(({ value, label }) => {
      const at = px(axis.place(value) ?? PLOT.left);
      return [
        html`<line class="grid" x1="${at}" x2="${at}" y1="${PLOT.top}" y2="${BOTTOM + TICK_PX}"/>`,
        ...label.map(
          (text, line) =>
            html`<text class="muted middle" x="${at}" y="${BOTTOM + TICK_PX + LINE_PX * (line + 1) - 2}">${text}</text>`,
        ),
      ];
    }),
    html`<text class="muted middle bold" x="${PLOT.left + PLOT.width / 2}" y="${BOTTOM + X_AXIS_PX - 8}">${title}</text>`,
  ];
}

/** Outages as stripes and failures as ticks; those before the first figure stand at the edge. */
function troubles({ outages, marksMs }: ChartSpec, axis: Axis): Html[] {
  const within = (tMs: number) =>
    Math.min(PLOT.left + PLOT.width, Math.max(PLOT.left, axis.place(tMs) ?? PLOT.left));
  return [
    ...outages.map(([startMs, endMs]) => {
      const width = Math.max(MIN_STRIPE_PX, within(endMs) - within(startMs));
      const left = Math.min(within(startMs), PLOT.left + PLOT.width - width);
      return html`<rect class="outage" x="${px(left)}" y="${PLOT.top}" width="${px(width)}" height="${PLOT.height}"/>`;
    }),
    ...marksMs.map(
      (tMs) =>
        html`<rect class="mark" x="${px(within(tMs) - 0.5)}" y="${BOTTOM - MARK_PX}" width="1" height="${MARK_PX}"/>`,
    ),
  ];
}

function bandOf(chart: ChartSpec, index: number, x: Axis, y: Axis): Html {
  const { color, band } = chart.series[index]!;
  if (band === null) return raw('');
  if (chart.xKind === 'size')
    return html`<path class="line bar ${color}" d="${barsPath(chart, index, x, y)}"/>`;
  return html`<path class="band ${color}" d="${bandPath(chart, band, x, y)}"/>`;
}

function lineOf(chart: ChartSpec, { label, color, dash, values }: SeriesSpec, x: Axis, y: Axis): Html {
  return html`<path class="line ${color}" stroke-dasharray="${DASHES[dash]}" d="${linePath(chart, values, x, y)}"><title>${label}</title></path>`;
}

/** Plain rules: many viewers know no variables. */
function colorRules(colors: Readonly<Record<keyof typeof LIGHT, string>>): string {
  const lines = LINE_COLORS.map(
    (name) => `.line.${name}{stroke:${colors[name]}}.band.${name}{fill:${colors[name]}}`,
  );
  return [
    `.ground{fill:${colors.ground}}.ink{fill:${colors.ink}}.muted{fill:${colors.muted}}.grid{stroke:${colors.grid}}.edge{stroke:${colors.ink}}`,
    `.outage,.mark{fill:${colors.trouble}}`,
    ...lines,
  ].join('');
}

const STYLE = `text{font:12px system-ui,sans-serif}.title{font-size:15px;font-weight:600}.bold{font-weight:600}
.end{text-anchor:end}.middle{text-anchor:middle}
.line{fill:none;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
.band{fill-opacity:.22}.outage{fill-opacity:.15}
${colorRules(LIGHT)}
@media (prefers-color-scheme:dark){${colorRules(DARK)}}`;
