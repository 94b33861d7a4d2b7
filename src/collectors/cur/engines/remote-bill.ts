import { UserError } from '../../../io/errors.ts';
import type { Io } from '../../../io/io.ts';
import type { ChargesPart } from '../../../model/facts.ts';
import type { Check, Context, Window } from '../../types.ts';
import { capabilities } from '../columns.ts';
import { presentColumns } from '../lines.ts';
import type { CurSettings } from '../settings.ts';
import type { RemoteEngine } from './remote-engine.ts';
import { writeRemoteMonth } from './remote-month.ts';
import { monthsIn, openTable } from './remote-table.ts';

/** The months of a bill that is a table of Athena or Trino. */
export async function* remoteParts(settings: CurSettings, window: Window, context: Context): AsyncGenerator<ChargesPart> {
  const { source, io, scratch, wanted } = context;
  const engine = await openEngine(settings, io);
  try {
    const table = await openTable(engine, tableOf(settings));
    const months = await monthsIn(table, window, (line) => io.output.note(line));
    const sql = await io.openSql({ scratch });
    try {
      for (const [at, month] of months.entries()) {
        yield {
          table: 'charges',
          source,
          month: month.month,
          identity: month.identity,
          position: { at: at + 1, of: months.length },
          progress: () => engine.progress() ?? sql.progress(),
          write: (to) => writeRemoteMonth(sql, { source, table, month, wanted }, to),
        };
      }
    } finally {
      sql.close();
    }
  } finally {
    await engine.close();
  }
}

/** What `doctor` says of it. No line is read. */
export async function* checkRemote(settings: CurSettings, { io }: Pick<Context, 'io'>): AsyncGenerator<Check> {
  const engine = await openEngine(settings, io);
  try {
    const table = await openTable(engine, tableOf(settings));
    const has = capabilities(presentColumns([table]));
    yield { name: 'table', state: 'ok', detail: `${table.columns.size} columns in ${table.label} of ${engine.title}; it has ${has.join(', ')}` };
    if (table.partition === undefined) {
      const hint = 'partition it by billing_period: without that, every month that is collected reads all of them';
      yield { name: 'partitions', state: 'warning', detail: 'the table tells no months apart', hint };
    }
    if (has.includes('resource-ids')) return;
    const hint = 'include resource IDs in the report: without them no charge can be matched to a node or a volume';
    yield { name: 'resource ids', state: 'warning', detail: 'no column line_item_resource_id', hint };
  } finally {
    await engine.close();
  }
}

async function openEngine(settings: CurSettings, io: Io): Promise<RemoteEngine> {
  if (settings.engine === 'trino') return (await import('./trino.ts')).openTrino(settings, io);
  return (await import('./athena.ts')).openAthena(settings, io);
}

function tableOf({ table }: CurSettings): string {
  if (table === undefined) throw new UserError('this source has no table', 'name the table of the bill: table: DATABASE.TABLE');
  return table;
}
