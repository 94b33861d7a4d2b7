import type { Table } from '../table.ts';

/** A table of a report with what is to be said of it. */
export interface Section {
  /** For links: letters and dashes. */
  readonly id: string;
  readonly table: Table;
  /** A sentence or two; null: the table says it all. */
  readonly note: string | null;
  /** Heading of the column that its rows are in order of, dearest first; null: they have an order of their own. */
  readonly sortedBy: string | null;
}
