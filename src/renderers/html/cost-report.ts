import type { CostReport } from '../../model/cost/cost-report.ts';
import { reconciliationTable, sourcesTable } from '../tables/cost-tables.ts';
import type { Section } from '../tables/section.ts';
import { sections } from '../tables/sections.ts';
import { describeReportGap } from '../gaps.ts';
import { describePeriod } from '../periods.ts';
import type { Rendering } from '../types.ts';
import { describeMetric, describeTitle, ROUNDING } from '../words.ts';
import { changesChart, chartData, monthsChart, timelineChart } from './charts.ts';
import { CLIENT } from './client.ts';
import { html, type Html, nothing } from './html.ts';
import { inlineData, inlineScript } from './inline.ts';
import { renderPage } from './page.ts';
import { STYLES } from './styles.ts';
import { renderTable } from './table.ts';
import { renderTiles } from './tiles.ts';

/** Named rows of a breakdown. */
const MOST_ROWS = 25;

/** One page that works from a disk, in a mail and on paper. */
export function renderCostReport(report: CostReport, { chartLibrary }: Rendering): string {
  const data = chartData(report);
  const drawn = chartLibrary !== undefined;
  const tables = sections(report, MOST_ROWS);
  const body = html`<main>
      ${header(report)} ${renderTiles(report)} ${contents(tables)} ${gaps(report)} ${timelineChart(data, report.currency, drawn)}
      <div class="pair">
        <section aria-labelledby="reconciliation-heading">
          <h2 id="reconciliation-heading">How the bill adds up</h2>
          ${renderTable(reconciliationTable(report))}
        </section>
        ${drawn ? changesChart(data) : nothing}
      </div>
      ${tables.map((section) => html`${section.id === 'months' && drawn ? monthsChart(data) : nothing}${tableSection(section)}`)} ${footer(report)}
    </main>
    ${drawn ? inlineData('chart-data', data) : nothing}`;
  const scripts = [...(chartLibrary === undefined ? [] : [inlineScript(withoutSourceMap(chartLibrary))]), inlineScript(CLIENT)];
  return renderPage({ title: describeTitle(report), css: STYLES, body, scripts });
}

function header(report: CostReport): Html {
  return html`<header>
    ${report.organisation === null ? nothing : html`<p class="organisation">${report.organisation}</p>`}
    <h1>Cloud cost, ${describePeriod(report.period)}</h1>
    <p class="note">${describeMetric(report)}. ${ROUNDING}</p>
  </header>`;
}

/** Links to what is further down. */
function contents(tables: readonly Section[]): Html {
  return html`<nav aria-label="Contents">
    <ul class="contents">
      ${tables.map(({ id, table }) => html`<li><a href="#${id}">${table.caption}</a></li>`)}
    </ul>
  </nav>`;
}

function gaps(report: CostReport): Html {
  if (report.gaps.length === 0) return nothing;
  return html`<section id="gaps" class="gaps" aria-labelledby="gaps-heading">
    <h2 id="gaps-heading">What is not known</h2>
    <ul>
      ${report.gaps.map((gap) => html`<li>${describeReportGap(gap, report.currency)}</li>`)}
    </ul>
  </section>`;
}

function tableSection({ id, table, note, sortedBy }: Section): Html {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${table.caption}</h2>
    ${note === null ? nothing : html`<p class="note">${note}</p>`} ${table.lines.length === 0 ? nothing : renderTable(table, sortedBy ?? undefined)}
  </section> `;
}

function footer({ generatedFrom }: CostReport): Html {
  return html`<footer>
    <h2>Where this comes from</h2>
    ${renderTable(sourcesTable(generatedFrom.sources))}
    <p class="note digest">Snapshot ${generatedFrom.snapshot}</p>
  </footer>`;
}

/** Developer tools would ask for the map. */
function withoutSourceMap(script: string): string {
  return script.replace(/\n?\/\/# sourceMappingURL=\S*\s*$/, '\n');
}
