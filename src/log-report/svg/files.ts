/** Every chart of a report as an SVG file. */
import type { LogReport } from '../../analysis/runs.js';
import type { SweepReport } from '../../analysis/sweeps.js';
import { chartsOf } from '../charts.js';
import { runTitle, SIDE_TITLES } from '../summary.js';
import { sweepCharts } from '../sweep-charts.js';
import { sweepTitle } from '../sweep-summary.js';
import { svgOf } from './chart.js';

export interface SvgFile {
  readonly name: string;
  readonly text: string;
}

/** Named by run, side and what they show: `run1-clients-bandwidth.svg`. */
export function svgFiles({ runs }: LogReport, bits: boolean): SvgFile[] {
  return runs.flatMap((run, index) =>
    run.sides.flatMap((side) =>
      chartsOf(run, side, `run${index + 1}-${side.name}`, bits).map((chart) => ({
        name: `${chart.id}.svg`,
        text: svgOf(chart, `${runTitle(run)}, ${SIDE_TITLES[side.name].toLowerCase()}`),
      })),
    ),
  );
}

/** Named by sweep and what they show: `sweep1-goodput.svg`. */
export function sweepSvgFiles(sweeps: readonly SweepReport[], bits: boolean): SvgFile[] {
  return sweeps.flatMap((sweep, index) =>
    sweepCharts(sweep, `sweep${index + 1}`, bits).map((chart) => ({
      name: `${chart.id}.svg`,
      text: svgOf(chart, sweepTitle(sweep)),
    })),
  );
}
