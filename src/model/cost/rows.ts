import { money, type Money, type Month } from '../facts.ts';
import { changeOf } from './change.ts';
import { serviceOf, type CostLine } from './cost-line.ts';
import type { CostRow } from './cost-report.ts';
import { ownerOf, type OwnerRule } from './owner.ts';
import { shareOf } from './share.ts';

export interface Ownership {
  readonly teams: readonly OwnerRule[];
  readonly environments: readonly OwnerRule[];
}

/** The finest rows of a report: lines that are the same in all that it shows, of the period and of the one before (null: there is none). */
export function costRows(lines: readonly CostLine[], months: readonly Month[], hasPrevious: boolean, ownership: Ownership): CostRow[] {
  const current = new Set<Month>(months);
  const groups = Map.groupBy(
    lines.map((line) => ({ line, row: describeLine(line, ownership) })),
    ({ row }) => JSON.stringify(Object.values(row)),
  );
  const rows = [...groups].map(([key, group]) => {
    const [first] = group;
    if (first === undefined) throw new Error('a group is never empty');
    const sum = (isCurrent: boolean): Money => money(group.reduce((cost, { line }) => (current.has(line.month) === isCurrent ? cost + line.cost : cost), 0));
    const cost = sum(true);
    const previousCost = hasPrevious ? sum(false) : null;
    return { key, row: { ...first.row, cost, previousCost, change: changeOf(cost, previousCost) } };
  });
  return rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row);
}

type Described = Omit<CostRow, 'cost' | 'previousCost' | 'change'>;

function categoryOf({ unused, isCorrection, category }: CostLine): string {
  if (unused) return 'Unused commitment';
  return isCorrection ? 'Correction' : category;
}

/** What a report shows of a line. */
export function describeLine(line: CostLine, { teams, environments }: Ownership): Described {
  const team = ownerOf(line, teams);
  return {
    provider: line.provider,
    service: serviceOf(line),
    account: line.account,
    accountName: line.accountName,
    region: line.region,
    team,
    environment: ownerOf(line, environments),
    cluster: line.use?.cluster ?? null,
    namespace: line.use?.namespace ?? null,
    workload: line.use?.workload ?? null,
    category: categoryOf(line),
    share: shareOf(line, team, teams.length > 0),
    idle: line.use?.idle ?? null,
    method: line.use?.method ?? null,
  };
}
