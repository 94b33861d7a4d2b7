import { scaledSum, whole, type Dialect } from './dialect.ts';
import { duckdb } from './dialects/duckdb.ts';

/** What is known of a column of numbers before it is summed. */
export interface NumberProfile {
  readonly values: number;
  readonly lines: number;
  readonly largest: number;
}

/**
 * The exact sum of doubles: each stands for the decimal it was written as. Below 1,000 that is a whole number of 1e-12, summed as integers;
 * above, its shortest text is exact, and slower. NULL where there is none. CSV goes the same way as Parquet, so that both give the same cent.
 */
export function exactSum(double: string, { values, largest }: NumberProfile, dialect: Dialect = duckdb): string {
  if (values === 0) return 'cast(null as decimal(38,12))';
  if (largest === 0) return `case when count(${double}) > 0 then ${ZERO} end`;
  if (largest < 1000) return scaledSum(dialect, whole(double));
  const small = scaledSum(dialect, `case when abs(${double}) < 1000 then ${whole(double)} end`);
  const large = `sum(case when abs(${double}) >= 1000 then ${dialect.decimal(double)} end)`;
  return `case when count(${double}) > 0 then coalesce(${small}, ${ZERO}) + coalesce(${large}, ${ZERO}) end`;
}

const ZERO = 'cast(0 as decimal(38,12))';
