import { report } from '../../src/commands/report.ts';
import type { ReportOptions } from '../../src/commands/options.ts';
import type { Outcome } from '../../src/commands/outcome.ts';
import type { Io } from '../../src/io/io.ts';
import type { CostReport } from '../../src/model/cost/cost-report.ts';

type Asked = Omit<ReportOptions, 'cost'> & Partial<Pick<ReportOptions, 'cost'>>;

export interface Reported {
  readonly outcome: Outcome;
  readonly text: string;
}

/** Runs `tonnage report`; `text` is what it writes to standard output. */
export async function runReport(asked: Asked, io: Io): Promise<Reported> {
  const written: string[] = [];
  const output = { ...io.output, write: (text: string) => void written.push(text) };
  const outcome = await report({ cost: 'effective', ...asked }, { ...io, output });
  return { outcome, text: written.join('') };
}

export const reportText = async (asked: Asked, io: Io): Promise<string> => (await runReport(asked, io)).text;

export async function reportOf(asked: Asked, io: Io): Promise<CostReport> {
  return JSON.parse(await reportText({ ...asked, format: 'json' }, io)) as CostReport;
}
