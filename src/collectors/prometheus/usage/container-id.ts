import type { Labels } from '../series.ts';

/** A container of a pod. `uid` is null where the source does not know it. */
export interface ContainerId {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string | null;
  readonly container: string;
}

/** In the path of a cgroup: `pod<uid>`, with `_` for `-` where systemd manages it. A static pod's uid is a hash without either. */
const POD_UID = /pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?![0-9a-f])/;

/** Undefined for a series that is no container's. */
export function containerOf(labels: Labels): ContainerId | undefined {
  const { namespace, pod, container, id } = labels;
  if (namespace === undefined || pod === undefined || container === undefined || container === '' || container === 'POD') return undefined;
  const uid = id === undefined ? undefined : POD_UID.exec(id)?.[1];
  return { namespace, pod, container, uid: uid?.replaceAll('_', '-') ?? null };
}

/** Labels that say which container it is, or which of its cgroups. All others say who looked: series that differ in those are copies of one truth. */
const OWN: ReadonlySet<string> = new Set(['__name__', 'namespace', 'pod', 'container', 'id', 'name', 'image', 'cpu']);

/** Who looked at the container. */
export function observerOf(labels: Labels): string {
  let observer = '';
  for (const name in labels) if (!OWN.has(name)) observer += `${name}\u0000${labels[name]}\u0000`;
  return observer;
}
