import type { Check, Context } from '../types.ts';
import type { Bill } from './bill.ts';
import { loadFormat } from './format.ts';
import { openBillFile } from './lines.ts';
import type { BillPlace } from './place.ts';
import { Redelivered } from './redelivered.ts';
import { UserError } from '../../io/errors.ts';

/** What `doctor` says of a bill: what is there, and what its newest file can answer. */
export async function* checkBill(place: BillPlace, context: Context): AsyncIterable<Check> {
  try {
    yield* checkPlace(place, context);
  } catch (error) {
    if (!(error instanceof Redelivered)) throw place.inItsWords(error);
    throw new UserError(error.message, 'AWS may be delivering it now: run again in some minutes', { cause: error });
  }
}

async function* checkPlace(place: BillPlace, context: Context): AsyncIterable<Check> {
  const bill = await place.find({ first: undefined, last: undefined });
  yield { name: 'files', state: 'ok', detail: `${bill.files.length} in ${place.at}${bill.deliveries.length > 0 ? ', as its manifests name them' : ''}` };
  const newest = bill.deliveries.toSorted((a, b) => (a.month < b.month ? -1 : 1)).at(-1);
  if (place.isBucket && newest !== undefined) {
    const bytes = newest.files.reduce((sum, file) => sum + file.bytes, 0);
    const size = `${newest.files.length} ${newest.files.length === 1 ? 'file' : 'files'}, ${megabytes(bytes)} MB`;
    yield { name: 'newest month', state: 'ok', detail: `${newest.month}: ${size}, delivered ${newest.manifest.modified.slice(0, 16)}Z` };
  }
  yield* checkColumns(place, newest?.files ?? bill.files, context);
}

async function* checkColumns(place: BillPlace, files: Bill['files'], { io, scratch }: Context): AsyncIterable<Check> {
  const last = files.at(-1);
  const sql = await io.openSql({ scratch });
  try {
    const file = last === undefined ? undefined : await place.peek(last, sql);
    if (file === undefined) {
      yield { name: 'columns', state: 'warning', detail: 'not looked at: the file is text, and too large to fetch for that alone' };
      return;
    }
    const opened = await openBillFile(sql, file, scratch);
    const has = (await loadFormat(opened.format)).capabilities([opened]);
    yield { name: 'columns', state: 'ok', detail: `${opened.columns.size} in the last file; it has ${has.join(', ')}` };
    if (has.includes('resource-ids')) return;
    const hint = 'include resource IDs in the report: without them no charge can be matched to a node or a volume';
    yield { name: 'resource ids', state: 'warning', detail: 'no column line_item_resource_id', hint };
  } finally {
    sql.close();
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
