import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/schema.ts';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import { costReport } from '../model/cost/assemble.ts';
import type { CostReport } from '../model/cost/cost-report.ts';
import { ofSources, openSnapshot } from '../snapshot/snapshot.ts';
import { renderers } from '../renderers/index.ts';
import type { Rendering } from '../renderers/types.ts';
import { checkCondition, readCondition } from './fail-on.ts';
import type { ReportOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { monthsOf } from './period.ts';
import { checkOutput, explanationFormat, formatOf } from './report-output.ts';
import { readingOf, wantedOf } from './reading.ts';
import { reportInput } from './report-input.ts';
import { loadSettings, withStore } from './settings.ts';
import { snapshotFor } from './snapshot-for.ts';
import { sourceId } from './source-id.ts';

/** The month's bill: who owns which part of it, and what changed. */
export async function report(options: ReportOptions, io: Io): Promise<Outcome> {
  if (options.explain !== undefined) return explainFigure(options.explain, options, io);
  formatOf(options);
  await checkOutput(options, io);
  const condition = readCondition(options.failOn);
  const config = await loadSettings(options, io);
  const document = await withStore(options, io, async (place) => {
    const sql = io.openSql({ scratch: place.folder }); // starts while the bill is collected
    sql.catch(() => {}); // it is told where it is awaited
    try {
      const snapshot = await snapshotFor(options, config, place, wantedOf(config), io);
      return costReport(await reportInput(readingOf(snapshot, monthsOf(options), options, config, io.files), config, await sql));
    } finally {
      (await sql).close();
    }
  });
  await writeDocument(document, options, io);
  return checkCondition(condition, document) ?? (document.gaps.length > 0 ? 'gaps' : 'done');
}

/** Prints what a figure of the report is made of. The whole bill is read, for its rows are what is asked for. */
async function explainFigure(what: string, options: ReportOptions, io: Io): Promise<Outcome> {
  const format = explanationFormat(options);
  await checkOutput(options, io);
  if (options.failOn !== undefined) throw new UserError('--explain stands beside --fail-on', 'a condition is one of the report: leave one of them out');
  const config = await loadSettings(options, io);
  const { explain } = await import('./explain.ts');
  const explanation = await withStore(options, io, async (place) => {
    const snapshot = await snapshotFor(options, config, place, undefined, io);
    const sql = await io.openSql({ scratch: place.folder });
    try {
      return await explain(what, readingOf(snapshot, monthsOf(options), options, config, io.files), config, sql);
    } finally {
      sql.close();
    }
  });
  const { renderCostExplanation } = await import('../renderers/terminal/cost-explanation.ts');
  const text = format === 'json' ? `${JSON.stringify(explanation, null, 2)}\n` : renderCostExplanation(explanation, renderingOf(options.output, io));
  if (options.output === undefined) io.output.write(text);
  else await io.files.replace(resolve(io.directory, options.output), text);
  return 'done';
}

/** The report of a store as it is. */
export async function reportOf(folder: string, options: ReportOptions, config: Config, io: Io): Promise<CostReport> {
  const sql = await io.openSql({ scratch: folder });
  try {
    const snapshot = ofSources(await openSnapshot(folder, io.files), config.sources.map(sourceId));
    return costReport(await reportInput(readingOf(snapshot, monthsOf(options), options, config, io.files), config, sql));
  } finally {
    sql.close();
  }
}

/** Renders a report to standard output or a file. The file's ending says the format where `--format` does not. */
export async function writeDocument(document: CostReport, options: Pick<ReportOptions, 'format' | 'output'>, io: Io): Promise<void> {
  const { output } = options;
  const wanted = formatOf(options);
  const render = await renderers[wanted]();
  const text = render(document, { ...renderingOf(output, io), chartLibrary: wanted === 'html' ? await chartLibrary(io) : undefined });
  if (output === undefined) io.output.write(text);
  else await io.files.replace(resolve(io.directory, output), text);
}

function renderingOf(output: string | undefined, io: Io): Rendering {
  return { color: output === undefined && io.output.color, columns: output === undefined ? io.output.columns : 100 };
}

/** chart.js as one script, to be put into the page. */
export async function chartLibrary(io: Io): Promise<string> {
  const path = new URL('./chart.umd.min.js', import.meta.resolve('chart.js'));
  return io.files.read(fileURLToPath(path));
}
