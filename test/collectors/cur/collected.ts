import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { cur } from '../../../src/collectors/cur/index.ts';
import { text, type SqlRow } from '../../../src/io/sql.ts';
import type { ChargeColumn } from '../../../src/model/cost/charge.ts';
import type { Gap, Month, ChargeFacts } from '../../../src/model/facts.ts';
import type { Wanted } from '../../../src/collectors/types.ts';
import type { TestIo } from '../../io/test-io.ts';
import { query } from './small-bill.ts';

export interface CollectedMonth {
  readonly month: Month;
  readonly facts: ChargeFacts;
  /** The part's file. */
  readonly file: string;
}

/** Reads a bill with the collector alone: all months that it has, oldest first. */
export async function collectBill(path: string, { io, folder }: TestIo, wanted?: Wanted): Promise<CollectedMonth[]> {
  const scratch = await io.files.scratch();
  const parts = join(folder, '.parts'); // hidden, for the bill may be the folder itself
  await io.files.makeFolder(parts);
  const months: CollectedMonth[] = [];
  try {
    const window = { first: undefined, last: undefined };
    const context = { source: 'cur', io, began: io.now(), known: [], isCurrent: () => false, maySpend: false, wanted, scratch, downloads: scratch };
    for await (const part of cur.collect({ kind: 'cur', path }, window, context)) {
      if (part.table !== 'charges') throw new Error(`a part of ${part.table}`);
      const file = join(parts, `${randomUUID()}.parquet`);
      months.push({ month: part.month, facts: await part.write(file), file });
    }
  } finally {
    await io.files.remove(scratch);
  }
  return months;
}

/** The charges of the one month that a bill has. */
export async function chargesOf(path: string, given: TestIo, columns: readonly ChargeColumn[]): Promise<readonly SqlRow[]> {
  const [only] = await collectBill(path, given);
  if (only === undefined) return [];
  return query(`select ${columns.join(', ')} from read_parquet(${text(only.file)}, hive_partitioning = false) order by all`);
}

export async function gapsOf(path: string, given: TestIo): Promise<readonly Gap[]> {
  return (await collectBill(path, given)).flatMap(({ facts }) => facts.gaps);
}

export async function totalsOf(path: string, given: TestIo): Promise<ChargeFacts['totals']> {
  return (await collectBill(path, given)).flatMap(({ facts }) => facts.totals);
}
