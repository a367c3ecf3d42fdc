/** The page's style: light and dark by the reader's setting, light on paper. Lines have dashes besides their colours. */
import { DARK, LIGHT } from './colors.js';

function variables(colors: Readonly<Record<string, string>>): string {
  return Object.entries(colors)
    .map(([name, color]) => `--${name}: ${color};`)
    .join(' ');
}

export const STYLE = `
:root { color-scheme: light dark; ${variables(LIGHT)} }
@media (prefers-color-scheme: dark) { :root { ${variables(DARK)} } }
:root.paper { color-scheme: light; ${variables(LIGHT)} }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem clamp(0.75rem, 3vw, 2.5rem) 3rem; max-width: 82rem;
  background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.25rem; overflow-wrap: anywhere; }
h3 { font-size: 1.1rem; margin: 1.75rem 0 0.75rem; }
h4 { font-size: 1rem; margin: 0; }
p { margin: 0.25rem 0; }
.muted, figcaption p, .reading { color: var(--muted); font-size: 0.9rem; max-width: 75ch; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.reload { margin-top: 0.75rem; color: var(--muted); }
button { font: inherit; color: var(--accent); background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: 0.1rem 0.75rem; cursor: pointer; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.4rem, 1fr)); gap: 0.75rem; margin: 0 0 1rem; }
.tiles div { background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: 0.6rem 0.8rem; }
.tiles dt { color: var(--muted); font-size: 0.8rem; }
.tiles dd { margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles .bad dd { color: var(--trouble); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: 1rem; }
figure { margin: 0; padding: 1rem; background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; min-width: 0; }
.plot { margin: 0.75rem 0 0.25rem; min-height: 240px; }
.legend { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.1rem 1.25rem; font-size: 0.875rem; min-height: 1.5em; }
.legend li { display: flex; align-items: center; gap: 0.4rem; }
.at { min-height: 1.5em; font-size: 0.875rem; color: var(--muted); }
.legend .value { font-variant-numeric: tabular-nums; font-weight: 600; }
.legend svg { flex: none; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
details { margin-top: 0.5rem; font-size: 0.9rem; }
summary { cursor: pointer; color: var(--accent); }
.scroll { overflow-x: auto; max-height: 32rem; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; width: 100%; }
th, td { text-align: left; padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
th { color: var(--muted); font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.word { white-space: nowrap; }
td.long, td.name { overflow-wrap: anywhere; }
td.long { min-width: 12rem; }
td.name { min-width: 6rem; }
td.time { min-width: 6.5rem; }
.table { margin-top: 1.75rem; }
.uplot, .uplot canvas { max-width: 100%; }
@page { margin: 14mm 14mm 16mm; }
/* A width that A4 and Letter both have, so that what is laid out before printing is what is printed. */
:root.paper body { width: 180mm; max-width: none; margin: 0; padding: 0; font-size: 13px; }
:root.paper :is(figcaption p, .reading, .legend) { font-size: 12px; }
:root.paper :is(table, details) { font-size: 10px; }
:root.paper :is(th, td) { padding: 0.25rem 0.4rem 0.25rem 0; }
/* The tables of a sweep have 16 columns, those of a run 12 at the most. */
:root.paper table:has(th:nth-child(14)) { font-size: 9px; }
:root.paper table:has(th:nth-child(14)) :is(th, td) { padding-right: 0.25rem; }
:root.paper td.long { min-width: 7rem; }
:root.paper td.name { min-width: 3.5rem; }
:root.paper :is(th, td.word) { white-space: normal; }
:root.paper td.time { min-width: 5rem; }
:root.paper .tiles { grid-template-columns: repeat(auto-fill, minmax(6.4rem, 1fr)); gap: 0.5rem; }
:root.paper .tiles div { padding: 0.4rem 0.6rem; }
:root.paper .tiles dd { font-size: 1rem; white-space: nowrap; }
:root.paper .scroll { overflow: visible; max-height: none; }
:root.paper :is(details:not([open]), nav, .reload, .at) { display: none; }
@media print {
  figure, .tiles div, tr { break-inside: avoid; }
  h2, h3, h4, .reading { break-after: avoid; }
}
`;
