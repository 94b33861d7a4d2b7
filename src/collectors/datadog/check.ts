import { monthOf } from '../../model/month.ts';
import { isSkewed } from '../clock-skew.ts';
import type { Check, Context } from '../types.ts';
import { keysOf, type Datadog } from './client.ts';
import { DatadogError } from './explain.ts';
import { isMissing, metricOf, missingName, planCalls, type Active } from './plan.ts';
import { ALL_QUESTIONS, CONTAINER, queryText, USAGE, WINDOW_DAYS } from './queries.ts';
import { readSeries, type Series } from './series.ts';
import type { DatadogSettings } from './settings.ts';
import { activeMetrics } from './survey.ts';

const HOUR = 3600;

/** What `doctor` says: a handful of calls. @throws UserError where Datadog cannot be reached */
export async function* checkDatadog(settings: DatadogSettings, client: Datadog, { io, began }: Context): AsyncGenerator<Check> {
  keysOf(io.env);
  if (!(await client.validate())) {
    const hint = 'check DD_API_KEY, and that it belongs to this site (`site`, or DD_SITE)';
    yield { name: 'API key', state: 'failed', detail: `${client.host} does not know it`, hint };
    return;
  }
  yield { name: 'API key', state: 'ok', detail: `known to ${client.host}` };
  if (settings.cluster !== undefined) yield* checkCluster({ ...settings, cluster: settings.cluster }, client, began);
  if (settings.bill) yield await checkBill(client, began);
  yield clockCheck(client);
  yield limitCheck(client);
}

type WithCluster = DatadogSettings & { readonly cluster: string };

