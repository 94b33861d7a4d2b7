import type { Row } from '../../../model/cluster/tables.ts';
import type { Owners } from './owners.ts';
import { isoSeconds, isoTime, labelsJson, lastLabels, lastNumber, numbers, sight, type Span } from './read.ts';
import type { Subject } from './store.ts';

/** A pod as the day ended, or as it was last seen. Undefined for one that was not there. */
export function podRow(pod: Subject, { ofPod }: Owners, nodeIsExported: boolean, span: Span): Row<'pods'> | undefined {
  const seen = sight(pod, span);
  if (seen === undefined || seen.end < span.start) return undefined;
  const [namespace = null, name = null] = pod.identity;
  const info = lastLabels(pod, 'info', span);
  const workload = ofPod(pod);
  return {
    namespace,
    pod: name,
    pod_uid: uidOf(pod),
    workload_kind: workload?.kind ?? null,
    workload: workload?.name ?? null,
    node: info?.['node'] ?? (nodeIsExported ? null : (info?.['doubtful_node'] ?? null)),
    phase: lastLabels(pod, 'phase', span)?.['phase'] ?? null,
    qos_class: lastLabels(pod, 'qos', span)?.['qos_class'] ?? null,
    priority_class: info?.['priority_class'] ?? null,
    created: isoSeconds(lastNumber(pod, 'created', span)),
    scheduled: isoSeconds(earliest(pod, 'scheduled', span)),
    ready: isoSeconds(earliest(pod, 'ready-time', span)),
    last_seen: isoTime(seen.end),
    // kube-state-metrics does not say pod-level resources.
    cpu_request_cores: null,
    cpu_limit_cores: null,
    memory_request_bytes: null,
    memory_limit_bytes: null,
    overhead_cpu_cores: lastNumber(pod, 'overhead-cpu', span),
    overhead_memory_bytes: lastNumber(pod, 'overhead-memory', span),
    labels: labelsJson(lastLabels(pod, 'labels', span)),
  };
}

export const uidOf = (pod: Subject): string | null => pod.identity[2] || null;

/** A pod that was not ready for a while says when it became so again: its first time is wanted. */
function earliest(pod: Subject, slot: 'scheduled' | 'ready-time', span: Span): number | null {
  const times = numbers(pod, slot, span).map(({ value }) => value);
  return times.length === 0 ? null : Math.min(...times);
}
