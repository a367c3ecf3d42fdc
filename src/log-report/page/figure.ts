/** A chart in its place on the page: the plot, the values under the cursor, the keys, the table of its figures. */
import type UPlot from 'uplot';
import type { ChartSpec as Chart } from '../chart-spec.js';
import { createPlot, plotHeight } from './plot.js';
import { readTheme } from './theme.js';
import { digits, valueText, xText } from './values.js';

export interface Drawn {
  redraw(): void;
}

export function drawFigure(chart: Chart): Drawn {
  const figure = document.getElementById(chart.id)!;
  const host = figure.querySelector<HTMLElement>('.plot')!;
  const readout = new Readout(chart, figure);
  let plot: UPlot | null = null;
  const redraw = (): void => {
    plot?.destroy();
    plot = createPlot(chart, host, readTheme(), (index) => readout.show(index));
  };
  redraw();
  new ResizeObserver(() => {
    if (plot?.width !== host.clientWidth)
      plot?.setSize({ width: host.clientWidth, height: plotHeight(host) });
  }).observe(host);
  moveByKeys(chart, host, (index) => {
    const left = plot!.valToPos(chart.x[index]!, 'x');
    plot!.setCursor({ left, top: 0 });
    readout.show(index);
    readout.say(index);
  });
  fillTable(chart, figure);
  return { redraw };
}

/** Where the mouse is, or the keys: the legend shows the values, and a screen reader hears those of the keys. */
class Readout {
  readonly #chart: Chart;
  readonly #x: HTMLElement;
  readonly #values: readonly HTMLElement[];
  readonly #spoken: HTMLElement;

  constructor(chart: Chart, figure: HTMLElement) {
    this.#chart = chart;
    this.#x = figure.querySelector<HTMLElement>('.at')!;
    this.#values = [...figure.querySelectorAll<HTMLElement>('.legend .value')];
    this.#spoken = figure.querySelector<HTMLElement>('.spoken')!;
  }

  show(index: number | null): void {
    this.#x.textContent = index === null ? '' : xText(this.#chart, this.#chart.x[index]!);
    this.#chart.series.forEach((series, at) => {
      this.#values[at]!.textContent = index === null ? '' : seriesText(this.#chart, series, index);
    });
  }

  say(index: number): void {
    const values = this.#chart.series.map(
      (series) => `${series.label}: ${seriesText(this.#chart, series, index)}`,
    );
    this.#spoken.textContent = `${xText(this.#chart, this.#chart.x[index]!)}; ${values.join('; ')}`;
  }
}

function seriesText(chart: Chart, { values, band }: Chart['series'][number], index: number): string {
  const value = valueText(chart, values[index]);
  if (band === null || values[index] === null) return value;
  return `${value} (${digits(band.min[index]! / chart.yScale)} to ${digits(band.max[index]! / chart.yScale)})`;
}

function moveByKeys(chart: Chart, host: HTMLElement, moveTo: (index: number) => void): void {
  let index = -1;
  const last = chart.x.length - 1;
  const steps: Readonly<Record<string, () => number>> = {
    ArrowRight: () => index + 1,
    ArrowLeft: () => index - 1,
    PageDown: () => index + 10,
    PageUp: () => index - 10,
    Home: () => 0,
    End: () => last,
  };
  host.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    index = Math.min(last, Math.max(0, step()));
    moveTo(index);
  });
}

/** Made when it is opened: six hundred rows that nobody reads cost the page its start. */
function fillTable(chart: Chart, figure: HTMLElement): void {
  const details = figure.querySelector<HTMLDetailsElement>('details')!;
  details.addEventListener('toggle', () => {
    const table = details.querySelector('table')!;
    if (!details.open || table.rows.length > 0) return;
    const head = table.createTHead().insertRow();
    for (const title of [chart.xTitle, ...chart.series.map(({ label }) => label)]) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = title;
      head.append(cell);
    }
    const body = table.createTBody();
    chart.x.forEach((x, index) => {
      const row = body.insertRow();
      row.insertCell().textContent = xText(chart, x);
      for (const series of chart.series) row.insertCell().textContent = seriesText(chart, series, index);
    });
  });
}
