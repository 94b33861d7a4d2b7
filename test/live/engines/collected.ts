import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cur } from '../../../src/collectors/cur/index.ts';
import type { CurSettings } from '../../../src/collectors/cur/settings.ts';
import type { ChargeFacts, Month } from '../../../src/model/facts.ts';
import type { TestIo } from '../../io/test-io.ts';

export interface CollectedMonth {
  readonly month: Month;
  readonly identity: string;
  readonly facts: ChargeFacts;
  readonly file: string;
  readonly bytes: Buffer;
}

/** Collects a bill with the collector alone, however it lies. */
export async function collectFrom(
  settings: CurSettings,
  { io, folder }: TestIo,
  months?: { readonly first: Month; readonly last: Month },
): Promise<CollectedMonth[]> {
  const scratch = await io.files.scratch();
  const collected: CollectedMonth[] = [];
  try {
    const context = { source: 'cur', io, began: io.now(), known: [], isCurrent: () => false, maySpend: false, scratch, downloads: scratch };
    for await (const part of cur.collect(settings, months ?? { first: undefined, last: undefined }, context)) {
      if (part.table !== 'charges') throw new Error(`a part of ${part.table}`);
      const file = join(folder, `${randomUUID()}.parquet`);
      const facts = await part.write(file);
      collected.push({ month: part.month, identity: part.identity, facts, file, bytes: await readFile(file) });
    }
  } finally {
    await io.files.remove(scratch);
  }
  return collected;
}

/** What stands for the months of a bill, none of which is read. */
export async function identitiesOf(settings: CurSettings, { io }: TestIo): Promise<string[]> {
  const scratch = await io.files.scratch();
  try {
    const context = { source: 'cur', io, began: io.now(), known: [], isCurrent: () => false, maySpend: false, scratch, downloads: scratch };
    return await Array.fromAsync(cur.collect(settings, { first: undefined, last: undefined }, context), ({ identity }) => identity);
  } finally {
    await io.files.remove(scratch);
  }
}

/** What a month's facts have in common, whichever engine has read it: the inputs are not the same. */
export function comparable({ facts, month }: CollectedMonth): object {
  return { ...facts, month, inputs: [] };
}
