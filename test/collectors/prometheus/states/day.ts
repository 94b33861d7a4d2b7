import type { Labels } from '../../../../src/collectors/prometheus/series.ts';
import { stateSink, type StateTable, type StateTables } from '../../../../src/collectors/prometheus/states/index.ts';
import { dayPeriod } from '../../../../src/model/day.ts';
import type { Row } from '../../../../src/model/cluster/tables.ts';
import type { Day } from '../../../../src/model/facts.ts';

/** Samples of one value: from and to as `HH:MM` or `HH:MM:SS` of 3 November 2026, a minute apart. */
export type Stretch = readonly [from: string, to: string, value: number];

export interface Given {
  readonly labels: Labels;
  readonly stretches: readonly Stretch[];
}

const DAY = '2026-11-03';
const ALL_DAY = [['00:00', '23:59', 1]] as const;

/** `HH:MM` of the day, in ms. */
export const at = (time: string): number => Date.parse(`${DAY}T${time.length === 5 ? `${time}:00` : time}Z`);
export const iso = (time: string): string => new Date(at(time)).toISOString();
/** `HH:MM` of the day in seconds since 1970. */
export const unix = (time: string): number => at(time) / 1000;

export const series = (name: string, labels: Labels, stretches: readonly Stretch[] = ALL_DAY): Given => ({ labels: { __name__: name, ...labels }, stretches });

export const WEB = { namespace: 'shop', pod: 'web-7d4b9c8f6d-x2x4z', uid: 'u1' };

/** A pod of a Deployment, created at a time, with what is said of any pod. */
export function pod(labels: Labels = WEB, stretches: readonly Stretch[] = ALL_DAY, created = unix('00:00') - 86_400): Given[] {
  const owner = { owner_kind: 'ReplicaSet', owner_name: 'web-7d4b9c8f6d', owner_is_controller: 'true' };
  return [
    series('kube_pod_info', { ...labels, node: 'n1', priority_class: 'high' }, stretches),
    series('kube_pod_owner', { ...labels, ...owner }, stretches),
    series('kube_replicaset_owner', {
      namespace: 'shop',
      replicaset: 'web-7d4b9c8f6d',
      owner_kind: 'Deployment',
      owner_name: 'web',
      owner_is_controller: 'true',
    }),
    series('kube_pod_created', labels, withValue(stretches, created)),
    series('kube_pod_container_info', { ...labels, container: 'web', image: 'shop/web:1' }, stretches),
  ];
}

export const withValue = (stretches: readonly Stretch[], value: number): Stretch[] => stretches.map(([from, to]) => [from, to, value]);

export function readDay(given: readonly Given[], feed: (sink: ReturnType<typeof stateSink>['sink'], given: Given) => void = whole): StateTables {
  const { sink, tables } = stateSink();
  for (const one of given) feed(sink, one);
  return tables(dayPeriod(DAY as Day), 'prometheus');
}

export function rowsOf<Table extends StateTable>(table: Table, given: readonly Given[]): Row<Table>[] {
  return [...readDay(given)[table].rows];
}

export const whole = (sink: ReturnType<typeof stateSink>['sink'], { labels, stretches }: Given): void => {
  sink.begin(labels);
  for (const [from, to, value] of stretches) sink.run(at(from), 60_000, (at(to) - at(from)) / 60_000 + 1, value);
};

/** What was collected, rows and all, to be compared. */
export function everything(tables: StateTables): unknown {
  return Object.fromEntries(
    Object.entries(tables).map(([table, facts]) => [table, { rows: [...facts.rows], gaps: facts.gaps, capabilities: facts.capabilities }]),
  );
}
