/** Of charts against the size of packets: confidence intervals as bars, and the edge where datagrams outgrow the
 *  path MTU. */
import type { ChartSpec } from '../chart-spec.js';
import { type Html, html, raw } from '../markup.js';
import { px } from './paths.js';
import type { Axis, Box } from './scales.js';

const CAP_PX = 3;
/** Of curves at the same sizes, so that their bars don't hide each other. */
const STEP_PX = 4;

/** @param index of the series; '' where it has no intervals */
export function barsPath(chart: ChartSpec, index: number, x: Axis, y: Axis): string {
  const { band } = chart.series[index]!;
  const shift = (index - (chart.series.length - 1) / 2) * STEP_PX;
  const bars = chart.x.map((at, size) => {
    const [bottom, top] = [band?.min[size], band?.max[size]].map((value) =>
      value === null || value === undefined ? null : y.place(value / chart.yScale),
    );
    const left = x.place(at);
    if (left === null || typeof bottom !== 'number' || typeof top !== 'number') return '';
    const caps = [bottom, top].map((end) => `M${px(left + shift - CAP_PX)} ${px(end)}h${2 * CAP_PX}`);
    return `${caps.join('')}M${px(left + shift)} ${px(bottom)}V${px(top)}`;
  });
  return bars.join('');
}

export function edgeLine({ edgeX }: ChartSpec, axis: Axis, box: Box): Html {
  const left = typeof edgeX === 'number' ? axis.place(edgeX) : null;
  if (left === null) return raw('');
  return html`<line class="edge" x1="${px(left)}" x2="${px(left)}" y1="${box.top}" y2="${box.top + box.height}" stroke-dasharray="5 5"/>`;
}
