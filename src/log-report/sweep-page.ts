/** A sweep's part of the page and of the text. */
import type { SweepReport } from '../analysis/sweeps.js';
import { chartFigure, type Section, tableSection } from './figures.js';
import { html } from './markup.js';
import { sweepCharts } from './sweep-charts.js';
import { sweepFacts, sweepTables, sweepTitle, sweepWords } from './sweep-summary.js';
import { tableText } from './text.js';

const RULE_COLUMNS = 80;

export function sweepSection(sweep: SweepReport, id: string, bits: boolean): Section {
  const charts = sweepCharts(sweep, id, bits);
  const facts = sweepFacts(sweep).map((fact) => html`<p class="muted">${fact}</p>`);
  const words = sweepWords(sweep).map((word) => html`<li>${word}</li>`);
  const body = html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${sweepTitle(sweep)}</h2>
${facts}
<h3>Verdict</h3>
<ul>${words}</ul>
<div class="charts">
${charts.map(chartFigure)}
</div>
${sweepTables(sweep, bits).map(tableSection)}
</section>`;
  return { body, charts };
}

export function sweepText(sweep: SweepReport, bits: boolean): string {
  const lines = [
    `== ${sweepTitle(sweep)} `.padEnd(RULE_COLUMNS, '='),
    ...sweepFacts(sweep),
    '',
    'Verdict',
    ...sweepWords(sweep).map((word) => `  ${word}`),
    ...sweepTables(sweep, bits).flatMap(tableText),
  ];
  return `${lines.join('\n')}\n`;
}
