/** Charts against the size of packets: their axis, and the intervals as bars. */
import type UPlot from 'uplot';
import type { ChartSpec as Chart } from '../chart-spec.js';
import type { Theme } from './theme.js';
import { SIZE_PAD, sizeText } from './values.js';

const CAP_PX = 3;
const BAR_PX = 1.5;
/** Of curves at the same sizes, so that their bars don't hide each other. */
const STEP_PX = 4;
/** The width of `64,000`, with air. */
const LABEL_PX = 52;

export function sizeScale({ x }: Chart): UPlot.Scale {
  return { time: false, range: () => [-SIZE_PAD, x.length - 1 + SIZE_PAD] };
}

/** Sizes have labels where there is room, at regular distances. */
export function sizeAxis(axis: UPlot.Axis, chart: Chart): UPlot.Axis {
  return {
    ...axis,
    grid: { show: false },
    splits: (plot) => {
      const apartPx = plot.bbox.width / devicePixelRatio / (chart.x.length - 1 + 2 * SIZE_PAD);
      const step = Math.max(1, Math.ceil(LABEL_PX / apartPx));
      return chart.x.filter((at) => at % step === 0);
    },
    values: (_plot, splits) => splits.map((at) => sizeText(chart, at)),
  };
}

export function drawIntervals(plot: UPlot, chart: Chart, theme: Theme): void {
  if (chart.xKind !== 'size') return;
  const { ctx } = plot;
  ctx.save();
  ctx.lineWidth = BAR_PX * devicePixelRatio;
  if (typeof chart.edgeX === 'number') drawEdge(plot, chart.edgeX, theme.ink);
  chart.series.forEach(({ band, color }, index) => {
    if (band === null) return;
    ctx.strokeStyle = theme.color(color);
    const shift = (index - (chart.series.length - 1) / 2) * STEP_PX * devicePixelRatio;
    for (const at of chart.x) {
      const [low, high] = [band.min[at], band.max[at]];
      if (typeof low !== 'number' || typeof high !== 'number') continue;
      drawBar(plot, plot.valToPos(at, 'x', true) + shift, low / chart.yScale, high / chart.yScale);
    }
  });
  ctx.restore();
}

function drawBar(plot: UPlot, left: number, low: number, high: number): void {
  const { ctx } = plot;
  const cap = CAP_PX * devicePixelRatio;
  const [bottom, top] = [plot.valToPos(low, 'y', true), plot.valToPos(high, 'y', true)];
  ctx.beginPath();
  for (const y of [bottom, top]) {
    ctx.moveTo(left - cap, y);
    ctx.lineTo(left + cap, y);
  }
  ctx.moveTo(left, bottom);
  ctx.lineTo(left, top);
  ctx.stroke();
}

function drawEdge(plot: UPlot, edge: number, ink: string): void {
  const { ctx, bbox } = plot;
  const left = plot.valToPos(edge, 'x', true);
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.setLineDash([5 * devicePixelRatio, 5 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(left, bbox.top);
  ctx.lineTo(left, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
