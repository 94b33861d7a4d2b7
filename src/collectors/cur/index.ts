import { resolve } from 'node:path';
import type { ChargesPart } from '../../model/facts.ts';
import { UserError } from '../../io/errors.ts';
import type { Collector, Window } from '../types.ts';
import { findBill } from './bill.ts';
import { BillReader, type Input } from './bill-reader.ts';
import { formatOfAll, loadFormat } from './format.ts';
import { identityOf } from './month.ts';
import type { CurSettings } from './settings.ts';

/** AWS Cost and Usage Report, the legacy one, from disk. */
export const cur: Collector<CurSettings> = {
  permissions: [{ what: 'read the files of the report', why: 'they are the bill' }],

  async *collect(settings, window, context) {
    const { source, io } = context;
    const path = pathOf(settings);
    const bill = await findBill(resolve(io.directory, path), io.files);
    if (bill.unlisted.length > 0) io.output.note(`${path}: ${bill.unlisted.length} files that no manifest names are left out`);

    const sql = await io.openSql({ scratch: context.scratch });
    try {
      const reader = new BillReader(sql, context.scratch);
      const inputs = await reader.inputs(bill, context.known);
      for (const month of monthsIn(inputs, window)) {
        const files = inputs.filter(({ months }) => months.includes(month));
        const write: ChargesPart['write'] = async (to) => {
          const opened = await reader.open(files);
          const { writeMonth } = await loadFormat(formatOfAll(opened));
          return writeMonth(sql, { source, month, inputs: files, files: opened, wanted: context.wanted, scratch: context.scratch }, to);
        };
        yield { table: 'charges', source, month, identity: identityOf(bill, month, files), progress: () => sql.progress(), write };
      }
    } finally {
      sql.close();
    }
  },

  async *check(settings, context) {
    const path = pathOf(settings);
    const bill = await findBill(resolve(context.io.directory, path), context.io.files);
    yield { name: 'files', state: 'ok', detail: `${bill.files.length} in ${path}${bill.deliveries.length > 0 ? ', as its manifests name them' : ''}` };
    const sql = await context.io.openSql({ scratch: context.scratch });
    try {
      const [newest] = await new BillReader(sql, context.scratch).open(bill.files.slice(-1).map((file) => ({ file })));
      const has = newest === undefined ? [] : (await loadFormat(newest.format)).capabilities([newest]);
      yield { name: 'columns', state: 'ok', detail: `${newest?.columns.size} in the last file; it has ${has.join(', ')}` };
      if (has.includes('resource-ids')) return;
      const hint = 'include resource IDs in the report: without them no charge can be matched to a node or a volume';
      yield { name: 'resource ids', state: 'warning', detail: 'no column line_item_resource_id', hint };
    } finally {
      sql.close();
    }
  },
};

function pathOf({ path }: CurSettings): string {
  if (path === undefined) throw new UserError('this source has no path', 'name the bill: path: …');
  return path;
}

function monthsIn(inputs: readonly Input[], { first, last }: Window): Input['months'] {
  const months = new Set(inputs.flatMap((input) => input.months));
  return [...months].filter((month) => (first === undefined || month >= first) && (last === undefined || month <= last)).toSorted();
}
