import type { Row } from './tables.ts';

/**
 * Joins rows of a workload that follow each other without a gap and say the same.
 * @param rows those of one workload together, each in order of time
 */
export function* joinReplicas(rows: Iterable<Row<'replicas'>>): Generator<Row<'replicas'>> {
  let first: Row<'replicas'> | undefined;
  let until: string | null = null;
  for (const row of rows) {
    if (first === undefined || until !== row.since || !SAME.every((column) => first?.[column] === row[column])) {
      if (first !== undefined) yield { ...first, until };
      first = row;
    }
    until = row.until;
  }
  if (first !== undefined) yield { ...first, until };
}

const SAME = ['namespace', 'workload_kind', 'workload', 'desired', 'ready', 'autoscaler', 'autoscaler_min', 'autoscaler_max', 'autoscaler_desired'] as const;
