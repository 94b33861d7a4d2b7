import { name, text } from '../../../io/sql.ts';
import type { Month } from '../../../model/facts.ts';
import { SQL_TYPES } from '../dialect.ts';
import type { RemoteColumn } from './remote-engine.ts';

/** How a table tells months apart without reading a line of them. */
export interface Partition {
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** The month of a line, `2026-10`, over these columns. */
  readonly month: string;
  /** A condition on them that the engine prunes by: what lies in other partitions is not opened. */
  readonly of: (month: Month) => string;
}

/**
 * The partitions as AWS delivers bills: `billing_period=2026-10` (report 2.0, FOCUS; https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html),
 * `year=2026/month=9` (legacy; https://docs.aws.amazon.com/cur/latest/userguide/cur-ate-setup.html). Undefined: another kind, or none.
 */
export function partitionBy(columns: readonly RemoteColumn[]): Partition | undefined {
  const named = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  const period = named.get('billing_period');
  if (period !== undefined) return byPeriod(period);
  const [year, month] = [named.get('year'), named.get('month')];
  return year?.isPartition === true && month?.isPartition === true ? byYearAndMonth(year, month) : undefined;
}

function byPeriod({ name: column, type }: RemoteColumn): Partition | undefined {
  const quoted = name(column);
  if (type.toLowerCase() === 'date') return { columns: [column], month: `date_format(${quoted}, '%Y-%m')`, of: (month) => `${quoted} = date '${month}-01'` };
  if (!isText(type)) return undefined;
  return { columns: [column], month: `substr(${quoted}, 1, 7)`, of: (month) => `${quoted} in (${text(month)}, ${text(`${month}-01`)})` };
}

/** The month stands there as AWS writes it, without a zero before it, or as others do, with one. */
function byYearAndMonth(year: RemoteColumn, month: RemoteColumn): Partition {
  const spelled = ({ name: column }: RemoteColumn): string => `cast(${name(column)} as ${SQL_TYPES.text})`;
  const equals = ({ name: column, type }: RemoteColumn, digits: string): string => {
    const values = isText(type) ? [...new Set([digits, String(Number(digits))])].map(text) : [String(Number(digits))];
    return `${name(column)} in (${values.join(', ')})`;
  };
  return {
    columns: [year.name, month.name],
    month: `${spelled(year)} || '-' || lpad(${spelled(month)}, 2, '0')`,
    of: (of) => [equals(year, of.slice(0, 4)), equals(month, of.slice(5, 7))].join(' and '),
  };
}

const isText = (type: string): boolean => /^(varchar|char)\b/i.test(type);
