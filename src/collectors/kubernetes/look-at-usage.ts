import { UserError } from '../../io/errors.ts';
import type { Client } from './client.ts';
import { list, type Reading } from './list.ts';
import { METRICS, RESOURCES, type Resource } from './resources.ts';
import { reader, type Doubt } from './rows.ts';
import { Named as NamedObject, PodMetrics } from './schema.ts';

/** What a container used in [from, to), in milliseconds since 1970. NULL is what cannot be read. */
export interface Sample {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly from: number;
  readonly to: number;
  readonly cores: number | null;
  readonly workingSet: number | null;
}

/** A pod that a name stood for, from when it was made. */
export interface Named {
  readonly key: string;
  readonly uid: string;
  readonly created: number;
}

export const podKey = (namespace: string, pod: string): string => `${namespace}/${pod}`;

const METRICS_PODS = resource(METRICS, 'PodMetrics');
const PODS = resource(RESOURCES, 'Pod');

function resource(of: readonly Resource[], kind: string): Resource {
  const found = of.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no resource of kind ${kind}`);
  return found;
}

/**
 * One look at what all containers use now.
 * @throws UserError
 */
export async function lookAtUsage(client: Client, namespaces: readonly string[] | undefined, doubt: Doubt): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  await readAll(client, METRICS_PODS, namespaces, samples, (object) => {
    const { success, data } = PodMetrics.safeParse(object);
    return success ? samplesOf(data, doubt) : [];
  });
  return samples;
}

/** Which pod each name stands for now. @throws UserError; undefined where one may not see pods */
export async function lookAtNames(client: Client, namespaces: readonly string[] | undefined): Promise<readonly Named[] | undefined> {
  const names: Named[] = [];
  const isSeen = await readAll(client, { ...PODS, isMetadataOnly: true }, namespaces, names, (object) => {
    const { metadata } = NamedObject.safeParse(object).data ?? {};
    const created = Date.parse(metadata?.creationTimestamp ?? '');
    return metadata?.uid && !Number.isNaN(created) ? [{ key: podKey(metadata.namespace ?? '', metadata.name), uid: metadata.uid, created }] : [];
  }).catch((error: unknown) => {
    if (error instanceof Forbidden) return false;
    throw error;
  });
  return isSeen ? names : undefined;
}

/** @throws UserError also where one may not, or where there is nothing of the kind */
async function readAll<Item>(
  client: Client,
  what: Resource,
  namespaces: readonly string[] | undefined,
  into: Item[],
  read: (object: unknown) => readonly Item[],
): Promise<true> {
  for (const namespace of namespaces ?? [undefined]) {
    const before = into.length;
    const reading: Reading = {
      page: async (objects) => {
        for (const object of objects) into.push(...read(object));
      },
      restart: async () => void (into.length = before),
    };
    const outcome = await list(client, what, what.version, namespace, reading);
    if (outcome === 'forbidden')
      throw new Forbidden(`${client.server}: may not list ${what.resource} of ${what.group || 'core'}`, 'tonnage doctor --rbac prints what to grant');
    if (outcome === 'absent') throw new UserError(`${client.server}: there is no metrics-server`, 'install it, or take Prometheus or Datadog as the source');
  }
  return true;
}

class Forbidden extends UserError {}

function samplesOf({ metadata: { name, namespace }, timestamp, window, containers }: PodMetrics, doubt: Doubt): Sample[] {
  const to = Date.parse(timestamp);
  const length = durationOf(window);
  const object = `metrics of pod ${podKey(namespace, name)}`;
  if (Number.isNaN(to) || length === undefined) {
    doubt(object, Number.isNaN(to) ? 'timestamp' : 'window', Number.isNaN(to) ? timestamp : window);
    return [];
  }
  const { cores, bytes } = reader(doubt, object);
  return (containers ?? []).map((container) => ({
    namespace,
    pod: name,
    container: container.name,
    from: to - length,
    to,
    cores: cores(container.usage, 'cpu', 'usage'),
    workingSet: bytes(container.usage, 'memory', 'usage'),
  }));
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, µs: 0.001, ns: 1e-6 };

/** Milliseconds of a duration as Go writes it: `15.032s`, `1m0s`. Undefined for what is none, or is not positive. */
export function durationOf(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|ms|us|µs|ns|m|s))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g)];
  const sum = parts.reduce((total, [, number, unit = '']) => total + Number(number) * (UNITS[unit] ?? 0), 0);
  return sum > 0 ? sum : undefined;
}
