import type { Month } from '../../model/facts.ts';
import { recordType, type RecordType } from './record-types.ts';
import type { Row } from './rows.ts';

type Commitment = NonNullable<RecordType['commitment']>;

/** What is in the bills that this run has read: questions whose answer they give away need not be paid for. */
export class ReadBills {
  readonly #months = new Map<Month, readonly Row[]>();

  add(month: Month, rows: readonly Row[]): void {
    this.#months.set(month, rows);
  }

  /** Whether a month is known to have no costs at all. */
  isEmpty(month: Month): boolean {
    return this.#months.get(month)?.length === 0;
  }

  /** Whether a month may have a commitment of the kind (for a service). A type of charge that is new to us could be of one. */
  mayHave(month: Month, commitment: Commitment, service?: string): boolean {
    const rows = this.#months.get(month);
    if (rows === undefined) return true;
    return rows.some((row) => {
      const type = recordType(row.recordType);
      return type === undefined || (type.commitment === commitment && (service === undefined || row.service === service));
    });
  }
}
