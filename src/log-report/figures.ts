/** Charts and tables as the page holds them. */
import type { ChartSpec, SeriesSpec } from './chart-spec.js';
import { DASHES } from './colors.js';
import { type Html, html } from './markup.js';
import type { Table } from './tables.js';

/** A part of the page, and the charts that are to be drawn in it. */
export interface Section {
  readonly body: Html;
  readonly charts: readonly ChartSpec[];
}

export function chartFigure({ id, title, reading, series, yTitle, xTitle }: ChartSpec): Html {
  const label = `Chart: ${title}. ${yTitle} against ${xTitle}. Arrow keys, Page Up and Down, Home and End walk through it.`;
  return html`<figure id="${id}">
<figcaption><h4>${title}</h4><p>${reading}</p></figcaption>
<div class="plot" tabindex="0" role="group" aria-label="${label}"></div>
<ul class="legend">${series.map(legendItem)}</ul><p class="at"></p>
<output class="spoken" aria-live="polite"></output>
<details><summary>The figures of this chart</summary><div class="scroll" tabindex="0"><table></table></div></details>
</figure>`;
}

function legendItem({ label, color, dash }: SeriesSpec): Html {
  return html`<li><svg width="26" height="10" aria-hidden="true"><line x1="0" y1="5" x2="26" y2="5" stroke="var(--${color})" stroke-width="2.5" stroke-dasharray="${DASHES[dash]}"/></svg>${label} <span class="value"></span></li>`;
}

export function tableSection({ title, reading, columns, rows }: Table): Html {
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
