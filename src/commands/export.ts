import { randomUUID } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import type { Sql } from '../io/sql.ts';
import { labelsOf } from '../model/cost/owner.ts';
import { monthRange } from '../model/month.ts';
import type { AllocationQuery } from '../snapshot/allocation/contract.ts';
import { makeAllocatedParts } from '../snapshot/focus/allocated.ts';
import { writeFocus, type FocusFile } from '../snapshot/focus/write-focus.ts';
import { chargesOf, partFiles, type Snapshot } from '../snapshot/snapshot.ts';
import type { StoredCharges } from '../snapshot/stored-part.ts';
import { countedParts } from './counted-parts.ts';
import { checkFile } from './export-check.ts';
import type { ExportOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { monthsOf } from './period.ts';
import { ownership } from './reading.ts';
import { allocationQuery } from './report-lines.ts';
import { loadSettings, withStore } from './settings.ts';
import { snapshotFor } from './snapshot-for.ts';

/** The charges of the snapshot as a FOCUS dataset, to the last digit; with `--check` what the rules of FOCUS say of it, or of a file. */
export async function exportCharges({ to, ...others }: ExportOptions, io: Io): Promise<Outcome> {
  // `--to focus` says what to write, which is all there is.
  const options: ExportOptions = to === undefined || to === 'focus' ? others : { ...others, to };
  if (typeof options.check === 'string') return checkFile(resolve(io.directory, options.check), options, io);
  const format = options.check === true ? 'parquet' : formatOf(options.output);
  const { first, last } = monthsOf(options);
  const config = await loadSettings(options, io);
  return withStore(options, io, async (place) => {
    const snapshot = await snapshotFor(options, config, place, undefined, io);
    const charges = chargesOf(snapshot);
    const asked = charges.filter(({ month }) => (first === undefined || month >= first) && (last === undefined || month <= last));
    const monthsThere = [...new Set(charges.map(({ month }) => month))].toSorted();
    if (asked.length === 0) throw new UserError('no charges in these months', `there are charges in ${monthsThere.join(', ') || 'no month'}`);
    const { parts } = countedParts(asked, monthsThere);

    const target = options.output === undefined || options.check === true ? undefined : resolve(io.directory, options.output);
    if (target !== undefined && (await io.files.kind(dirname(target))) !== 'folder') {
      throw new UserError(`${dirname(target)}: no such folder`, 'make it first, or choose another place with --output');
    }
    const scratch = await io.files.scratch();
    const file = target === undefined ? join(scratch, `charges.${format}`) : `${target}.${randomUUID()}.tmp`;
    const sql = await io.openSql({ scratch });
    try {
      await write({ snapshot, parts, config, sql, io }, file, { format, version: options.focusVersion ?? '1.2', isAllocated: options.allocate === true });
      if (options.check === true) return await checkFile(file, options, io);
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

interface Exported {
  readonly snapshot: Snapshot;
  readonly parts: readonly StoredCharges[];
  readonly config: Config;
  readonly sql: Sql;
  readonly io: Io;
}

async function write({ snapshot, parts, config, sql, io }: Exported, to: string, file: FocusFile): Promise<void> {
  const files = await partFiles(snapshot, parts, io.files);
  if (file.isAllocated) await makeAllocatedParts(sql, await queries({ snapshot, parts, config, sql, io }, files), config.allocation);
  await writeFocus(sql, files, to, file);
}

/** One for each currency: they are never added. Charges are split by their amortized costs, in every cost alike. */
async function queries({ snapshot, parts, config, io }: Exported, files: readonly string[]): Promise<AllocationQuery[]> {
  const { teams, environments } = ownership(config);
  const months = [...new Set(parts.map(({ month }) => month))].toSorted();
  const [first, last] = [months[0], months.at(-1)];
  const labels = labelsOf([...teams, ...environments]);
  const currencies = [...new Set(parts.flatMap(({ facts }) => facts.totals.map(({ currency }) => currency)))].toSorted();
  const range = first === undefined || last === undefined ? [] : monthRange(first, last);
  return Promise.all(
    currencies.map(async (currency) =>
      allocationQuery(snapshot, { files, metric: 'effective', currency, tags: [] }, labels, range, async (some) => partFiles(snapshot, some, io.files)),
    ),
  );
}

function formatOf(output: string | undefined): 'parquet' | 'csv' {
  if (output === undefined || output.endsWith('.csv')) return 'csv';
  if (output.endsWith('.parquet')) return 'parquet';
  throw new UserError(`--output ${output}: expected a name that ends in .parquet or .csv`, 'as in -o october.parquet');
}
