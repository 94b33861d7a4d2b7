import { resolve } from 'node:path';
import type { Check } from '../collectors/types.ts';
import type { Io } from '../io/io.ts';
import { KNOWS_OWNERS } from '../model/cluster/tables.ts';
import { counted } from '../renderers/numbers.ts';
import { clusterParts, openSnapshot, partFiles, type Snapshot } from '../snapshot/snapshot.ts';
import { oneSourceADay, usageCoverage, type UsageCoverage } from '../snapshot/usage.ts';

/** What the snapshot holds, and whether it is whole. @throws UserError if it cannot be read */
export async function checkSnapshot(store: string, io: Io): Promise<Check[]> {
  const snapshot = await openSnapshot(resolve(io.directory, store), io.files);
  if (snapshot.parts.length === 0) return [{ name: 'parts', state: 'warning', detail: `${store}: nothing is collected yet`, hint: 'run tonnage collect' }];
  const files = await partFiles(snapshot, snapshot.parts, io.files);
  const sums = await Promise.all(files.map((file) => io.files.sha256(file)));
  const damaged = snapshot.parts.filter((part, at) => part.sha256 !== sums[at]);
  const spans = snapshot.parts.map((part) => ('month' in part ? part.month : part.day)).toSorted();
  const parts: Check = { name: 'parts', state: 'ok', detail: `${store}: ${counted(files.length, 'part')}, ${spans[0]} to ${spans.at(-1)}` };
  const broken = damaged.map(({ file }): Check => ({
    name: 'checksum',
    state: 'failed',
    detail: `${store}/${file} is not what was written`,
    hint: 'remove the folder and collect again',
  }));
  return [parts, ...broken, ...(damaged.length > 0 ? [] : await checkUsage(snapshot, io))];
}

async function checkUsage(snapshot: Snapshot, io: Io): Promise<Check[]> {
  const usage = oneSourceADay(clusterParts(snapshot, 'usage'));
  if (usage.length === 0) return [];
  const pods = clusterParts(snapshot, 'pods');
  const knows = ({ facts }: (typeof pods)[number]): boolean => facts.capabilities.includes(KNOWS_OWNERS);
  const scratch = await io.files.scratch();
  const sql = await io.openSql({ scratch });
  try {
    const coverage = await usageCoverage(sql, {
      usage: await partFiles(snapshot, usage, io.files),
      pods: await partFiles(snapshot, pods.filter(knows), io.files),
      otherPods: await partFiles(
        snapshot,
        pods.filter((part) => !knows(part)),
        io.files,
      ),
    });
    return coverage.map(describeCoverage);
  } finally {
    sql.close();
    await io.files.remove(scratch);
  }
}

/** Below this share of CPU time with a known owner, what is said of teams would be wrong. */
const ENOUGH = 0.99;

function describeCoverage({ cluster, days, containers, cpuSeconds, ownedCpuSeconds }: UsageCoverage): Check {
  const name = `usage of ${cluster}`;
  const seen = `${counted(containers, 'container')} on ${counted(days, 'day')}`;
  if (cpuSeconds === null || ownedCpuSeconds === null || cpuSeconds === 0) return { name, state: 'warning', detail: `${seen}; no CPU use was observed` };
  const share = ownedCpuSeconds / cpuSeconds;
  const detail = `${seen}; the owner of ${(Math.floor(share * 1000) / 10).toFixed(1)} % of their CPU time is known`;
  if (share >= ENOUGH) return { name, state: 'ok', detail };
  return { name, state: 'warning', detail, hint: 'add a kubernetes source for this cluster, or kube-state-metrics to its Prometheus' };
}
