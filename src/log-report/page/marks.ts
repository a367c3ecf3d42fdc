/** Outages as stripes and failures as ticks, under the lines of a chart over time. */
import type uPlot from 'uplot';
import type { ChartSpec as Chart } from '../chart-spec.js';

const MARK_PX = 8;
/** A short outage is still seen. */
const MIN_STRIPE_PX = 2;

export function drawMarks(plot: uPlot, chart: Chart, trouble: string): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = `${trouble}26`;
  for (const [startMs, endMs] of chart.outages) {
    const left = plot.valToPos(startMs, 'x', true);
    const width = plot.valToPos(endMs, 'x', true) - left;
    ctx.fillRect(left, bbox.top, Math.max(width, MIN_STRIPE_PX * ratio), bbox.height);
  }
  ctx.fillStyle = trouble;
  for (const tMs of chart.marksMs) {
    const bottom = bbox.top + bbox.height;
    ctx.fillRect(plot.valToPos(tMs, 'x', true), bottom - MARK_PX * ratio, ratio, MARK_PX * ratio);
  }
  ctx.restore();
}
