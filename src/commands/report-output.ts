import { dirname, resolve } from 'node:path';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import type { Format } from '../renderers/index.ts';
import type { ReportOptions } from './options.ts';

const FORMATS: Readonly<Record<string, Format>> = { html: 'html', htm: 'html', md: 'markdown', csv: 'csv', json: 'json', txt: 'terminal' };

type Output = Pick<ReportOptions, 'format' | 'output'>;

/** The form of a report: as `--format` says, else by the ending of the file. @throws UserError for an ending that says nothing */
export function formatOf({ format, output }: Output): Format {
  if (format !== undefined || output === undefined) return format ?? 'terminal';
  const ending = /\.([^./\\]+)$/.exec(output)?.[1]?.toLowerCase();
  if (ending === undefined) return 'terminal';
  const found = FORMATS[ending];
  if (found === undefined)
    throw new UserError(`-o ${output}: no format has the ending .${ending}`, `one of .${Object.keys(FORMATS).join(', .')}; or say it with --format`);
  return found;
}

/** The form of an explanation. @throws UserError for one that it does not have */
export function explanationFormat(output: Output): 'terminal' | 'json' {
  const format = formatOf(output);
  if (format === 'terminal' || format === 'json') return format;
  throw new UserError(`--explain: no ${format}`, 'an explanation is text or JSON: -f terminal, -f json');
}

/** So that no work is done for a report that has nowhere to go. @throws UserError where the folder is not there */
export async function checkOutput({ output }: Output, io: Io): Promise<void> {
  if (output === undefined) return;
  const folder = dirname(resolve(io.directory, output));
  if (!(await io.files.exists(folder))) throw new UserError(`-o ${output}: no such folder`, 'make it first, or name another one');
}
