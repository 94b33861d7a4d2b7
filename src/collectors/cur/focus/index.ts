import type { BillFormat } from '../format.ts';
import { focusCapabilities } from './columns.ts';
import { presentColumns } from './lines.ts';
import { monthsOf, writeMonth } from './month.ts';

/** FOCUS 1.0 and later, of any provider. https://focus.finops.org */
export const focusFormat: BillFormat = { capabilities: (files) => focusCapabilities(presentColumns(files)), monthsOf, writeMonth };
