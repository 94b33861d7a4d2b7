import { targetKey, type Look } from './look.ts';
import { instant, json, type Fact } from './rows.ts';
import type { Container, Controller, Hpa, Keeping } from './schema.ts';
import { withoutSecrets } from './secrets.ts';

type AutoscalerRow = Extract<Fact, { table: 'autoscalers' }>['row'];

export function hpaFacts({ metadata, spec, status }: Hpa, look: Look): Fact[] {
  const namespace = metadata.namespace ?? '';
  const target = spec?.scaleTargetRef;
  const key = targetKey(namespace, target?.kind ?? '', target?.name ?? '');
  // Two for one target is a mistake that Kubernetes reports and does not act on; the first by name stands for both.
  if (!look.scalings.has(key)) {
    look.scalings.set(key, {
      autoscaler: metadata.name,
      autoscaler_min: spec?.minReplicas ?? 1,
      autoscaler_max: spec?.maxReplicas ?? null,
      autoscaler_desired: status?.desiredReplicas ?? null,
    });
  }
  const row: AutoscalerRow = {
    kind: 'HorizontalPodAutoscaler',
    namespace,
    name: metadata.name,
    target_kind: target?.kind ?? null,
    target: target?.name ?? null,
    min_replicas: spec?.minReplicas ?? 1,
    max_replicas: spec?.maxReplicas ?? null,
    current_replicas: status?.currentReplicas ?? null,
    desired_replicas: status?.desiredReplicas ?? null,
    created: instant(metadata.creationTimestamp),
    spec: json(withoutSecrets(spec)),
    status: json(withoutSecrets(status)),
  };
  return [{ table: 'autoscalers', row }];
}

/** KEDA, VPA, Karpenter. */
export function scalerFacts(kind: string, { metadata, spec, status }: Keeping): Fact[] {
  const given = spec?.scaleTargetRef ?? spec?.targetRef;
  // KEDA's own default.
  const target = kind === 'ScaledObject' ? { kind: 'Deployment', ...definedOf(given) } : kind === 'ScaledJob' ? { kind, name: metadata.name } : given;
  const row: AutoscalerRow = {
    kind,
    namespace: metadata.namespace ?? null,
    name: metadata.name,
    target_kind: target?.kind ?? null,
    target: target?.name ?? null,
    min_replicas: spec?.minReplicaCount ?? null,
    max_replicas: spec?.maxReplicaCount ?? null,
    current_replicas: null,
    desired_replicas: null,
    created: instant(metadata.creationTimestamp),
    spec: json(withoutSecrets(kind === 'ScaledJob' ? { ...spec, jobTargetRef: undefined } : spec)),
    status: json(withoutSecrets(status)),
  };
  return [{ table: 'autoscalers', row }];
}

function definedOf(target: { readonly kind?: string | null | undefined; readonly name?: string | null | undefined } | null | undefined) {
  return { ...(target?.kind ? { kind: target.kind } : {}), name: target?.name };
}

/** A Deployment that runs cluster-autoscaler, with its flags; undefined for all others. */
export interface ClusterAutoscaler {
  readonly namespace: string;
  readonly name: string;
  readonly created: string | null;
  /** A flag given several times has all its values. */
  readonly flags: Readonly<Record<string, string | readonly string[]>>;
}

export function clusterAutoscalerOf({ metadata, spec }: Controller): ClusterAutoscaler | undefined {
  const container = spec?.template?.spec?.containers?.find(runsClusterAutoscaler);
  if (container === undefined) return undefined;
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  return { namespace: metadata.namespace ?? '', name: metadata.name, created: instant(metadata.creationTimestamp), flags: flagsOf(words) };
}

function runsClusterAutoscaler({ image, command }: Container): boolean {
  const name =
    (image ?? '')
      .replace(/@.*$/, '')
      .replace(/:[^/:]*$/, '')
      .split('/')
      .at(-1) ?? '';
  return /^cluster-autoscaler(-(amd64|arm64))?$/.test(name) || (command?.[0]?.split('/').at(-1) ?? '') === 'cluster-autoscaler';
}

/** `--flag=value`, `--flag value`, and `--flag` alone, which is `true`. */
function flagsOf(words: readonly string[]): ClusterAutoscaler['flags'] {
  const found = new Map<string, string[]>();
  for (const [at, word] of words.entries()) {
    const [, name, value] = /^--?([\w-]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name === undefined) continue;
    const next = words[at + 1];
    const values = found.get(name) ?? [];
    values.push(value ?? (next === undefined || next.startsWith('-') ? 'true' : next));
    found.set(name, values);
  }
  return Object.fromEntries([...found].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]));
}

export function clusterAutoscalerFact(
  { namespace, name, created, flags }: ClusterAutoscaler,
  priorities: string | undefined,
  status: string | undefined,
): Fact {
  const row: AutoscalerRow = {
    kind: 'ClusterAutoscaler',
    namespace,
    name,
    target_kind: null,
    target: null,
    min_replicas: null,
    max_replicas: null,
    current_replicas: null,
    desired_replicas: null,
    created,
    spec: json(withoutSecrets({ flags, ...(priorities === undefined ? {} : { priorities }) })),
    status: status === undefined ? null : json({ status }),
  };
  return { table: 'autoscalers', row };
}
