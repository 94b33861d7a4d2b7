import { money, type Money } from '../facts.ts';
import type { CostRow } from './cost-report.ts';

/** How much of the bill has an owner. Tax and credits, which nobody owns, are left out. */
export interface OwnershipCoverage {
  readonly owned: Money;
  readonly unowned: Money;
  /** owned / (owned + unowned); null where there is nothing to own, or refunds make one of the two negative: then there is no part. */
  readonly ratio: number | null;
  /** What nobody owns, dearest first. */
  readonly largest: readonly UnownedCost[];
}

export type UnownedCost = Pick<
  CostRow,
  'provider' | 'service' | 'account' | 'accountName' | 'region' | 'category' | 'cluster' | 'namespace' | 'workload' | 'cost'
>;

/** As many as one would look at in an afternoon. */
const MOST = 20;

/** What teams own of the rows. @returns null where no row has a team: then nobody has said who owns what */
export function ownershipOf(rows: readonly CostRow[], hasTeams: boolean): OwnershipCoverage | null {
  if (!hasTeams) return null;
  const ownable = rows.filter(({ share }) => share !== 'tax' && share !== 'credit');
  const unowned = ownable.filter(({ team }) => team === null);
  const sum = (some: readonly CostRow[]): Money => money(some.reduce((cost, row) => cost + row.cost, 0));
  const [owned, left] = [sum(ownable.filter(({ team }) => team !== null)), sum(unowned)];
  const all = owned + left;
  return {
    owned,
    unowned: left,
    ratio: all === 0 || owned < 0 || left < 0 ? null : owned / all,
    largest: merged(unowned)
      .toSorted((a, b) => b.cost - a.cost)
      .slice(0, MOST)
      .filter(({ cost }) => cost > 0),
  };
}

/** Rows that differ in what is not told of them here, such as the kind of idle, are one: two lines with the same name would be a riddle. */
function merged(rows: readonly CostRow[]): UnownedCost[] {
  const all = rows.map(({ provider, service, account, accountName, region, category, cluster, namespace, workload, cost }) => ({
    cost,
    of: { provider, service, account, accountName, region, category, cluster, namespace, workload },
  }));
  return [...Map.groupBy(all, ({ of }) => JSON.stringify(of)).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first.of, cost: money(same.reduce((sum, { cost }) => sum + cost, 0)) }];
  });
}
