import type { IdleMode } from '../allocation-settings.ts';
import { IDLE_KINDS, type ClusterUse } from '../cost-line.ts';
import type { NodeInput } from './node-run.ts';
import { PART_OF_IDLE } from './shares.ts';

/** How a part of a node was found: by requests and use, by the bill's own split, or as the hours that were observed were split. */
export const METHODS = ['requests', 'split-cost', 'extrapolated'] as const;
export const [BY_REQUESTS, BY_SPLITS, EXTRAPOLATED] = [0, 1, 2];

/**
 * Who bears a part: an owner for its own or for its part of idle (two numbers each), then of each cluster four kinds of idle, and what was not observed.
 * Numbers, for millions of amounts are added up by them.
 */
export type Bearer = number;

const OF_CLUSTER = 5;
const UNOBSERVED = 4;

/** Sums by line, bearer and method. */
export class Ledger {
  readonly #input: NodeInput;
  readonly #idle: IdleMode;
  readonly #sums = new Map<number, number>();
  readonly clusters: readonly string[];

  constructor(input: NodeInput, idle: IdleMode) {
    this.#input = input;
    this.#idle = idle;
    this.clusters = [...new Set(input.runs.map(({ cluster }) => cluster))];
  }

  ownerBearer = (owner: number, isPartOfIdle: boolean): Bearer => 2 * owner + (isPartOfIdle ? PART_OF_IDLE : 0);
  idleBearer = (cluster: string, kind: number): Bearer => 2 * this.#input.owners.length + OF_CLUSTER * this.clusters.indexOf(cluster) + kind;
  unobservedBearer = (cluster: string): Bearer => this.idleBearer(cluster, UNOBSERVED);

  add(line: number, bearer: Bearer, method: number, cost: number): void {
    if (cost === 0) return;
    const key = (bearer * METHODS.length + method) * this.#input.lines.length + line;
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + cost);
  }

  /** All sums, by line, then bearer, then method: whatever the order was in which they began. */
  *sums(): Generator<{ readonly line: number; readonly bearer: Bearer; readonly method: number; readonly cost: number }> {
    const lines = this.#input.lines.length;
    const byLine = (a: number, b: number): number => (a % lines) - (b % lines) || a - b;
    for (const key of [...this.#sums.keys()].toSorted(byLine)) {
      const line = key % lines;
      const of = (key - line) / lines;
      const method = of % METHODS.length;
      yield { line, bearer: (of - method) / METHODS.length, method, cost: this.#sums.get(key) ?? 0 };
    }
  }

  /** Whether it is what an owner had itself; half of it is the owner. */
  isOwn = (bearer: Bearer): boolean => bearer < 2 * this.#input.owners.length && bearer % 2 === 0;

  /** -1: nobody. */
  ownerOf = (bearer: Bearer): number => (bearer < 2 * this.#input.owners.length ? Math.floor(bearer / 2) : -1);

  isIdle(bearer: Bearer): boolean {
    const past = bearer - 2 * this.#input.owners.length;
    return past >= 0 && past % OF_CLUSTER !== UNOBSERVED;
  }

  clusterOf(bearer: Bearer): string {
    const owners = this.#input.owners;
    if (bearer < 2 * owners.length) return owners[Math.floor(bearer / 2)]?.cluster ?? '';
    return this.clusters[Math.floor((bearer - 2 * owners.length) / OF_CLUSTER)] ?? '';
  }

  remove(line: number, bearer: Bearer, method: number): void {
    this.#sums.delete((bearer * METHODS.length + method) * this.#input.lines.length + line);
  }

  useOf(bearer: Bearer, method: number): ClusterUse {
    const { owners } = this.#input;
    const found = METHODS[method] ?? 'requests';
    const nobody = { cluster: this.clusterOf(bearer), namespace: null, workload: null, labels: {} };
    if (bearer >= 2 * owners.length) {
      const kind = (bearer - 2 * owners.length) % OF_CLUSTER;
      if (kind === UNOBSERVED) return { ...nobody, share: 'shared', idle: null, method: 'unobserved' };
      return { ...nobody, share: 'idle', idle: IDLE_KINDS[kind] ?? null, method: found };
    }
    const { cluster, namespace, workload, labels } = owners[Math.floor(bearer / 2)] ?? nobody;
    const isPartOfIdle = bearer % 2 === PART_OF_IDLE;
    return {
      cluster,
      namespace,
      workload,
      labels,
      share: 'allocated',
      idle: null,
      method: isPartOfIdle && found === 'requests' ? `idle-${this.#idle}` : found,
    };
  }
}
