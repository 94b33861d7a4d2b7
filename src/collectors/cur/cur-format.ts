import { capabilities } from './columns.ts';
import type { BillFormat } from './format.ts';
import { presentColumns } from './lines.ts';
import { writeMonth, type MonthOfBill } from './month.ts';
import { monthsOf } from './survey.ts';

/** The Cost and Usage Report. */
export const curFormat: BillFormat = {
  capabilities: (files) => capabilities(presentColumns(files)),
  monthsOf,
  writeMonth: async (sql, month, to) => writeMonth(sql, { ...month, wanted: wantedOf(month) }, to),
};

/** Splits are allocated, which takes resources and all tags: whoever has them reads all. */
function wantedOf({ files, wanted }: MonthOfBill): MonthOfBill['wanted'] {
  return presentColumns(files).has('split_parent') ? undefined : wanted;
}
