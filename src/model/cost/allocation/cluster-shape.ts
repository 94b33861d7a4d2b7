import type { PodShape } from './idle.ts';
import type { NodeInput } from './node-run.ts';

/** The average pod of each cluster: what all its pods had, a second of a pod. */
export function clusterShapes({ runs }: NodeInput): Map<string, PodShape> {
  const sums = new Map<string, { seconds: number; cores: number; gib: number }>();
  for (const { cluster, pods } of runs) {
    const sum = sums.get(cluster) ?? { seconds: 0, cores: 0, gib: 0 };
    sums.set(cluster, sum);
    for (let row = 0; row < pods.rows; row += 1) {
      sum.seconds += pods.seconds[row] ?? 0;
      sum.cores += pods.coreSeconds[row] ?? 0;
      sum.gib += pods.gibSeconds[row] ?? 0;
    }
  }
  return new Map(
    [...sums].map(([cluster, { seconds, cores, gib }]) => [cluster, seconds > 0 ? { cores: cores / seconds, gib: gib / seconds, gpus: 0 } : null]),
  );
}
