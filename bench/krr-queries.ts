import { request } from 'undici';

/** What a workload of the benchmark's Prometheus is called (see prometheus-blocks/main.go). */
interface Workload {
  readonly namespace: string;
  readonly app: string;
  readonly replicaSet: string;
  readonly pod: string;
}

const WORKERS = 10;

/**
 * The requests that robusta-dev/krr 1.x (`krr simple`, defaults: 14 days in steps of 75 s) sends to Prometheus for each container, one after another for a
 * workload, ten workloads at a time. Without its own work on the answers: what remains is the least that its way can cost.
 * @returns how many were sent
 */
export async function sendKrrQueries(url: string, containers: number, time: number): Promise<number> {
  const waiting = Array.from({ length: containers }, (_, at) => workload(at));
  let sent = 0;
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const query of queriesOf(next)) {
        await send(url, query, time);
        sent += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return sent;
}

function workload(at: number): Workload {
  const app = `app-${String(at).padStart(4, '0')}`;
  const replicaSet = `${app}-7d4b9c6f58`;
  return { namespace: `team-${String(Math.floor(at / 50)).padStart(2, '0')}`, app, replicaSet, pod: `${replicaSet}-${(100_000 + at).toString(36)}` };
}

function queriesOf({ namespace, app, replicaSet, pod }: Workload): readonly string[] {
  const container = `namespace="${namespace}", pod=~"${pod}", container="app"`;
  const by = 'by (container, pod, job)';
  return [
    `kube_replicaset_owner{owner_name="${app}", owner_kind="Deployment", namespace="${namespace}"}[14d]`,
    `last_over_time(kube_pod_owner{owner_name=~"${replicaSet}", owner_kind="ReplicaSet", namespace="${namespace}"}[14d])`,
    `kube_pod_status_phase{phase="Running", pod=~"${pod}", namespace="${namespace}"} == 1`,
    `quantile_over_time(0.95, max(rate(container_cpu_usage_seconds_total{${container}}[75s])) ${by}[14d:75s])`,
    `count_over_time(max(container_cpu_usage_seconds_total{${container}}) ${by}[14d:75s])`,
    `max_over_time(max(container_memory_working_set_bytes{${container}}) ${by}[14d:75s])`,
    `count_over_time(max(container_memory_working_set_bytes{${container}}) ${by}[14d:75s])`,
  ];
}

async function send(url: string, query: string, time: number): Promise<void> {
  const { statusCode, body } = await request(`${url}/api/v1/query?${new URLSearchParams({ query, time: String(time) })}`);
  const { status, data } = (await body.json()) as { readonly status: string; readonly data?: { readonly result: readonly unknown[] } };
  if (statusCode !== 200 || status !== 'success' || data?.result.length === 0) throw new Error(`${statusCode}: no answer to ${query}`);
}
