import type { Month } from '../../facts.ts';
import { added, basesOf, basisOfRest, bearersOf, keyOf, knownHours, type Basis, type NodeOptions } from './allocate-nodes.ts';
import { clusterShapes } from './cluster-shape.ts';
import { allocatedOf, hourPrice } from './hour-price.ts';
import { BY_REQUESTS, BY_SPLITS, EXTRAPOLATED, Ledger, METHODS, type Bearer } from './ledger.ts';
import type { NodeInput, NodeRun } from './node-run.ts';
import { isKnown, nodeShares, type NodeShares } from './shares.ts';

/** Hours of a run for which a charge is, with the part of it that each has: from the first hour of the run; the weights add up to 1. */
export interface Stretch {
  readonly hour: number;
  readonly weights: Float64Array;
}

/** What somebody has of a stretch. The shares of a stretch add up to 1. */
export interface StretchShare {
  readonly bearer: Bearer;
  readonly method: number;
  readonly share: number;
  /** Of what was found by requests and use: how much of the share is for cores, and what the pods had in the stretch. */
  readonly had: { readonly cpuShare: number; readonly coreHours: number; readonly gibHours: number } | null;
}

/**
 * Who has which part of each stretch of hours, as `allocateNodes` splits the charges for it: so parts of charges add up to what that says. All lines of the input are of one month.
 */
export function stretchShares(
  input: NodeInput,
  month: Month,
  { weights, idle }: NodeOptions,
): { ledger: Ledger; of: (run: NodeRun, stretches: readonly Stretch[]) => StretchShare[][] } {
  const ledger = new Ledger(input, idle);
  const shapes = clusterShapes(input);
  const known = knownHours(input);
  const clusters = new Map<string, Basis>();
  const runs = new Map<NodeRun, { readonly shares: NodeShares; readonly bearers: Int32Array; readonly basis: Basis }>();
  for (const run of input.runs) {
    const shares = nodeShares(run, weights, shapes.get(run.cluster) ?? null, idle);
    const bearers = bearersOf(run, shares, ledger);
    const basis = basesOf(run, shares, bearers, input.lines).get(month) ?? new Map<Bearer, number>();
    clusters.set(run.cluster, added(clusters.get(run.cluster), basis));
    runs.set(run, { shares, bearers, basis });
  }
  return {
    ledger,
    of(run, stretches) {
      const found = runs.get(run);
      if (found === undefined) throw new RangeError(`${run.instance} is none of the nodes`);
      const basis = basisOfRest(run, found.basis, clusters.get(run.cluster), known.get(keyOf(run, month)) ?? 0);
      const had = idle === 'cluster' ? ownedOf(clusters.get(run.cluster), input) : [];
      const rows = rowsByHour(run, found.shares);
      const resources = resourcesOf(run, { weights, idle });
      return stretches.map((stretch) => {
        const parts = partsOf(run, stretch, { ...found, rows, basis, ledger });
        return described(had.length === 0 ? parts : withoutIdle(parts, had, ledger), resources(stretch), ledger);
      });
    },
  };
}

/** Shares by bearer and method. */
type Parts = Map<number, number>;

const keyOfPart = (bearer: Bearer, method: number): number => bearer * METHODS.length + method;
const give = (parts: Parts, key: number, share: number): void => void parts.set(key, (parts.get(key) ?? 0) + share);

/** Where the rows of each hour begin; one more for the end. */
function rowsByHour({ hours }: NodeRun, { rows, hour }: NodeShares): Int32Array {
  const first = new Int32Array(hours + 1).fill(rows);
  for (let row = rows - 1; row >= 0; row -= 1) first[hour[row] ?? 0] = row;
  for (let at = hours - 1; at >= 0; at -= 1) first[at] = Math.min(first[at] ?? 0, first[at + 1] ?? 0);
  return first;
}

interface Found {
  readonly shares: NodeShares;
  readonly bearers: Int32Array;
  readonly rows: Int32Array;
  readonly basis: Basis | undefined;
  readonly ledger: Ledger;
}

