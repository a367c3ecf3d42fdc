/** The report as one HTML file that needs nothing else: style, charts and figures are within. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { LogReport, RunReport } from '../analysis/runs.js';
import type { SideReport } from '../analysis/side.js';
import type { SweepReport } from '../analysis/sweeps.js';
import { chartsOf } from './charts.js';
import { chartFigure, type Section, tableSection } from './figures.js';
import { type Html, html, jsonWithin, raw } from './markup.js';
import { STYLE } from './style.js';
import { runFacts, runTitle, SIDE_TITLES, tilesOf } from './summary.js';
import { sweepSection } from './sweep-page.js';
import { sideTables, troubleTables } from './tables.js';

/** In this order: they share one scope. */
const SCRIPTS = ['values', 'theme', 'marks', 'bars', 'plot', 'figure', 'reload', 'start'] as const;

export interface PageOptions {
  readonly bits: boolean;
  readonly sweeps?: readonly SweepReport[];
  /** How often the page is to be read again while its run goes on; null: it is the last one. */
  readonly reloadMs?: number | null;
}

export function pageOf(report: LogReport, { bits, sweeps = [], reloadMs = null }: PageOptions): string {
  const sections = [
    ...report.runs.map((run, index) => runSection(run, `run${index + 1}`, bits)),
    ...sweeps.map((sweep, index) => sweepSection(sweep, `sweep${index + 1}`, bits)),
  ];
  const charts = sections.flatMap((section) => section.charts);
  const names = [...report.runs.map(({ name }) => name), ...sweeps.map(({ target }) => target)];
  const title = `conntest report: ${names.join(', ')}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="conntest">
${reloadMeta(reloadMs)}<title>${title}</title>
<style>${raw(library('uPlot.min.css'))}${raw(STYLE)}</style>
</head>
<body>
<header><h1>conntest report</h1>
<p class="muted">Latency is half of a round trip. Up is from client to server, down the other way; rates are what the receiver
counted, data bytes only. On a chart, the arrow keys walk through its values.</p>
${reloadNotice(reloadMs)}${notices(report)}
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

function runSection(run: RunReport, id: string, bits: boolean): Section {
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

function sideSection(run: RunReport, side: SideReport, id: string, bits: boolean): Section {
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

function navigation(runs: readonly RunReport[]): Html {
  if (runs.length < 2) return raw('');
  const links = runs.map((run, index) => html`<li><a href="#run${index + 1}">${runTitle(run)}</a></li>`);
  return html`<nav aria-label="Runs"><ul>${links}</ul></nav>`;
}

function notices({ badLines, badHistograms }: LogReport): Html {
  if (badLines === 0 && badHistograms === 0) return raw('');
  return html`<p><strong>${badLines}</strong> lines and <strong>${badHistograms}</strong> histograms could not be read and are left out.</p>`;
}

/** The script reads the page again, and keeps what is open; a browser without scripts does as well as it can. */
function reloadMeta(reloadMs: number | null): Html {
  if (reloadMs === null) return raw('');
  const seconds = Math.max(1, Math.round(reloadMs / 1000));
  return html`<meta name="conntest-reload" content="${reloadMs}">
<noscript><meta http-equiv="refresh" content="${seconds}"></noscript>
`;
}

function reloadNotice(reloadMs: number | null): Html {
  if (reloadMs === null) return raw('');
  return html`<p class="reload">The run goes on; this page is read again every ${reloadMs / 1000} s. <button type="button" id="pause">Pause</button></p>
`;
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
