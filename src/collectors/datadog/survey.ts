import { UserError } from '../../io/errors.ts';
import type { Output } from '../../io/io.ts';
import type { Day, SourceId } from '../../model/facts.ts';
import type { Datadog } from './client.ts';
import { DatadogError } from './explain.ts';
import { isEmpty, planCalls, sliceNamespaces, type Active } from './plan.ts';
import { sizeText, type Slice } from './queries.ts';
import { readSeries } from './series.ts';
import { timestamp, type Span } from './span.ts';

export interface ClusterOptions {
  readonly source: SourceId;
  readonly cluster: string;
  readonly began: Date;
  readonly days: readonly Day[];
  readonly resolution: 60 | 300;
  readonly budget: number;
  readonly output: Pick<Output, 'warn' | 'note'>;
}

/** What is known of a cluster before it is read. */
export interface Survey {
  readonly active: Active;
  readonly slices: readonly (Slice | undefined)[];
  readonly namespaces: readonly string[];
}

/**
 * Looks, in two calls, at what there is to read, and says how many calls that will take.
 * @throws UserError where there is nothing, or the budget is less: before any call, if it is less than the least that the days take
 */
export async function surveyCluster(client: Datadog, options: ClusterOptions, days: readonly Day[], spanOf: (day: Day) => Span): Promise<Survey> {
  const { budget, cluster, resolution, source, output } = options;
  const demand = (calls: number): void => {
    const all = client.calls() + calls;
    if (all <= budget) return;
    throw new UserError(
      `${source}: ${days.length} days take about ${calls} calls to Datadog, the budget is ${budget}`,
      `set \`budget: ${Math.ceil((all * 1.1) / 10) * 10}\` in this source, or a smaller \`history\``,
    );
  };
  demand(planCalls(days.length, 1, undefined).calls);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return { active: undefined, slices: [undefined], namespaces: [] };
  const span = { from: spanOf(first).from, to: spanOf(last).to };
  const active = await activeMetrics(client, span.from / 1000, cluster);
  if (isEmpty(active)) {
    throw new UserError(
      `${client.host} has no metrics with the tag kube_cluster_name:${cluster.toLowerCase()} since ${timestamp(span.from).slice(0, 10)}`,
      'tonnage doctor says which clusters it knows; the Agents have the name from DD_CLUSTER_NAME',
    );
  }
  const sizes = await namespaceSizes(client, span, cluster);
  const slices = sliceNamespaces(sizes, resolution);
  const { calls } = planCalls(days.length, slices.length, active);
  demand(calls);
  const limit = client.limit();
  const remaining = limit === undefined ? '' : `; Datadog allows ${limit.limit} in ${limit.period} s, ${limit.remaining} are left`;
  const groups = slices.length > 1 ? `, in ${slices.length} groups of namespaces` : '';
  output.warn(`${source}: about ${calls} calls for ${days.length} ${days.length === 1 ? 'day' : 'days'} of ${cluster}${groups} (budget ${budget})${remaining}`);
  return { active, slices, namespaces: [...sizes.keys()] };
}

/** Undefined where the key may not list them. @param from seconds since 1970 */
export async function activeMetrics(client: Datadog, from: number, cluster: string): Promise<Active> {
  try {
    return await client.activeMetrics(from, `kube_cluster_name:${cluster.toLowerCase()}`);
  } catch (error) {
    if (error instanceof DatadogError && error.status === 403) return undefined;
    throw error;
  }
}

async function namespaceSizes(client: Datadog, { from, to }: Span, cluster: string): Promise<ReadonlyMap<string, number>> {
  const { series } = readSeries(await client.query(from / 1000, to / 1000, sizeText(cluster)), 86_400);
  return new Map(
    series.flatMap(({ tags, values }) => (tags['kube_namespace'] === undefined ? [] : [[tags['kube_namespace'], Math.max(0, ...values)] as const])),
  );
}