async function* checkCluster(settings: WithCluster, client: Datadog, began: Date): AsyncGenerator<Check> {
  const to = Math.floor(began.getTime() / 1000 / 300) * 300;
  const { cluster, resolution } = settings;
  const active = await activeMetrics(client, to - 24 * HOUR, cluster);
  if (active === undefined) {
    const hint = 'give the application key the scope metrics_read: then no metric is asked for that is not there';
    yield { name: 'metrics_read', state: 'warning', detail: 'not allowed', hint };
  } else if (active.size === 0) {
    yield await noMetrics(client, to, cluster);
    return;
  } else {
    yield* missing(active, settings.cluster);
  }
  const metric = metricOf(USAGE.cpuMean, active) ?? USAGE.cpuMean.metrics[0];
  const asked = { ...USAGE.cpuMean, step: resolution };
  let answer: ReturnType<typeof readSeries>;
  try {
    answer = readSeries(await client.query(to - HOUR, to, queryText(asked, metric, cluster, undefined)), resolution);
  } catch (error) {
    if (!(error instanceof DatadogError) || error.status !== 403) throw error;
    yield { name: 'timeseries_query', state: 'failed', detail: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
    return;
  }
  yield { name: 'timeseries_query', state: 'ok', detail: 'allowed' };
  yield resolutionCheck(answer.interval, resolution, answer.series.length);
  yield cardinalityCheck(answer.series, metric);
  yield await historyCheck(settings, client, to, metric);
  yield budgetCheck(settings, active);
}

/** Nothing has this tag: what has another? */
async function noMetrics(client: Datadog, to: number, cluster: string): Promise<Check> {
  const { series } = readSeries(await client.query(to - HOUR, to, 'avg:kubernetes.pods.running{*} by {kube_cluster_name}'), 20);
  const names = series.flatMap(({ tags }) => tags['kube_cluster_name'] ?? []).toSorted();
  const hint =
    names.length === 0
      ? 'set DD_CLUSTER_NAME in the Agents of the cluster: no metric has the tag kube_cluster_name'
      : `clusters that Datadog knows: ${names.slice(0, 10).join(', ')}`;
  return { name: 'metrics', state: 'failed', detail: `none with the tag kube_cluster_name:${cluster.toLowerCase()}`, hint };
}

function* missing(active: NonNullable<Active>, cluster: string): Generator<Check> {
  const absent = Map.groupBy(
    ALL_QUESTIONS.filter((question) => isMissing(question, active)),
    (question) => missingName(question, active),
  );
  if (absent.size === 0) {
    yield { name: 'metrics', state: 'ok', detail: `all that are read are there for ${cluster}` };
    return;
  }
  for (const [metric, questions] of absent) {
    const isNeeded = questions.some(({ metrics: [first] }) => first === USAGE.cpuMean.metrics[0] || first === USAGE.memory.metrics[0]);
    const hint = metric.startsWith('kubernetes_state.')
      ? 'switch on the check kubernetes_state_core in the Cluster Agent, if the cluster has any of it'
      : 'the Agent’s kubelet check sends it: see `agent status` on a node';
    const unknown = [...new Set(questions.map((question) => question.unknown))].join('; ');
    yield { name: 'metrics', state: isNeeded ? 'failed' : 'warning', detail: `no ${metric}: not known is ${unknown}`, hint };
  }
}

function resolutionCheck(interval: number, resolution: number, series: number): Check {
  if (series === 0) {
    const hint = 'if the cluster has pods, look whether its Agents send metrics';
    return { name: 'resolution', state: 'warning', detail: 'no container used any CPU in the last hour', hint };
  }
  if (interval <= resolution) return { name: 'resolution', state: 'ok', detail: `one point in ${interval} s, as asked for` };
  return { name: 'resolution', state: 'warning', detail: `one point in ${interval} s, not in ${resolution} s`, hint: 'set `resolution: 300` in this source' };
}

function cardinalityCheck(series: readonly Series[], metric: string): Check {
  const absent = CONTAINER.filter((tag) => series.some(({ tags }) => tags[tag] === undefined));
  if (absent.length === 0) return { name: 'tags', state: 'ok', detail: `${metric} has ${CONTAINER.join(', ')}` };
  return {
    name: 'tags',
    state: absent.includes('pod_name') && series.every(({ tags }) => tags['pod_name'] === undefined) ? 'failed' : 'warning',
    detail: `series of ${metric} lack ${absent.join(', ')}: their containers cannot be told apart, and are left out`,
    hint: 'set DD_CHECKS_TAG_CARDINALITY=orchestrator in the Agents',
  };
}

async function historyCheck({ cluster, history }: WithCluster, client: Datadog, to: number, metric: string): Promise<Check> {
  const from = to - history * 24 * HOUR;
  const { series } = readSeries(
    await client.query(from, from + 24 * HOUR, queryText({ ...USAGE.cpuMean, step: HOUR, by: ['kube_cluster_name'] }, metric, cluster, undefined)),
    HOUR,
  );
  if (series.length > 0) return { name: 'history', state: 'ok', detail: `goes back ${history} days` };
  const hint = 'a shorter `history` asks for less; what was not sent is not known';
  return { name: 'history', state: 'warning', detail: `nothing of ${cluster} from ${history} days ago`, hint };
}

function clockCheck(client: Datadog): Check {
  const seconds = client.skew();
  if (seconds === undefined) return { name: 'clock', state: 'ok', detail: 'Datadog does not tell its time' };
  const detail = `this machine's differs by ${Math.abs(seconds)} s from Datadog's`;
  return !isSkewed(seconds)
    ? { name: 'clock', state: 'ok', detail }
    : { name: 'clock', state: 'warning', detail, hint: 'set it: which points there are is told by it' };
}

function budgetCheck({ history, budget }: WithCluster, active: Active): Check {
  const { calls } = planCalls(history, 1, active);
  const detail = `about ${calls} calls for ${history} days (in a large cluster a multiple; windows of ${WINDOW_DAYS} days), the budget is ${budget}`;
  if (calls <= budget) return { name: 'call budget', state: 'ok', detail };
  return { name: 'call budget', state: 'failed', detail, hint: `set \`budget: ${calls + 20}\` in this source, or a smaller \`history\`` };
}

async function checkBill(client: Datadog, began: Date): Promise<Check> {
  try {
    const { data } = await client.cost('estimated', monthOf(began.toISOString()));
    return { name: 'bill', state: 'ok', detail: `readable, of ${data.length} ${data.length === 1 ? 'organisation' : 'organisations'}` };
  } catch (error) {
    if (!(error instanceof DatadogError) || error.status !== 403) throw error;
    const hint = 'it takes usage_read and billing_read, and keys of the parent organisation; or set `bill: false`';
    return { name: 'bill', state: 'warning', detail: 'not allowed', hint };
  }
}

function limitCheck(client: Datadog): Check {
  const limit = client.limit();
  if (limit === undefined) return { name: 'rate limit', state: 'ok', detail: 'Datadog names none' };
  const detail = `${limit.remaining} of ${limit.limit} calls are left for ${limit.reset} s`;
  if (limit.remaining > limit.limit / 10) return { name: 'rate limit', state: 'ok', detail };
  return { name: 'rate limit', state: 'warning', detail, hint: 'a run waits where nothing is left; Datadog raises the limit on request' };
}
