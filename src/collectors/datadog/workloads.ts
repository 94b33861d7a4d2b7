import type { Row } from '../../model/cluster/tables.ts';
import { timestamp } from './span.ts';
import { ownersOf } from './pods.ts';
import { CONTAINER, POD } from './queries.ts';
import { keyOf, type Series } from './series.ts';

export interface WorkloadAnswers {
  readonly who: readonly Series[];
  readonly cpuRequest: readonly Series[];
  readonly cpuLimit: readonly Series[];
  readonly memoryRequest: readonly Series[];
  readonly memoryLimit: readonly Series[];
  readonly gpuRequest: readonly Series[];
}

interface Spec {
  readonly image: string | null;
  readonly cpuRequest: number | null;
  readonly cpuLimit: number | null;
  readonly memoryRequest: number | null;
  readonly memoryLimit: number | null;
  readonly gpuRequest: number | null;
}

interface Instance {
  readonly workload: Pick<Row<'workloads'>, 'namespace' | 'workload_kind' | 'workload' | 'container'>;
  readonly spec: Spec;
  readonly first: number;
  readonly pod: string;
}

/**
 * Rows of `workloads`: what the containers of a workload asked for. Pods of one workload that ask for different things are a rollout: the row of the
 * older ones ends where that of the newer ones begins.
 */
export function workloadRows(answers: WorkloadAnswers): Row<'workloads'>[] {
  const owners = ownersOf(answers.who);
  const values = (series: readonly Series[]): ReadonlyMap<string, number | null> =>
    new Map(series.map((one) => [keyOf(one.tags, CONTAINER), one.values.at(-1) ?? null]));
  const [cpuRequest, cpuLimit, memoryRequest, memoryLimit] = [
    values(answers.cpuRequest),
    values(answers.cpuLimit),
    values(answers.memoryRequest),
    values(answers.memoryLimit),
  ];
  const gpus = gpuRequests(answers.gpuRequest);
  const instances = answers.who.flatMap(({ tags, times }): Instance[] => {
    const owner = owners.get(keyOf(tags, POD));
    if (owner === undefined || tags['kube_container_name'] === undefined) return [];
    const key = keyOf(tags, CONTAINER);
    const spec = {
      image: imageOf(tags),
      cpuRequest: cpuRequest.get(key) ?? null,
      cpuLimit: cpuLimit.get(key) ?? null,
      memoryRequest: rounded(memoryRequest.get(key)),
      memoryLimit: rounded(memoryLimit.get(key)),
      gpuRequest: answers.gpuRequest.length === 0 ? null : Math.round(gpus.get(key) ?? 0),
    };
    const workload = { namespace: tags['kube_namespace'] ?? null, workload_kind: owner.kind, workload: owner.name, container: tags['kube_container_name'] };
    return [{ workload, spec, first: times[0] ?? 0, pod: tags['pod_name'] ?? '' }];
  });
  return [...Map.groupBy(instances, ({ workload }) => JSON.stringify(workload)).values()].flatMap(rowsOf);
}

/** By container, all kinds together. Older agents do not tell it: where they tell it of none, it is not known of any. */
function gpuRequests(series: readonly Series[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { tags, values } of series) sums.set(keyOf(tags, CONTAINER), (sums.get(keyOf(tags, CONTAINER)) ?? 0) + (values.at(-1) ?? 0));
  return sums;
}

function rowsOf(instances: readonly Instance[]): Row<'workloads'>[] {
  const specs = [...Map.groupBy(instances, ({ spec }) => JSON.stringify(spec))]
    .map(([key, of]) => ({ key, of, since: Math.min(...of.map(({ first }) => first)) }))
    .toSorted((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1));
  return specs.flatMap(({ of, since }, at) => {
    const [one] = of;
    if (one === undefined) return [];
    const next = specs[at + 1]?.since;
    return [
      {
        ...one.workload,
        container_type: null,
        injected: null,
        image: one.spec.image,
        cpu_request_cores: one.spec.cpuRequest,
        cpu_limit_cores: one.spec.cpuLimit,
        memory_request_bytes: one.spec.memoryRequest,
        memory_limit_bytes: one.spec.memoryLimit,
        gpu_request: one.spec.gpuRequest,
        since: timestamp(since),
        until: next === undefined ? null : timestamp(next),
        runtime: null,
        runtime_hint: null,
        replicas: null,
        labels: null,
        annotations: null,
        scheduling: null,
      },
    ];
  });
}

function imageOf(tags: Series['tags']): string | null {
  const [name, tag] = [tags['image_name'], tags['image_tag']];
  if (name === undefined) return null;
  return tag === undefined ? name : `${name}:${tag}`;
}

function rounded(bytes: number | null | undefined): number | null {
  return bytes === null || bytes === undefined ? null : Math.round(bytes);
}
