import { UserError } from '../../io/errors.ts';
import type { Day } from '../../model/facts.ts';
import { clusterDays } from '../cluster-days.ts';
import type { Context, Window } from '../types.ts';
import type { Plan } from './days.ts';
import { containersByNamespace, oldestDay, scrapeInterval } from './probe.ts';
import { namespaceMatchers, type Session } from './session.ts';
import type { PrometheusSettings } from './settings.ts';
import { USAGE_METRICS } from './usage/metrics.ts';
import { CONTAINERS_AT_ONCE, groupsOf, HOUR } from './usage/slices.ts';

/** What shows that a day is known: of containers or, where the kubelet is not scraped, of pods. */
export const SIGNS = [USAGE_METRICS.cpu, USAGE_METRICS.memory, 'kube_pod_info'] as const;

/** Samples of one answer in JSON, which is held whole. */
const MOST_SAMPLES = 400_000;
const BUCKETS_A_DAY = 288;
const USUAL_INTERVAL = 60;

/** Which days are read, and in which pieces. @throws UserError where the server knows nothing of the cluster; RequestFailed */
export async function planOf(session: Session, settings: PrometheusSettings, window: Window, { began }: Pick<Context, 'began'>): Promise<Plan> {
  const { client, way } = session;
  const { namespaces, history } = settings;
  const matchers = [...session.matchers, ...namespaceMatchers(namespaces)];
  const until = began.getTime();
  const asked = clusterDays(window, began, history);
  const oldest = await oldestDay(client, { metrics: SIGNS, matchers }, asked, until);
  if (oldest === undefined) throw nothingKnown(session, asked);
  const days = asked.filter((day) => day >= oldest);
  const counts = await containers(session, Date.parse(oldest), until);
  const groups = groupsOf(counts, namespaces, way === 'aggregate' ? Math.floor(MOST_SAMPLES / BUCKETS_A_DAY) : CONTAINERS_AT_ONCE);
  const interval = way === 'remote-read' ? undefined : await scrapeInterval(client, session.matchers, until);
  const most = Math.max(1, ...groups.map((group) => sizeOf(counts, 'only' in group ? group.only : [...counts.keys()])));
  const samplesAnHour = (most * Object.keys(USAGE_METRICS).length * 3600) / (interval ?? USUAL_INTERVAL);
  const longest = way === 'samples' ? Math.max(1, Math.floor(MOST_SAMPLES / samplesAnHour)) * HOUR : 24 * HOUR;
  return { days, until, groups, longest, interval: interval ?? USUAL_INTERVAL, namespaces };
}

/** Containers of each namespace: the most of a few looks, for clusters grow and shrink. */
async function containers({ client, matchers }: Session, start: number, end: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const first = Math.min(start + 12 * HOUR, end);
  for (const time of new Set([end, Math.floor((first + end) / 2), first])) {
    for (const [namespace, count] of await containersByNamespace(client, matchers, time)) counts.set(namespace, Math.max(count, counts.get(namespace) ?? 0));
  }
  return counts;
}

const sizeOf = (counts: ReadonlyMap<string, number>, names: readonly string[]): number => names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);

function nothingKnown({ client }: Session, days: readonly Day[]): UserError {
  return new UserError(
    `${client.place}: no metrics of containers or pods from ${days.at(0)} to ${days.at(-1)}`,
    'check `match` and `namespaces`; the kubelet’s cAdvisor and kube-state-metrics must be scraped',
  );
}
