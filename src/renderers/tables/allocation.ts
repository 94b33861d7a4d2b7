import type { AllocationReport } from '../../model/cost/allocation-report.ts';
import type { Weights } from '../../model/cost/allocation-settings.ts';
import type { CostReport } from '../../model/cost/cost-report.ts';
import { moneyFormat, percent } from '../numbers.ts';
import type { Section } from './section.ts';
import { withoutSilent } from './silent-columns.ts';

const WEIGHTS: Readonly<Record<Weights, string>> = {
  'aws-9to1': '9 to 1, as AWS splits',
  opencost: '7.46 to 1, as OpenCost does',
  fitted: 'as fits the prices of these nodes',
};

/** Where the cost of clusters went, and how much of that hangs on what a core is taken to cost beside a GiB. */
export function allocationSections({ allocation, currency }: CostReport, most: number): Section[] {
  if (allocation === null) return [];
  const { amount } = moneyFormat(currency);
  const cell = (value: number): { readonly text: string; readonly value: number } => ({ text: amount(value), value });
  const clusters: Section = {
    id: 'clusters',
    note: describeAllocation(allocation),
    sortedBy: null,
    table: withoutSilent(
      {
        caption: 'What clusters cost',
        columns: [
          { heading: 'Cluster', kind: 'text' },
          { heading: 'Workloads', kind: 'number', spare: 1 },
          { heading: 'Shared', kind: 'number', spare: 3 },
          { heading: 'Idle', kind: 'number', spare: 2 },
          { heading: 'Schedulable', kind: 'number', spare: 5 },
          { heading: 'Unallocatable', kind: 'number', spare: 7 },
          { heading: 'System reserved', kind: 'number', spare: 6 },
          { heading: 'Observed', kind: 'number', spare: 4 },
          { heading: 'Cost', kind: 'number' },
        ],
        lines: allocation.clusters.map(({ cluster, cost, allocated, shared, idle, otherIdle, observed }) => ({
          kind: 'row',
          cells: [
            { text: cluster },
            cell(allocated),
            cell(shared),
            cell(idle.schedulable + idle.unallocatable + idle['system-reserved'] + otherIdle),
            cell(idle.schedulable),
            cell(idle.unallocatable),
            cell(idle['system-reserved']),
            { text: observed === null ? 'not at all' : percent(observed), value: observed },
            cell(cost),
          ],
        })),
      },
      ['Schedulable', 'Unallocatable', 'System reserved', 'Observed'],
    ),
  };
  // Where the bill itself says what pods cost, nothing hangs on the weights.
  const shown = allocation.sensitivity.filter(hangsOnWeights).slice(0, most);
  if (shown.length === 0) return [clusters];
  const names = Object.keys(WEIGHTS) as Weights[];
  const sensitivity: Section = {
    id: 'sensitivity',
    note: 'What namespaces are allocated of nodes, by what a core is taken to cost beside a GiB. The sum over all namespaces hardly changes; who pays it does.',
    sortedBy: null,
    table: withoutSilent(
      {
        caption: 'What hangs on the weights',
        columns: [{ heading: 'Namespace', kind: 'text' }, ...names.map((name, at) => ({ heading: HEADINGS[name], kind: 'number' as const, spare: at + 1 }))],
        lines: shown.map(({ cluster, namespace, costs }) => ({
          kind: 'row',
          cells: [{ text: `${cluster}/${namespace}` }, ...names.map((name) => ({ text: amount(costs[name]), value: costs[name] }))],
        })),
      },
      [HEADINGS.fitted],
    ),
  };
  return [clusters, sensitivity];
}

/** A cent is the least that anybody would see. */
function hangsOnWeights({ costs }: AllocationReport['sensitivity'][number]): boolean {
  const known = Object.values(costs).filter((cost) => cost !== null);
  return Math.max(...known) - Math.min(...known) >= 0.01;
}

/** Below this the reader should know how much is a projection. */
const MOSTLY = 0.99;

const INSTEAD: Readonly<Record<NonNullable<AllocationReport['instead']>, string>> = {
  'one-type': 'the nodes are of one type, whose price cannot be told apart',
  collinear: 'all types of nodes have the same memory a core, so that prices cannot be told apart',
  'not-positive': 'no prices fit that are both above zero',
};

const HEADINGS: Readonly<Record<Weights, string>> = { 'aws-9to1': '9 to 1', opencost: '7.46 to 1', fitted: 'Fitted' };

function describeAllocation({ weights, idle, instead, unread, clusters }: AllocationReport): string {
  const idleWords = {
    separate: 'What nobody used stands by itself.',
    node: 'What nobody used is shared by those on the node.',
    cluster: 'What nobody used is shared by all in the cluster.',
  };
  return [
    `A core counts beside a GiB ${WEIGHTS[instead === null ? weights : 'aws-9to1']}${instead === null ? '' : ` (${INSTEAD[instead]})`}.`,
    idleWords[idle],
    ...(clusters.some(({ observed }) => observed !== null && observed < MOSTLY)
      ? ['Observed is the part of the hours of nodes that a source saw; the others are taken to have been like them.']
      : []),
    ...(unread.length === 0 ? [] : [`No source reads ${unread.join(', ')}: what stands there of workloads is what the bill itself says of them.`]),
  ].join(' ');
}
