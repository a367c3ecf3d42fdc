/** Draws every chart of the page, anew when its colours change. */
import type { ChartSpec as Chart } from '../chart-spec.js';
import { drawFigure } from './figure.js';
import { reloadWhileItGoesOn } from './reload.js';

const charts = JSON.parse(document.getElementById('charts')!.textContent!) as Chart[];
const drawn = charts.map(drawFigure);
const redrawAll = (): void => {
  for (const one of drawn) one.redraw();
};
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);
// Paper is light, whatever the screen is.
const setPrinting = (isPrinting: boolean): void => {
  document.documentElement.classList.toggle('paper', isPrinting);
  redrawAll();
};
addEventListener('beforeprint', () => setPrinting(true));
addEventListener('afterprint', () => setPrinting(false));
reloadWhileItGoesOn();
