import { snake } from '../../model/tag-key.ts';

/** A cluster as the bill names it. Names are of an account and region: two accounts may have a cluster `production`. */
export interface BillCluster {
  readonly account: string | null;
  readonly region: string | null;
  /** As `tagKey` spells it: the key `kubernetes.io/cluster/NAME` has no other. */
  readonly spelled: string;
  /** Its name; null where only such a key has it. */
  readonly name: string | null;
}

/** Instances that the bill says are of a cluster, and that the snapshot knows as nodes of one. */
export interface Vote extends BillCluster {
  readonly cluster: string;
  readonly instances: number;
}

/** Where the instances of a cluster of the snapshot are billed. */
export interface Home {
  readonly cluster: string;
  readonly account: string | null;
  readonly region: string | null;
}

export interface NamedCluster extends BillCluster {
  /** As the snapshot has it, or, where no source reads the cluster, as the bill does. */
  readonly cluster: string;
  readonly isRead: boolean;
}

/**
 * Which cluster of the snapshot each of the bill's is:
 * the one that most of its instances are nodes of; else the one of the same name, if it is at home there or nowhere; else, where account and region have one
 * of each, that one. One that no source reads keeps the bill's name, with its account where two have it.
 */
export function nameClusters(billed: readonly BillCluster[], votes: readonly Vote[], homes: readonly Home[], known: readonly string[]): NamedCluster[] {
  const groups = [...Map.groupBy(billed, placeOf).values()];
  const read = groups.map((group) => byVotes(group, votes) ?? byName(group, homes, known));
  const taken = new Set(read);
  const named = groups.map((group, at) => read[at] ?? byElimination(group, groups, read, homes, taken));
  const titles = groups.map((group) => group.find(({ name }) => name !== null)?.name ?? group[0]?.spelled ?? '');
  return groups.flatMap((group, at) => {
    const cluster = named[at];
    const title = titles[at] ?? '';
    const isUnique = titles.filter((other) => other === title).length === 1 && !known.includes(title);
    const own = isUnique ? title : `${title} (${[group[0]?.account, group[0]?.region].filter((part) => part !== null && part !== undefined).join(' ')})`;
    return group.map((one) => ({ ...one, cluster: cluster ?? own, isRead: cluster !== undefined }));
  });
}

export const spell = (name: string): string => snake(name);

const placeOf = ({ account, region, spelled }: BillCluster): string => JSON.stringify([account, region, spelled]);

function byVotes(group: readonly BillCluster[], votes: readonly Vote[]): string | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const counts = new Map<string, number>();
  // What is of no region (the bill has such charges) is told by those of the same name that have one.
  const isOf = (vote: Vote): boolean =>
    vote.account === first.account && vote.spelled === first.spelled && (first.region === null || vote.region === first.region);
  for (const vote of votes) if (isOf(vote)) counts.set(vote.cluster, (counts.get(vote.cluster) ?? 0) + vote.instances);
  return [...counts].toSorted(([a, of], [b, other]) => other - of || (a < b ? -1 : 1))[0]?.[0];
}

function byName([first]: readonly BillCluster[], homes: readonly Home[], known: readonly string[]): string | undefined {
  if (first === undefined) return undefined;
  const cluster = known.find((name) => snake(name) === first.spelled);
  if (cluster === undefined) return undefined;
  const home = homes.find((one) => one.cluster === cluster);
  return home === undefined || isAt(home, first) ? cluster : undefined;
}

function byElimination(
  [first]: readonly BillCluster[],
  groups: readonly (readonly BillCluster[])[],
  read: readonly (string | undefined)[],
  homes: readonly Home[],
  taken: ReadonlySet<string | undefined>,
): string | undefined {
  if (first === undefined) return undefined;
  const free = homes.filter((home) => isAt(home, first) && !taken.has(home.cluster));
  const rivals = groups.filter(
    ([other], at) => read[at] === undefined && other !== undefined && other.account === first.account && other.region === first.region,
  );
  return free.length === 1 && rivals.length === 1 ? free[0]?.cluster : undefined;
}

const isAt = (home: Home, { account, region }: BillCluster): boolean => home.account === account && (region === null || home.region === region);
