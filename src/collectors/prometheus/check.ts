import { addDays, dayOf, dayRange } from '../../model/day.ts';
import type { Check, Collector } from '../types.ts';
import { query } from './api.ts';
import { isSkewed } from '../clock-skew.ts';
import { SIGNS } from './plan.ts';
import { oldestDay, presentMetrics, scrapeInterval, vectorOf } from './probe.ts';
import { selector } from './selection.ts';
import { namespaceMatchers, openSession, type Session } from './session.ts';
import type { PrometheusSettings } from './settings.ts';
import { STATE_METRICS } from './states/index.ts';
import { LONGEST_INTERVAL } from './usage/fold.ts';
import { CONTAINERS, UNKNOWN_WITHOUT, USAGE_METRICS } from './usage/metrics.ts';

/** What `doctor` says of a server. */
export const check: Collector<PrometheusSettings>['check'] = async function* (settings, context) {
  const session = await openSession(settings, context);
  try {
    yield serverCheck(session);
    yield wayCheck(session);
    yield clockCheck(session);
    yield* dataChecks(session, settings, context.io.now().getTime());
  } catch (error) {
    throw session.client.explain(error);
  } finally {
    await session.client.close();
  }
};

function serverCheck({ client, server }: Session): Check {
  return { name: 'reachable', state: 'ok', detail: `${server.flavour}${server.version === undefined ? '' : ` ${server.version}`} at ${client.place}` };
}

function wayCheck({ way }: Session): Check {
  const name = 'reading';
  if (way === 'remote-read') return { name, state: 'ok', detail: 'remote_read, streamed: every sample' };
  if (way === 'samples') return { name, state: 'ok', detail: 'raw samples by queries: every sample, slower than remote_read, which the server does not offer' };
  return {
    name,
    state: 'warning',
    detail: '5-minute aggregates by queries: pods have no uid',
    hint: 'let `remote_read` or range selectors through, if they can be',
  };
}

function clockCheck({ server: { skew } }: Session): Check {
  const name = 'clock';
  if (skew === undefined) return { name, state: 'ok', detail: 'the server does not tell its time' };
  if (!isSkewed(skew)) return { name, state: 'ok', detail: 'agrees with this machine’s' };
  const detail = `the server’s is ${Math.abs(skew)} seconds ${skew > 0 ? 'ahead of' : 'behind'} this machine’s`;
  return { name, state: 'warning', detail, hint: 'set both by NTP: the newest hours may be missing otherwise' };
}

const ENOUGH_DAYS = 14;
const DAY = 86_400_000;

async function* dataChecks(session: Session, settings: PrometheusSettings, now: number): AsyncIterable<Check> {
  const { client } = session;
  const matchers = [...session.matchers, ...namespaceMatchers(settings.namespaces)];
  const today = dayOf(now);
  const oldest = await oldestDay(client, { metrics: SIGNS, matchers }, dayRange(addDays(today, 1 - settings.history), today), now);
  if (oldest === undefined) {
    const hint = 'check `match` and `namespaces`; the kubelet’s cAdvisor and kube-state-metrics must be scraped';
    yield { name: 'history', state: 'failed', detail: `no metrics of containers or pods in ${settings.history} days`, hint };
    return;
  }
  const days = dayRange(oldest, today).length;
  const history = { name: 'history', detail: `${days} ${days === 1 ? 'day' : 'days'}, from ${oldest} on` };
  if (days >= Math.min(ENOUGH_DAYS, settings.history)) yield { ...history, state: 'ok' };
  else yield { ...history, state: 'warning', hint: `${ENOUGH_DAYS} days show a week twice; a longer --storage.tsdb.retention.time keeps more` };
  yield intervalCheck(await scrapeInterval(client, session.matchers, now));
  const names = [...Object.values(USAGE_METRICS), ...STATE_METRICS.map(({ name }) => name)];
  yield* metricChecks(await presentMetrics(client, { metrics: names, matchers }, now - DAY, now));
  yield await duplicateCheck(session, now);
}

function intervalCheck(interval: number | undefined): Check {
  const name = 'scrape interval';
  if (interval === undefined)
    return { name, state: 'warning', detail: 'no container was scraped in the last hour', hint: 'is the kubelet’s /metrics/cadvisor scraped?' };
  const detail = `${interval} seconds`;
  if (interval * 1000 > LONGEST_INTERVAL)
    return { name, state: 'failed', detail: `${detail}: too long to see CPU use in 5 minutes`, hint: 'scrape the kubelet each minute or more often' };
  if (interval > 60) return { name, state: 'warning', detail: `${detail}: shorter peaks are not seen`, hint: 'scrape the kubelet each minute or more often' };
  return { name, state: 'ok', detail };
}

function* metricChecks(present: ReadonlySet<string>): Iterable<Check> {
  let missing = 0;
  for (const metric of ['cpu', 'memory', 'throttled'] as const) {
    if (present.has(USAGE_METRICS[metric])) continue;
    missing += 1;
    const detail = `no ${USAGE_METRICS[metric]}: ${UNKNOWN_WITHOUT[metric]} is not known`;
    if (metric === 'throttled') yield { name: 'metrics', state: 'ok', detail: `${detail} (or no container has a CPU limit)` };
    else yield { name: 'metrics', state: 'failed', detail, hint: 'scrape the kubelet’s /metrics/cadvisor, and keep this metric' };
  }
  const expected = STATE_METRICS.filter(({ expected: when, name }) => when === 'pods' && !present.has(name));
  const hasAny = STATE_METRICS.some(({ name }) => present.has(name));
  if (!hasAny) {
    const detail = 'nothing of kube-state-metrics: neither owners of pods, nor requests and limits, nor restarts are known';
    yield { name: 'metrics', state: 'warning', detail, hint: 'install kube-state-metrics and scrape it, or add the cluster as a source of `kind: kubernetes`' };
    return;
  }
  for (const { name, unknown } of expected) {
    missing += 1;
    yield {
      name: 'metrics',
      state: 'warning',
      detail: `no ${name}: ${unknown} is not known`,
      hint: 'it may be dropped by kube-state-metrics’ allow list or by relabelling',
    };
  }
  if (missing === 0) yield { name: 'metrics', state: 'ok', detail: 'all that are needed of cAdvisor and kube-state-metrics' };
}

async function duplicateCheck({ client, matchers }: Session, now: number): Promise<Check> {
  const series = selector({ metrics: [USAGE_METRICS.memory], matchers: [...CONTAINERS, ...matchers] });
  const [several] = vectorOf(await query(client, `count(count by (namespace, pod, container) (${series}) > 1)`, now));
  const name = 'duplicates';
  if (several === undefined) return { name, state: 'ok', detail: 'each container is scraped once' };
  return { name, state: 'ok', detail: `${several.value} containers have several series: each container is counted once` };
}
