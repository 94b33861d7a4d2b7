import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Patience } from '../../../src/collectors/aws-client.ts';
import { costExplorerWith } from '../../../src/collectors/cost-explorer/index.ts';
import { CostExplorerSettings } from '../../../src/collectors/cost-explorer/settings.ts';
import type { Context, Window } from '../../../src/collectors/types.ts';
import { text, type SqlRow } from '../../../src/io/sql.ts';
import type { ChargeFacts, Part, PartFacts } from '../../../src/model/facts.ts';
import { testIo, type TestIo } from '../../io/test-io.ts';

export const SECRET = 'canary-secret-0123456789abcdef';
export const NOW = new Date('2026-03-20T12:00:00Z');

/** Long enough for a machine that has much else to do; tried twice, for waiting in between takes time. */
const PATIENCE: Patience = { connect: 10_000, answer: 10_000, attempts: 2 };
export const collector = costExplorerWith(PATIENCE);
/** For servers that do not answer. */
export const impatient = costExplorerWith({ connect: 10_000, answer: 300, attempts: 1 });

export interface Collected {
  readonly part: Part;
  readonly facts: PartFacts;
  readonly file: string;
}

export function ioFor(url: string, now = NOW): TestIo {
  return testIo({
    env: { AWS_ACCESS_KEY_ID: 'demo', AWS_SECRET_ACCESS_KEY: SECRET, AWS_ENDPOINT_URL_COST_EXPLORER: url, AWS_ENDPOINT_URL_STS: url },
    now: () => now,
  });
}

export function settingsOf(given: Readonly<Record<string, unknown>>): CostExplorerSettings {
  return CostExplorerSettings.parse({ kind: 'cost-explorer', ...given });
}

export async function contextOf({ io, folder }: TestIo, more: Partial<Context> = {}): Promise<Context> {
  const scratch = join(folder, '.scratch');
  await io.files.makeFolder(scratch);
  return { source: 'cost-explorer', io, began: io.now(), known: [], isCurrent: () => false, maySpend: true, scratch, downloads: scratch, ...more };
}

export const ALL: Window = { first: undefined, last: undefined };
const BILL_ALONE = { also: [], history: 1 };

/** Writes the parts that the snapshot has not. Without settings only the bill of the current month is asked for. */
export async function collect(
  given: Readonly<Record<string, unknown>>,
  at: TestIo,
  more: Partial<Context> = {},
  window = ALL,
  by = collector,
): Promise<Collected[]> {
  const all: Collected[] = [];
  const context = await contextOf(at, more);
  for await (const part of by.collect(settingsOf({ ...BILL_ALONE, ...given }), window, context)) {
    if (context.isCurrent(part)) continue;
    const file = join(at.folder, `${randomUUID()}.parquet`);
    all.push({ part, facts: await part.write(file), file });
  }
  return all;
}

export function chargeFacts({ facts }: Collected): ChargeFacts {
  if ('totals' in facts) return facts as ChargeFacts;
  throw new Error('no charges');
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
