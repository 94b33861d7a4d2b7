import { createHash } from 'node:crypto';
import { skewGaps } from '../clock-skew.ts';
import { clusterDays } from '../cluster-days.ts';
import type { Collector, Context } from '../types.ts';
import { writeTableFile } from '../../io/table-file.ts';
import { CLUSTER_TABLES } from '../../model/cluster/tables.ts';
import { dayOf } from '../../model/day.ts';
import type { ClusterPart, Seconds } from '../../model/facts.ts';
import { BUCKET_SECONDS } from '../../model/usage/buckets.ts';
import { checkClock, checkResources, checkServer } from './check.ts';
import { openClient, patience, type Client, type Patience } from './client.ts';
import { Gaps } from './gaps.ts';
import { discover } from './list.ts';
import { metricsPermissions } from './rbac.ts';
import { METRICS, RESOURCES } from './resources.ts';
import { sample, type Plan, type Slice, type WaitUntil } from './sampler.ts';
import { placesOf, type MetricsServerSettings } from './settings.ts';

/** What containers use now, by metrics-server: one look, or many where there is time for them. */
export const metricsServer: Collector<MetricsServerSettings> = sampling();

/** @param how the patience with a server, and the way to wait for the next look */
export function sampling(how: { readonly patience?: Patience; readonly wait?: WaitUntil } = {}): Collector<MetricsServerSettings> {
  return {
    permissions: metricsPermissions,

    async *collect(settings, window, context) {
      const { source, io, began } = context;
      if (!clusterDays(window, began, 1).includes(dayOf(began))) {
        io.output.note(`${source}: a cluster is sampled as it is now, which is not in the months asked for`);
        return;
      }
      const client = await openClient(settings, io, how.patience ?? patience);
      const gaps = new Gaps(source);
      const counter = { count: 0 };
      const plan = planOf(settings, context, gaps, counter, how.wait);
      const start = io.now().getTime();
      const begin = (): (() => void) =>
        io.progress.start({
          label: () => `${source} ${settings.cluster}`,
          share: () => share(start, plan),
          counter: () => ({ what: 'samples', count: () => counter.count }),
        });
      let end = begin();
      try {
        for await (const slice of sample(client, plan)) {
          // The bar is that of the part while it is written.
          end();
          yield await partOf(slice, settings.cluster, context, client, gaps);
          end = begin();
        }
      } finally {
        end();
        await client.close();
      }
    },

    async *check(settings, { io }) {
      const client = await openClient(settings, io, how.patience ?? patience);
      try {
        yield await checkServer(client, io);
        yield checkClock(client.skew());
        const needed = RESOURCES.filter(({ kind }) => kind === 'Pod').map((one) => ({ ...one, isNeeded: false }));
        yield* checkResources(
          [...needed, ...METRICS.map((one) => ({ ...one, isNeeded: one.kind === 'PodMetrics' }))],
          await discover(client),
          settings.namespaces?.[0],
          client,
        );
      } finally {
        await client.close();
      }
    },
  };
}

/** Of the time, which is what it takes. */
function share(start: number, { now, end }: Plan): number | undefined {
  return end > start ? (now() - start) / (end - start) : undefined;
}

function planOf(
  settings: MetricsServerSettings,
  { source, io, began, sampling: asked }: Context,
  { doubt }: Gaps,
  counter: { count: number },
  wait: WaitUntil | undefined,
): Plan {
  const now = (): number => io.now().getTime();
  // A run that goes on where another was cut off ends when that one would have.
  const end = asked === undefined ? now() : began.getTime() + asked.during * 1000;
  const sleep: WaitUntil = (instant) => new Promise((resolve) => setTimeout(resolve, Math.max(0, instant - now())));
  const length = BUCKET_SECONDS * 1000;
  const start = asked === undefined ? Number.NEGATIVE_INFINITY : Math.floor(now() / length) * length;
  return {
    source,
    namespaces: placesOf(settings),
    start,
    every: (asked?.every ?? 1) * 1000,
    end,
    now,
    wait: wait ?? sleep,
    doubt,
    count: (samples) => void (counter.count += samples),
  };
}

async function partOf(
  { usage, gaps }: Slice,
  cluster: string,
  { source, io, sampling: asked, scratch }: Context,
  client: Client,
  values: Gaps,
): Promise<ClusterPart> {
  const rows = [...usage.rows()];
  // Where nothing new was measured between the looks, there was one.
  const isSampled = asked !== undefined && usage.isRepeated;
  return {
    table: 'usage',
    source,
    cluster,
    day: dayOf(usage.start),
    slice: `T${new Date(usage.start).toISOString().slice(11, 16)}`,
    identity: createHash('sha256')
      .update(JSON.stringify([rows, gaps]))
      .digest('hex'),
    progress: () => undefined,
    counter: { what: 'samples', count: () => usage.samples },
    async write(file) {
      const sql = await io.openSql({ scratch });
      try {
        return {
          rows: await writeTableFile(sql, CLUSTER_TABLES.usage, rows, file),
          capabilities: [isSampled ? 'sampled' : 'single-look'],
          gaps: [...gaps, ...values.of('workloads'), ...skewGaps(source, client.skew())],
          observed: usage.observed,
          resolution: isSampled ? (asked.every as Seconds) : null,
          samples: usage.samples,
        };
      } finally {
        sql.close();
      }
    },
  };
}
