import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import { checkFocus, type FocusCheckReport, type FocusFinding } from '../snapshot/focus/check.ts';
import type { ExportOptions } from './options.ts';
import type { Outcome } from './outcome.ts';

/**
 * What the rules of FOCUS say of a file, anyone's.
 * @throws UserError where it breaks one that it must keep, after all are told: whoever made the file can mend it
 */
export async function checkFile(path: string, options: Pick<ExportOptions, 'format' | 'focusVersion'>, io: Io): Promise<Outcome> {
  if ((await io.files.kind(path)) !== 'file') throw new UserError(`${path}: no such file`, 'name a FOCUS file: .parquet or .csv');
  const scratch = await io.files.scratch();
  const sql = await io.openSql({ scratch });
  try {
    const report = await checkFocus(sql, path, options.focusVersion);
    await print(report, options.format, io);
    const broken = report.findings.filter(({ keyword }) => keyword === 'MUST').length;
    if (broken > 0) throw new UserError(`${broken} of ${report.rules} rules of FOCUS ${report.version} are broken`, 'each stands above with one of its rows');
    return 'done';
  } catch (error) {
    if (error instanceof Error && /^(Invalid Input|IO) Error/.test(error.message)) {
      throw new UserError(`${path}: cannot be read: ${error.message.split('\n')[0] ?? ''}`, 'a FOCUS file is Parquet, or CSV with a line of column names', {
        cause: error,
      });
    }
    throw error;
  } finally {
    sql.close();
    await io.files.remove(scratch);
  }
}

async function print(report: FocusCheckReport, format: ExportOptions['format'], io: Io): Promise<void> {
  if (format === 'json') return io.output.write(`${JSON.stringify(report, null, 2)}\n`);
  const [{ renderChecks }, { default: picocolors }] = await Promise.all([import('../renderers/terminal/checks.ts'), import('picocolors')]);
  const checks = report.findings.map((finding) => ({
    of: finding.column,
    name: finding.id,
    state: finding.keyword === 'MUST' ? ('failed' as const) : ('warning' as const),
    detail: detailOf(finding),
    ...(finding.example === null ? {} : { hint: finding.example }),
  }));
  const summary = {
    of: 'FOCUS',
    name: report.version,
    state: 'ok' as const,
    detail: `${report.rules - report.findings.length} of ${report.rules} rules are kept in ${report.rows} rows`,
  };
  io.output.write(`${renderChecks([...checks, summary], io.output.columns, picocolors.createColors(io.output.color))}\n`);
}

function detailOf({ requirement, count, keyword }: FocusFinding): string {
  const broken = count === 0 ? 'it is not' : `not in ${count} ${count === 1 ? 'case' : 'cases'}`;
  return `${keyword}: ${requirement}; ${broken}`;
}
