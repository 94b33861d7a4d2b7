import { ALL_QUESTIONS, USAGE, WINDOW_DAYS, type Question, type Slice } from './queries.ts';

/** Points that one answer should have at most: about 10 MB. */
const POINTS = 300_000;
const DAY = 86_400;

/** Calls that a run will make. */
export interface Plan {
  readonly days: number;
  readonly slices: number;
  /** One of these a metric, day and group of namespaces, or window of several days. */
  readonly calls: number;
}

/** The metrics of a cluster; undefined: not known, so that each is asked for. */
export type Active = ReadonlySet<string> | undefined;

/** The metric that answers a question; undefined where there is none. */
export function metricOf({ metrics }: Question, active: Active): string | undefined {
  return active === undefined ? metrics[0] : metrics.find((metric) => active.has(metric));
}

/** Whether a question has no answer because Datadog is not told, and not because the cluster has nothing of the kind. */
export function isMissing(question: Question, active: NonNullable<Active>): boolean {
  if (metricOf(question, active) !== undefined) return false;
  return question.optional !== true || !hasKind(question.metrics[0], active);
}

/** Whether there is nothing of the cluster that could be asked for. */
export function isEmpty(active: Active): boolean {
  return active !== undefined && ALL_QUESTIONS.every((question) => metricOf(question, active) === undefined);
}

/** What is missing: the metric, or `kubernetes_state.*` where nothing of its kind is there. */
export function missingName({ metrics: [metric] }: Question, active: Active): string {
  return active === undefined || hasKind(metric, active) ? metric : `${kindOf(metric)}*`;
}

const kindOf = (metric: string): string => metric.slice(0, metric.indexOf('.') + 1);

function hasKind(of: string, active: NonNullable<Active>): boolean {
  return [...active].some((metric) => metric.startsWith(kindOf(of)));
}

/** What it takes to read so many days that follow each other. Halved windows and retries come on top. */
export function planCalls(days: number, slices: number, active: Active): Plan {
  const windows = Math.ceil(days / WINDOW_DAYS);
  const asked = ALL_QUESTIONS.filter((question) => metricOf(question, active) !== undefined);
  const calls = asked.reduce((sum, { per, sliced }) => sum + (per === 'day' ? days : windows) * (sliced ? slices : 1), 0);
  const counts = metricOf(USAGE.cpuMean, active) === undefined ? 0 : days * slices;
  return { days, slices, calls: calls + counts };
}

/**
 * Groups of namespaces whose answers are of a size that Datadog gives whole. One group is no group: `undefined` asks for all.
 * @param containers how many ran in each namespace, at most
 * @param resolution seconds between two points
 */
export function sliceNamespaces(containers: ReadonlyMap<string, number>, resolution: number): (Slice | undefined)[] {
  const most = Math.floor(POINTS / (DAY / resolution));
  const groups: { names: string[]; size: number }[] = [];
  for (const [name, size] of [...containers].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const last = groups.at(-1);
    if (last !== undefined && last.size + size <= most) {
      last.names.push(name);
      last.size += size;
    } else {
      groups.push({ names: [name], size });
    }
  }
  if (groups.length < 2) return [undefined];
  const last = groups.at(-1)?.names ?? [];
  const others = [...containers.keys()].filter((name) => !last.includes(name)).toSorted();
  return [...groups.slice(0, -1).map(({ names }) => ({ namespaces: names, others: false })), { namespaces: others, others: true }];
}

/** In halves, where an answer was cut; undefined where there is nothing to halve. */
export function halves(slice: Slice | undefined, namespaces: readonly string[]): [Slice, Slice] | undefined {
  if (slice === undefined || slice.others) {
    const own = namespaces.filter((name) => slice?.namespaces.includes(name) !== true).toSorted();
    const half = own.slice(0, Math.ceil(own.length / 2));
    if (own.length < 2) return undefined;
    return [
      { namespaces: half, others: false },
      { namespaces: [...(slice?.namespaces ?? []), ...half], others: true },
    ];
  }
  if (slice.namespaces.length < 2) return undefined;
  const middle = Math.ceil(slice.namespaces.length / 2);
  return [
    { namespaces: slice.namespaces.slice(0, middle), others: false },
    { namespaces: slice.namespaces.slice(middle), others: false },
  ];
}
