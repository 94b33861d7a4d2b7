import { skewGaps } from '../clock-skew.ts';
import { clusterDays } from '../cluster-days.ts';
import type { Collector, Context } from '../types.ts';
import { KNOWS_OWNERS } from '../../model/cluster/tables.ts';
import { dayOf } from '../../model/day.ts';
import { WHOLE_DAY, type ClusterFacts, type ClusterPart, type Gap, type Timestamp } from '../../model/facts.ts';
import { checkCluster } from './check.ts';
import { openClient, type Client } from './client.ts';
import { lookAtCluster, type Listing } from './look-at-cluster.ts';
import { permissions } from './rbac.ts';
import { placesOf, type KubernetesSettings } from './settings.ts';
import { digest, LISTED_TABLES, writeListed, type ListedTable } from './spool.ts';

/** What runs in a Kubernetes cluster, and what it asked for: as it is when the run began. */
export const kubernetes: Collector<KubernetesSettings> = {
  permissions,

  async *collect(settings, window, context) {
    const { source, io, began } = context;
    const today = dayOf(began);
    if (!clusterDays(window, began, 1).includes(today)) {
      io.output.note(`${source}: a cluster is read as it is now, which is not in the months asked for`);
      return;
    }
    const client = await openClient(settings, io);
    const sql = await io.openSql({ scratch: context.scratch });
    try {
      const counter = { count: 0 };
      const what = { what: 'objects', count: () => counter.count };
      const end = io.progress.start({ label: () => `${source} ${settings.cluster}`, counter: () => what });
      const listing = await lookAtCluster(client, sql, { source, began, namespaces: placesOf(settings) }, counter).finally(end);
      for (const [at, table] of LISTED_TABLES.entries()) {
        const facts = factsOf(listing, table, client, context);
        yield {
          table,
          source,
          cluster: settings.cluster,
          day: today,
          slice: WHOLE_DAY,
          // Gaps too: what one may see now, one could perhaps not see before. The clock's error is no content.
          identity: JSON.stringify([await digest(sql, table), facts.capabilities, facts.gaps.filter(({ code }) => code !== 'clock-skew')]),
          progress: () => sql.progress(),
          counter: what,
          position: { at: at + 1, of: LISTED_TABLES.length },
          write: async (file) => ({ ...facts, rows: await writeListed(sql, table, file) }),
        } satisfies ClusterPart;
      }
    } finally {
      sql.close();
      await client.close();
    }
  },

  async *check(settings, context) {
    yield* checkCluster(settings, context.io);
  },
};

function factsOf({ gaps, read, objects, orphans }: Listing, table: ListedTable, client: Client, { source, began }: Context): ClusterFacts {
  const all: Gap[] = [...gaps.of(table)];
  const [example] = orphans.toSorted();
  if (table === 'pods' && example !== undefined) all.push({ code: 'unknown-owner', source, pods: orphans.length, example });
  if (table === 'pods') all.push(...skewGaps(source, client.skew()));
  const end = new Date(began.getTime() + 1000);
  return {
    rows: 0,
    // Whoever reads pods of several sources takes the owners that this one names.
    capabilities: [...(read.get(table) ?? []), ...(table === 'pods' ? [KNOWS_OWNERS] : [])].toSorted(),
    gaps: all,
    observed: { start: began.toISOString() as Timestamp, end: end.toISOString() as Timestamp },
    resolution: null,
    samples: table === 'pods' ? objects : 0,
  };
}
