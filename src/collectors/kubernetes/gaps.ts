import type { Gap, SourceId } from '../../model/facts.ts';
import type { ListedTable } from './spool.ts';
import type { Doubt } from './rows.ts';

/** More than this nobody reads; the last one says how many there are. */
const MOST_VALUES = 100;

/** What could not be read, by the table that lacks it. */
export class Gaps {
  readonly #source: SourceId;
  readonly #lists = new Map<ListedTable, Gap[]>();
  readonly #values = new Map<string, Gap>();
  #leftOut = 0;

  constructor(source: SourceId) {
    this.#source = source;
  }

  forbidden(table: ListedTable, what: string): void {
    this.#note(table, { code: 'forbidden', source: this.#source, what });
  }

  /** `unknown`: what cannot be said without it. */
  absent(table: ListedTable, what: string, unknown: string): void {
    this.#note(table, { code: 'missing-metric', source: this.#source, metric: what, unknown });
  }

  #note(table: ListedTable, gap: Gap): void {
    this.#lists.set(table, [...(this.#lists.get(table) ?? []), gap]);
  }

  /** For what is noted of one value: the same one twice is one. */
  readonly doubt: Doubt = (object, field, value) => {
    const key = `${object} ${field}`;
    if (this.#values.has(key)) return;
    if (this.#values.size < MOST_VALUES) this.#values.set(key, { code: 'unreadable-value', source: this.#source, object, field, value });
    else this.#leftOut += 1;
  };

  /** In an order that does not depend on how pages were cut. */
  of(table: ListedTable): readonly Gap[] {
    return [...(this.#lists.get(table) ?? []), ...(table === 'workloads' ? this.#allValues() : [])];
  }

  #allValues(): readonly Gap[] {
    const values = [...this.#values.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, gap]) => gap);
    if (this.#leftOut === 0) return values;
    return [...values, { code: 'unreadable-value', source: this.#source, object: `${this.#leftOut} more objects`, field: 'a field', value: '' }];
  }
}