/** A hot loop: an hour of a pod at a time. */
function partsOf(run: NodeRun, { hour: start, weights }: Stretch, { shares, bearers, rows, basis, ledger }: Found): Parts {
  const parts: Parts = new Map();
  let unknown = 0;
  for (const [at, weight] of weights.entries()) {
    const hour = start + at;
    if (weight === 0) continue;
    if (!isKnown(run, hour)) {
      unknown += weight;
      continue;
    }
    const method = run.splits.said[hour] === 1 ? BY_SPLITS : BY_REQUESTS;
    for (let row = rows[hour] ?? 0; row < (rows[hour + 1] ?? 0); row += 1) {
      give(parts, keyOfPart(bearers[shares.slot[row] ?? 0] ?? 0, method ?? 0), weight * (shares.share[row] ?? 0));
    }
  }
  if (unknown === 0) return parts;
  if (basis === undefined) give(parts, keyOfPart(ledger.unobservedBearer(run.cluster), BY_REQUESTS ?? 0), unknown);
  const all = [...(basis?.values() ?? [])].reduce((sum, amount) => sum + amount, 0);
  for (const [bearer, amount] of basis ?? []) give(parts, keyOfPart(bearer, EXTRAPOLATED ?? 0), unknown * (amount / all));
  return parts;
}

/** Owners, and how much each has of what all of them have. */
function ownedOf(basis: Basis | undefined, { owners }: NodeInput): (readonly [Bearer, number])[] {
  const had = [...(basis ?? [])].filter(([bearer]) => bearer < 2 * owners.length);
  const all = had.reduce((sum, [, amount]) => sum + amount, 0);
  return all === 0 ? [] : had.map(([bearer, amount]) => [bearer, amount / all] as const);
}

/** What nobody had goes to all owners of the cluster. */
function withoutIdle(parts: Parts, had: readonly (readonly [Bearer, number])[], ledger: Ledger): Parts {
  const given: Parts = new Map();
  for (const [key, share] of parts) {
    const method = key % METHODS.length;
    const bearer = (key - method) / METHODS.length;
    if (!ledger.isIdle(bearer)) give(given, key, share);
    else for (const [owner, part] of had) give(given, keyOfPart(owner + 1, method), share * part);
  }
  return given;
}

interface Had {
  cpu: number;
  memory: number;
  coreSeconds: number;
  gibSeconds: number;
}

/** What each owner's pods had in a stretch, and what cores and memory are of it. */
function resourcesOf(run: NodeRun, { weights: prices }: NodeOptions): (stretch: Stretch) => Map<number, Had> {
  const sums = allocatedOf(run);
  const { owner, coreSeconds, gibSeconds } = run.pods;
  return ({ hour: start, weights }) => {
    const had = new Map<number, Had>();
    for (const [at, weight] of weights.entries()) {
      const hour = start + at;
      if (weight === 0 || run.observed[hour] !== 1 || run.splits.said[hour] === 1) continue;
      const price = hourPrice(run, hour, sums, prices);
      for (let row = sums.first[hour] ?? 0; row < (sums.first[hour + 1] ?? 0); row += 1) {
        const own = had.get(owner[row] ?? 0) ?? { cpu: 0, memory: 0, coreSeconds: 0, gibSeconds: 0 };
        had.set(owner[row] ?? 0, own);
        own.cpu += weight * (price?.core ?? 0) * (coreSeconds[row] ?? 0);
        own.memory += weight * (price?.gib ?? 0) * (gibSeconds[row] ?? 0);
        own.coreSeconds += coreSeconds[row] ?? 0;
        own.gibSeconds += gibSeconds[row] ?? 0;
      }
    }
    return had;
  };
}

/** In order of bearer and method, whatever the order was in which they began. */
function described(parts: Parts, resources: ReadonlyMap<number, Had>, ledger: Ledger): StretchShare[] {
  return [...parts]
    .filter(([, share]) => share > 0)
    .toSorted(([a], [b]) => a - b)
    .map(([key, share]) => {
      const method = key % METHODS.length;
      const bearer = (key - method) / METHODS.length;
      const own = ledger.isOwn(bearer) && method === BY_REQUESTS ? resources.get(ledger.ownerOf(bearer)) : undefined;
      const total = (own?.cpu ?? 0) + (own?.memory ?? 0);
      if (own === undefined || total === 0) return { bearer, method, share, had: null };
      return { bearer, method, share, had: { cpuShare: own.cpu / total, coreHours: own.coreSeconds / 3600, gibHours: own.gibSeconds / 3600 } };
    });
}
