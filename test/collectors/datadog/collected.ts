import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { datadog } from '../../../src/collectors/datadog/index.ts';
import { DatadogSettings } from '../../../src/collectors/datadog/settings.ts';
import type { Context, Window } from '../../../src/collectors/types.ts';
import { text, type SqlRow } from '../../../src/io/sql.ts';
import type { ChargeFacts, ClusterFacts, Part } from '../../../src/model/facts.ts';
import { testIo, type TestIo } from '../../io/test-io.ts';

export const API_KEY = 'canary-api-0123456789abcdef';
export const APP_KEY = 'canary-application-0123456789abcdef';

export interface Collected {
  readonly part: Part;
  readonly facts: ChargeFacts | ClusterFacts;
  readonly file: string;
}

export function ioFor(url: string): TestIo {
  return testIo({ env: { DD_API_KEY: API_KEY, DD_APP_KEY: APP_KEY, DATADOG_HOST: url }, now: () => new Date('2026-03-15T12:02:00Z') });
}

export function settingsOf(given: Readonly<Record<string, unknown>>): DatadogSettings {
  return DatadogSettings.parse({ kind: 'datadog', ...given });
}

export async function contextOf({ io, folder }: TestIo): Promise<Context> {
  const scratch = join(folder, '.scratch');
  await io.files.makeFolder(scratch);
  return { source: 'datadog', io, began: io.now(), known: [], isCurrent: () => false, maySpend: false, scratch, downloads: scratch };
}

const ALL: Window = { first: undefined, last: undefined };

/** Writes the parts that the collector has, or those that are wanted. */
export async function collect(
  given: Readonly<Record<string, unknown>>,
  at: TestIo,
  wanted: (part: Part) => boolean = () => true,
  window = ALL,
): Promise<Collected[]> {
  const all: Collected[] = [];
  for await (const part of datadog.collect(settingsOf(given), window, await contextOf(at))) {
    if (part.table !== 'charges' && !('day' in part)) throw new Error('no such part here');
    if (!wanted(part)) continue;
    const file = join(at.folder, `${randomUUID()}.parquet`);
    all.push({ part, facts: await part.write(file), file });
  }
  return all;
}

/** Rows of the collected parts. */
export async function rowsOf(collected: readonly Collected[], select: string, { io, folder }: TestIo): Promise<readonly SqlRow[]> {
  const sql = await io.openSql({ scratch: folder });
  try {
    return await sql.rows(
      `select ${select} from read_parquet([${collected.map(({ file }) => text(file)).join(', ')}], hive_partitioning = false) order by all`,
    );
  } finally {
    sql.close();
  }
}
