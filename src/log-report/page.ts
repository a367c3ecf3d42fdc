/** The report as one HTML file that needs nothing else: style, charts and figures are within. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { LogReport, RunReport } from '../analysis/runs.js';
import type { SideReport } from '../analysis/side.js';
import type { ChartSpec, SeriesSpec } from './chart-spec.js';
import { chartsOf } from './charts.js';
import { type Html, html, jsonWithin, raw } from './markup.js';
import { STYLE } from './style.js';
import { runFacts, runTitle, SIDE_TITLES, tilesOf } from './summary.js';
import { sideTables, type Table, troubleTables } from './tables.js';

/** In this order: they share one scope. */
const SCRIPTS = ['values', 'theme', 'marks', 'plot', 'figure', 'start'] as const;

export function pageOf(report: LogReport, bits: boolean): string {
  const sections = report.runs.map((run, index) => runSection(run, `run${index + 1}`, bits));
  const charts = sections.flatMap((section) => section.charts);
  const title = `conntest report: ${report.runs.map(({ name }) => name).join(', ')}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="conntest">
<title>${title}</title>
<style>${raw(library('uPlot.min.css'))}${raw(STYLE)}</style>
</head>
<body>
<header><h1>conntest report</h1>
<p class="muted">Latency is half of a round trip. Up is from client to server, down the other way; rates are what the receiver
counted, data bytes only. On a chart, the arrow keys walk through its values.</p>
${notices(report)}
${navigation(report.runs)}</header>
<main>
${sections.map(({ body }) => body)}
</main>
<script type="application/json" id="charts">${jsonWithin(charts)}</script>
<script>${raw(library('uPlot.iife.min.js'))}</script>
<script>${raw(`(() => {\n${SCRIPTS.map(pageScript).join('\n')}\n})();`)}</script>
</body>
</html>
`;
  return page.html;
}

function runSection(run: RunReport, id: string, bits: boolean): { body: Html; charts: ChartSpec[] } {
  const sides = run.sides.map((side) => sideSection(run, side, `${id}-${side.name}`, bits));
  const facts = runFacts(run).map((fact) => html`<p class="muted">${fact}</p>`);
  const body = html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${runTitle(run)}</h2>
${facts}
${sides.map((side) => side.body)}
${troubleTables(run).map(tableSection)}
</section>`;
  return { body, charts: sides.flatMap(({ charts }) => charts) };
}

function sideSection(
  run: RunReport,
  side: SideReport,
  id: string,
  bits: boolean,
): { body: Html; charts: ChartSpec[] } {
  const charts = chartsOf(run, side, id, bits);
  const tiles = tilesOf(run, side, bits).map(
    ({ title, value, isBad }) =>
      html`<div${raw(isBad ? ' class="bad"' : '')}><dt>${title}</dt><dd>${value}</dd></div>`,
  );
  const body = html`<h3>${SIDE_TITLES[side.name]}</h3>
<dl class="tiles">${tiles}</dl>
<div class="charts">
${charts.map(chartFigure)}
</div>
${sideTables(side, bits).map(tableSection)}`;
  return { body, charts };
}

function chartFigure({ id, title, reading, series, yTitle, xTitle }: ChartSpec): Html {
  const label = `Chart: ${title}. ${yTitle} against ${xTitle}. Arrow keys, Page Up and Down, Home and End walk through it.`;
  return html`<figure id="${id}">
<figcaption><h4>${title}</h4><p>${reading}</p></figcaption>
<div class="plot" tabindex="0" role="group" aria-label="${label}"></div>
<ul class="legend">${series.map(legendItem)}</ul><p class="at"></p>
<output class="spoken" aria-live="polite"></output>
<details><summary>The figures of this chart</summary><div class="scroll" tabindex="0"><table></table></div></details>
</figure>`;
}

const LEGEND_DASHES: Readonly<Record<SeriesSpec['dash'], string>> = {
  line: '',
  dashed: '7 4',
  dotted: '2 3',
};

function legendItem({ label, color, dash }: SeriesSpec): Html {
  return html`<li><svg width="26" height="10" aria-hidden="true"><line x1="0" y1="5" x2="26" y2="5" stroke="var(--${color})" stroke-width="2.5" stroke-dasharray="${LEGEND_DASHES[dash]}"/></svg>${label} <span class="value"></span></li>`;
}

function tableSection({ title, reading, columns, rows }: Table): Html {
  const style = (index: number) => html` class="${columns[index]?.kind ?? 'word'}"`;
  const heads = columns.map((column, index) => html`<th scope="col"${style(index)}>${column.title}</th>`);
  const body = rows.map(
    (row) => html`<tr>${row.map((cell, index) => html`<td${style(index)}>${cell}</td>`)}</tr>`,
  );
  return html`<div class="table"><h4>${title}</h4><p class="reading">${reading}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr>${heads}</tr></thead><tbody>
${body}
</tbody></table></div></div>`;
}

function navigation(runs: readonly RunReport[]): Html {
  if (runs.length < 2) return raw('');
  const links = runs.map((run, index) => html`<li><a href="#run${index + 1}">${runTitle(run)}</a></li>`);
  return html`<nav aria-label="Runs"><ul>${links}</ul></nav>`;
}

function notices({ badLines, badHistograms }: LogReport): Html {
  if (badLines === 0 && badHistograms === 0) return raw('');
  return html`<p><strong>${badLines}</strong> lines and <strong>${badHistograms}</strong> histograms could not be read and are left out.</p>`;
}

function library(file: string): string {
  const path = createRequire(import.meta.url).resolve(`uplot/dist/${file}`);
  return readFileSync(path, 'utf8');
}

/** A module without its imports and exports: all are joined to one. */
function pageScript(name: string): string {
  const text = readFileSync(new URL(import.meta.resolve(`#page/${name}.js`)), 'utf8');
  return text
    .replace(/^import\b[^;]*;\n/gm, '')
    .replace(/^export (?=const|function|class)/gm, '')
    .replace(/^(export \{\};|\/\/# source.*)\n?/gm, '');
}
