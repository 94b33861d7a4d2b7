import { randomUUID } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import { writeFocus } from '../snapshot/focus-export.ts';
import { chargesOf, partFiles } from '../snapshot/snapshot.ts';
import type { ExportOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { monthsOf } from './period.ts';
import { loadSettings, withStore } from './settings.ts';
import { snapshotFor } from './snapshot-for.ts';

/** The charges of the snapshot as FOCUS columns, to the last digit. */
export async function exportCharges(options: ExportOptions, io: Io): Promise<Outcome> {
  const format = formatOf(options.output);
  const { first, last } = monthsOf(options);
  const config = await loadSettings(options, io);
  return withStore(options, io, async (place) => {
    const snapshot = await snapshotFor(options, config, place, undefined, io);
    const charges = chargesOf(snapshot);
    const parts = charges.filter(({ month }) => (first === undefined || month >= first) && (last === undefined || month <= last));
    if (parts.length === 0)
      throw new UserError('no charges in these months', `there are charges in ${charges.map(({ month }) => month).join(', ') || 'no month'}`);

    const target = options.output === undefined ? undefined : resolve(io.directory, options.output);
    if (target !== undefined && (await io.files.kind(dirname(target))) !== 'folder') {
      throw new UserError(`${dirname(target)}: no such folder`, 'make it first, or choose another place with --output');
    }
    const scratch = await io.files.scratch();
    const file = target === undefined ? join(scratch, 'charges.csv') : `${target}.${randomUUID()}.tmp`;
    const sql = await io.openSql({ scratch });
    try {
      await writeFocus(sql, await partFiles(snapshot, parts, io.files), file, format);
      if (target === undefined) await io.output.copy(file);
      else await io.files.publish(file, target);
    } finally {
      sql.close();
      await io.files.remove(file);
      await io.files.remove(scratch);
    }
    return parts.some(({ facts }) => facts.gaps.length > 0) ? 'gaps' : 'done';
  });
}

function formatOf(output: string | undefined): 'parquet' | 'csv' {
  if (output === undefined || output.endsWith('.csv')) return 'csv';
  if (output.endsWith('.parquet')) return 'parquet';
  throw new UserError(`--output ${output}: expected a name that ends in .parquet or .csv`, 'as in -o october.parquet');
}
