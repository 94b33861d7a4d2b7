import { capabilities } from './columns.ts';
import type { BillFormat } from './format.ts';
import { presentColumns } from './lines.ts';
import { writeMonth } from './month.ts';
import { monthsOf } from './survey.ts';

/** The Cost and Usage Report. */
export const curFormat: BillFormat = { capabilities: (files) => capabilities(presentColumns(files)), monthsOf, writeMonth };
