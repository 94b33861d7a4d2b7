import { gpusOf, isGpu } from '../../model/cluster/gpus.ts';
import type { ClusterTable, ColumnType, Row } from '../../model/cluster/tables.ts';
import { parseBytes, parseCores } from '../../model/quantity.ts';

/** A container as a template or a pod has it, before its periods are known. */
export type ContainerRow = Omit<Row<'workloads'>, 'until'> & {
  /** What has one template after the other: a Deployment's uid. */
  readonly lineage: string;
  /** `current` and `earlier` are templates. */
  readonly origin: 'current' | 'earlier' | 'pod';
  /** Revision of the template. */
  readonly revision: number | null;
  /** When the current template was last known to be rolled out. */
  readonly rolled_out: string | null;
};

export const CONTAINER_EXTRAS = { lineage: 'VARCHAR', origin: 'VARCHAR', revision: 'INTEGER', rolled_out: 'VARCHAR' } as const satisfies Readonly<
  Record<string, ColumnType>
>;

/** A row on its way to a table. */
export type Fact =
  | { [Table in Exclude<ClusterTable, 'workloads' | 'usage'>]: { readonly table: Table; readonly row: Row<Table> } }[Exclude<
      ClusterTable,
      'workloads' | 'usage'
    >]
  | { readonly table: 'workloads'; readonly row: ContainerRow };

/** Takes note of a value that makes no sense: `object` as in `pod web/api-1`. */
export type Doubt = (object: string, field: string, value: string) => void;

/** JSON with its keys in order, so that the same object is the same text; null for what is not there. */
export function json(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return JSON.stringify(value, (_, inner: unknown) => (isRecord(inner) ? Object.fromEntries(Object.entries(inner).toSorted(byName)) : inner));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

type Quantities = Readonly<Record<string, string>> | null | undefined;

/** Reads quantities of one object; what is none counts as not there, and is noted. */
export function reader(doubt: Doubt, object: string) {
  const read =
    <Value extends number>(parse: (text: string) => Value | undefined) =>
    (of: Quantities, name: string, field: string): Value | null => {
      const text = of?.[name];
      if (text === undefined) return null;
      const value = parse(text);
      if (value === undefined) doubt(object, `${field}.${name}`, text.slice(0, 40));
      return value ?? null;
    };
  return { cores: read(parseCores), bytes: read(parseBytes), count: read(parseCount) };
}

function parseCount(text: string): number | undefined {
  const value = parseBytes(text);
  return value !== undefined && value < 2 ** 31 ? value : undefined;
}

interface HasResources {
  readonly requests?: Quantities;
  readonly limits?: Quantities;
}

/**
 * The four columns of what was asked for. A limit without a request is the request too: in pods the API writes it so, in templates not yet
 * (https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/).
 */
export function resourcesOf(resources: HasResources | null | undefined, doubt: Doubt, object: string) {
  const { cores, bytes } = reader(doubt, object);
  const asked = { ...resources?.limits, ...resources?.requests };
  return {
    cpu_request_cores: cores(asked, 'cpu', 'requests'),
    cpu_limit_cores: cores(resources?.limits, 'cpu', 'limits'),
    memory_request_bytes: bytes(asked, 'memory', 'requests'),
    memory_limit_bytes: bytes(resources?.limits, 'memory', 'limits'),
  };
}

/** How many GPUs an object has; null where nothing is said, or something that makes no sense. */
export function gpusIn(of: Quantities, field: string, doubt: Doubt, object: string): number | null {
  if (!of) return null;
  const { count } = reader(doubt, object);
  const counts = Object.keys(of)
    .filter(isGpu)
    .map((name) => [name, count(of, name, field)] as const);
  const known = counts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  return known.length < counts.length ? null : gpusOf(known);
}

/** The GPUs that a container asks for: a limit is a request (https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/), in pods by default, in templates not yet. */
export function gpusAsked(resources: HasResources | null | undefined, doubt: Doubt, object: string): number | null {
  return gpusIn({ ...resources?.limits, ...resources?.requests }, 'requests', doubt, object);
}

/** As the API writes it: what else `Date` would take for a time is none. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** An instant as ISO 8601; null for what is none. */
export function instant(text: string | null | undefined): string | null {
  const time = INSTANT.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
