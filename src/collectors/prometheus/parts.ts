import { createHash } from 'node:crypto';
import { skewGaps } from '../clock-skew.ts';
import type { Sql } from '../../io/sql.ts';
import { writeTableFile } from '../../io/table-file.ts';
import { CLUSTER_TABLES } from '../../model/cluster/tables.ts';
import { dayPeriod } from '../../model/day.ts';
import { WHOLE_DAY, type ClusterFacts, type ClusterPart, type Gap, type Seconds } from '../../model/facts.ts';
import type { Context } from '../types.ts';
import type { Days, Plan } from './days.ts';
import { joined, periodOf } from './halving.ts';
import type { Session } from './session.ts';
import type { PrometheusSettings } from './settings.ts';
import type { StateTable } from './states/index.ts';
import type { Folded } from './usage/folded.ts';
import { UNKNOWN_WITHOUT, USAGE_METRICS, type UsageMetric } from './usage/metrics.ts';
import { UsageTable } from './usage/table.ts';

const STATE_TABLES = ['pods', 'events', 'replicas', 'nodes', 'workloads'] as const satisfies readonly StateTable[];
const PARTS_A_DAY = STATE_TABLES.length + 1;

/** What makes these parts is counted here: another number reads everything anew. */
const FORM = 2;

const CAPABILITY = { 'remote-read': 'remote-read', samples: 'raw-samples', aggregate: 'aggregated' } as const;
const DAY = 86_400_000;

export interface Source {
  readonly session: Session;
  readonly settings: PrometheusSettings;
  readonly context: Context;
  readonly plan: Plan;
  readonly days: Days;
  readonly sql: Sql;
}

/** The parts of a day, counted from 0. */
export function* partsOf(from: Source, at: number): Iterable<ClusterPart> {
  const { settings, context, plan, days, session } = from;
  const day = plan.days[at];
  if (day === undefined) return;
  const part = (table: ClusterPart['table'], position: number) => ({
    table,
    source: context.source,
    cluster: settings.cluster,
    day,
    slice: WHOLE_DAY,
    identity: identityOf(from, Date.parse(day)),
    position: { at: at * PARTS_A_DAY + position + 1, of: plan.days.length * PARTS_A_DAY },
  });
  let slices = 0;
  yield {
    ...part('usage', 0),
    progress: () => slices / days.slices(at),
    counter: { what: 'samples', count: () => days.samples(at) },
    write: explained(session, (file) => writeUsage(from, at, file, () => (slices += 1))),
  };
  for (const [index, table] of STATE_TABLES.entries()) {
    yield { ...part(table, index + 1), progress: () => undefined, write: explained(session, (file) => writeStates(from, at, table, file)) };
  }
}

/** What fails on its way to the server is told as the user can mend it. */
function explained({ client }: Session, write: ClusterPart['write']): ClusterPart['write'] {
  return async (file) => {
    try {
      return await write(file);
    } catch (error) {
      throw client.explain(error);
    }
  };
}

/** A day that goes on is another one with each run. */
function identityOf({ session, settings, plan }: Source, start: number): string {
  const { match = {}, namespaces = [] } = settings;
  const all = [
    FORM,
    session.way,
    session.client.place,
    Object.entries(match).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    namespaces.toSorted(),
    start + DAY > plan.until ? plan.until : null,
  ];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

async function writeUsage({ session, context, plan, days, sql }: Source, at: number, file: string, onSlice: () => void): Promise<ClusterFacts> {
  const table = await UsageTable.create(sql);
  const all: Omit<Folded, 'usage'>[] = [];
  const gaps: Gap[] = [];
  for await (const slice of days.usage(at)) {
    for (const { usage, ...about } of slice.results) {
      await table.add(usage);
      all.push(about);
    }
    gaps.push(...slice.gaps);
    onSlice();
  }
  const rows = await table.write(file);
  const found = new Set(all.flatMap((one) => [...one.found]));
  const isAggregated = session.way === 'aggregate';
  return {
    rows,
    capabilities: [CAPABILITY[session.way], ...(found.has('periods') && found.has('throttled') ? ['throttling'] : []), ...(table.hasUids ? ['pod-uids'] : [])],
    gaps: [
      ...joined(gaps),
      ...(gaps.length > 0 ? [] : missing(context.source, found)),
      ...unreadable(context.source, all),
      ...skew(session, context, at === plan.days.length - 1),
    ],
    observed: observedOf(all),
    resolution: isAggregated ? (plan.interval as Seconds) : resolutionOf(all),
    samples: all.reduce((sum, { samples }) => sum + samples, 0),
  };
}

async function writeStates({ context, plan, days, sql }: Source, at: number, table: StateTable, file: string): Promise<ClusterFacts> {
  const day = plan.days[at];
  if (day === undefined) throw new RangeError(`no day ${at}`);
  const states = await days.states(at);
  const { rows, gaps, ...facts } = states.tables(dayPeriod(day), context.source)[table];
  return { ...facts, gaps: [...joined(states.gaps), ...gaps], rows: await writeTableFile(sql, CLUSTER_TABLES[table], rows, file) };
}

/** Without a limit there is no throttling to be counted: that its metrics are missing says nothing. */
function missing(source: Context['source'], found: ReadonlySet<UsageMetric>): Gap[] {
  return (['cpu', 'memory'] as const)
    .filter((metric) => !found.has(metric))
    .map((metric) => ({ code: 'missing-metric', source, metric: USAGE_METRICS[metric], unknown: UNKNOWN_WITHOUT[metric] }));
}

function unreadable(source: Context['source'], all: readonly Omit<Folded, 'usage'>[]): Gap[] {
  const count = all.reduce((sum, one) => sum + one.unreadable, 0);
  if (count === 0) return [];
  return [{ code: 'unreadable-value', source, object: 'the metrics of containers', field: count === 1 ? 'a sample' : `${count} samples`, value: 'NaN or Inf' }];
}

function skew({ server }: Session, { source }: Context, isLast: boolean): Gap[] {
  return isLast ? skewGaps(source, server.skew) : [];
}

function observedOf(all: readonly Omit<Folded, 'usage'>[]): ClusterFacts['observed'] {
  const first = Math.min(...all.map((one) => one.first));
  const last = Math.max(...all.map((one) => one.last));
  return last >= first ? periodOf(first, last + 1) : null;
}

/** The median of the times between samples. */
function resolutionOf(all: readonly Omit<Folded, 'usage'>[]): Seconds | null {
  const counts: number[] = [];
  for (const { intervals } of all) for (let at = 0; at < intervals.length; at += 1) counts[at] = (counts[at] ?? 0) + (intervals[at] ?? 0);
  const half = counts.reduce((sum, count) => sum + count, 0) / 2;
  let sum = 0;
  const median = counts.findIndex((count) => (sum += count) >= half && half > 0);
  return median === -1 ? null : (median as Seconds);
}
