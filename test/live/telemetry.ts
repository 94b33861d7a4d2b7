import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { dataFile } from '../data.ts';
import type { Series } from './servers/remote-write.ts';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** The last midnight (UTC) that lies so many days behind. */
export const midnight = (daysAgo: number): number => Math.floor(Date.now() / DAY - daysAgo) * DAY;

export interface Pod {
  readonly namespace: string;
  readonly deployment: string;
  readonly pod: string;
  readonly container: string;
}

/** What kube-state-metrics says of a pod of a Deployment, at each of these times. */
export function stateSeries({ namespace, deployment, pod, container }: Pod, times: ArrayLike<number>): Series[] {
  const set = pod.slice(0, pod.lastIndexOf('-'));
  const uid = `uid-of-${pod}`;
  const of = { namespace, pod, uid, job: 'kube-state-metrics', instance: '10.0.0.9:8080' };
  const constant = (labels: Readonly<Record<string, string>>, value: number): Series => ({ labels, times, values: new Float64Array(times.length).fill(value) });
  return [
    constant({ ...of, __name__: 'kube_pod_info', node: 'node-1', created_by_kind: 'ReplicaSet', created_by_name: set }, 1),
    constant({ ...of, __name__: 'kube_pod_owner', owner_kind: 'ReplicaSet', owner_name: set, owner_is_controller: 'true' }, 1),
    constant({ ...of, __name__: 'kube_pod_created' }, Math.floor((times[0] ?? 0) / 1000) - 60),
    constant({ ...of, __name__: 'kube_pod_status_phase', phase: 'Running' }, 1),
    constant({ ...of, __name__: 'kube_pod_container_info', container, image: `${deployment}:1` }, 1),
    constant({ ...of, __name__: 'kube_pod_container_resource_requests', container, resource: 'cpu', unit: 'core' }, 0.3),
    constant({ ...of, __name__: 'kube_pod_container_resource_requests', container, resource: 'memory', unit: 'byte' }, 256 * 1024 * 1024),
    constant({ ...of, __name__: 'kube_pod_container_status_restarts_total', container }, 0),
    constant(
      {
        __name__: 'kube_replicaset_owner',
        namespace,
        replicaset: set,
        owner_kind: 'Deployment',
        owner_name: deployment,
        owner_is_controller: 'true',
        job: of.job,
      },
      1,
    ),
  ];
}

/** What cAdvisor says of a container: CPU counter in seconds, working set in bytes. */
export function usageSeries(
  { namespace, pod, container }: Pod,
  times: ArrayLike<number>,
  cpu: ArrayLike<number>,
  memory: ArrayLike<number>,
  instance = '10.0.0.1:10250',
): Series[] {
  const of = { namespace, pod, container, job: 'kubelet', instance, id: `/kubepods/${pod}/${container}`, image: `${container}:1`, name: `k8s_${container}` };
  return [
    { labels: { ...of, __name__: 'container_cpu_usage_seconds_total' }, times, values: cpu },
    { labels: { ...of, __name__: 'container_memory_working_set_bytes' }, times, values: memory },
  ];
}

/** Containers of one size or another over some days, scraped every minute. Each restarts now and then: its counter begins again. */
export function fleet(containers: number, start: number, days: number): { readonly pods: readonly Pod[]; readonly series: readonly Series[] } {
  const count = days * 24 * 60;
  const pods = Array.from({ length: containers }, (_, at): Pod => {
    const deployment = `service-${Math.floor(at / 5)}`;
    return { namespace: `team-${at % 4}`, deployment, pod: `${deployment}-5c8-p${at}`, container: 'main' };
  });
  const series = pods.flatMap((pod, at) => {
    // Scrapes do not fall on whole minutes, and not for all targets at once.
    const times = Float64Array.from({ length: count }, (_, minute) => start + minute * MINUTE + ((at * 7919) % MINUTE));
    const restarts = 500 + (at % 7) * 311;
    const cpu = new Float64Array(count);
    const memory = new Float64Array(count);
    for (let minute = 0; minute < count; minute += 1) {
      const load = 0.2 + 0.15 * Math.sin((minute / 1440) * 2 * Math.PI + at) + 0.05 * Math.sin(minute * (at + 1));
      const begins = minute % restarts === 0;
      cpu[minute] = begins ? (load * at) / 10 : (cpu[minute - 1] ?? 0) + load * 60;
      memory[minute] = Math.round((120 + 80 * load + ((minute * (at + 3)) % 17)) * 2 ** 20);
    }
    return [
      ...usageSeries(pod, times, cpu, memory),
      ...stateSeries(
        pod,
        times.filter((_, minute) => minute % 3 === 0),
      ),
    ];
  });
  return { pods, series };
}

/**
 * A container that uses half a core all day, and that is told of more often than it is there: by two jobs, by sums over its pod, by its pause
 * container, and, after it restarted at noon, for four more minutes by the cgroup that it has left.
 */
export function copies(start: number): readonly Series[] {
  const pod: Pod = { namespace: 'copies', deployment: 'copied', pod: 'copied-5c8-a', container: 'main' };
  const noon = start + DAY / 2;
  const scrapes = (from: number, to: number): Float64Array => Float64Array.from({ length: Math.ceil((to - from) / MINUTE) }, (_, at) => from + at * MINUTE);
  const series = (labels: Readonly<Record<string, string>>, from: number, to: number, begin: number, end = Infinity, cores = 0.5): Series[] => {
    const times = scrapes(from, to);
    const memory = new Float64Array(times.length).fill(2 ** 28);
    const counted = times.map((time) => (cores * (Math.min(time, end) - begin)) / 1000);
    return usageSeries(pod, times, counted, memory).map((one) => ({ ...one, labels: { ...one.labels, ...labels } }));
  };
  const [early, late] = [
    { id: '/kubepods/a', name: 'a' },
    { id: '/kubepods/b', name: 'b' },
  ];
  const kubelet = { job: 'kubelet', instance: '10.0.0.1:10250' };
  const other = { job: 'cadvisor', instance: '10.0.0.1:4194' };
  const second = 20_000;
  return [
    ...series({ ...kubelet, ...early }, start, noon + 4 * MINUTE, start, noon),
    ...series({ ...kubelet, ...late }, noon, start + DAY, noon),
    ...series({ ...other, ...early }, start + second, noon + 4 * MINUTE, start, noon),
    ...series({ ...other, ...late }, noon + second, start + DAY, noon),
    ...series({ ...kubelet, container: '', id: '/kubepods', image: '', name: '' }, start, start + DAY, start),
    ...series({ ...kubelet, container: 'POD', id: '/kubepods/pause', name: 'POD' }, start, start + DAY, start, Infinity, 0.01),
    ...stateSeries(pod, scrapes(start, start + DAY)),
  ];
}

export interface Traced extends Pod {
  /** Milliseconds, ascending. */
  readonly times: Float64Array;
  /** Used since the sample before it, in cores. */
  readonly cores: Float64Array;
  readonly bytes: Float64Array;
  /** Indices at which a day's measurements begin. */
  readonly begins: readonly number[];
}

/** Pods of Online Boutique as they were measured on two days in August 2022 (IntelligentDDS/Nezha, MIT), moved to the two days after `start`. */
export function nezha(start: number): Traced[] {
  const files = untar(gunzipSync(readFileSync(dataFile('traces/nezha-online-boutique-2022.tar.gz'))));
  const pods = new Map<string, { times: number[]; cores: number[]; bytes: number[]; begins: number[] }>();
  for (const { name, content } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const [, day = '', pod = ''] = /^2022-08-(\d\d)\/metric\/(.+)_metric\.csv$/.exec(name) ?? [];
    if (pod === '') continue;
    const traced = pods.get(pod) ?? { times: [], cores: [], bytes: [], begins: [] };
    pods.set(pod, traced);
    traced.begins.push(traced.times.length);
    for (const row of parse<Readonly<Record<string, string>>>(content, { columns: true })) {
      // `2022-08-22 03:51:19.607158889 +0000 UTC m=+0.113112869`; the column TimeStamp is of another year.
      const time = Date.parse(`${row['Time']?.slice(0, 23).replace(' ', 'T')}Z`) - Date.parse('2022-08-22T00:00:00Z') + start;
      traced.times.push(time);
      traced.cores.push(Number(row['CpuUsage(m)']) / 1000);
      traced.bytes.push(Math.round(Number(row['MemoryUsage(Mi)']) * 2 ** 20));
    }
    if (day === '') throw new Error(`${name} has no day`);
  }
  return [...pods].map(([pod, { times, cores, bytes, begins }]) => {
    const deployment = pod.split('-').slice(0, -2).join('-');
    const columns = { times: Float64Array.from(times), cores: Float64Array.from(cores), bytes: Float64Array.from(bytes) };
    return { namespace: 'boutique', deployment, pod, container: 'server', ...columns, begins };
  });
}

/** As cAdvisor would have counted it: whole nanoseconds, and from zero where a day's measurements begin. */
export function counterOf({ times, cores, begins }: Traced): Float64Array {
  const counter = new Float64Array(times.length);
  for (let at = 0; at < times.length; at += 1) {
    const used = (cores[at] ?? 0) * (((times[at] ?? 0) - (times[at - 1] ?? 0)) / 1000);
    counter[at] = begins.includes(at) ? 0 : Math.round(((counter[at - 1] ?? 0) + used) * 1e9) / 1e9;
  }
  return counter;
}

/** The files of a tar archive (POSIX ustar), which has short names only. */
function untar(archive: Buffer): { readonly name: string; readonly content: Buffer }[] {
  const files: { name: string; content: Buffer }[] = [];
  const textAt = (at: number, length: number): string => archive.toString('latin1', at, at + length).split('\0', 1)[0] ?? '';
  for (let at = 0; at + 512 <= archive.length;) {
    const size = Number.parseInt(textAt(at + 124, 12).trim() || '0', 8);
    const name = textAt(at, 100);
    if (name !== '' && ['0', ''].includes(textAt(at + 156, 1))) files.push({ name, content: archive.subarray(at + 512, at + 512 + size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
