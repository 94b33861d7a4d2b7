import picocolors from 'picocolors';
import type { Colors } from 'picocolors/types.js';
import { printable } from '../../io/printable.ts';
import type { CostExplanation, ExplainedBillRow, ExplainedFigure } from '../../model/cost/cost-explanation.ts';
import { count, counted, moneyFormat, type MoneyFormat, percent } from '../numbers.ts';
import { describePeriod } from '../periods.ts';
import type { Rendering } from '../types.ts';
import { width, wrap } from './width.ts';

/** Narrower than this, what stands deep in the tree would be a column of letters. */
const LEAST_COLUMNS = 40;

/** The tree of a figure. What a line has no room for goes on below it: ids of resources are there to be looked up. */
export function renderCostExplanation(explanation: CostExplanation, rendering: Rendering): string {
  const paint = picocolors.createColors(rendering.color);
  const format = moneyFormat(explanation.currency);
  const { figures, others, othersCost } = explanation;
  const branches = [
    ...figures.map((figure) => branch(figure, format, paint)),
    ...(others === 0 ? [] : [{ text: `${counted(others, 'other row')}  ${format.amount(othersCost)}`, below: [] }]),
  ];
  const head = `${explanation.what}, ${describePeriod(explanation.period)}: ${paint.bold(format.amount(explanation.cost))}`;
  const columns = Math.max(LEAST_COLUMNS, rendering.columns);
  const lines = [head, ...branches.flatMap((one, at) => drawn(one, { isLast: at === branches.length - 1, indent: '', columns }))];
  return `${lines.join('\n')}\n`;
}

interface Branch {
  readonly text: string;
  readonly below: readonly Branch[];
}

function drawn(
  { text, below }: Branch,
  { isLast, indent, columns }: { readonly isLast: boolean; readonly indent: string; readonly columns: number },
): string[] {
  const inner = `${indent}${isLast ? '   ' : '│  '}`;
  const further = `${inner}${below.length > 0 ? '│  ' : '   '}`;
  const [first = '', ...others] = wrap(text, columns - width(further)).map((line) => line.trim());
  return [
    `${indent}${isLast ? '└─ ' : '├─ '}${first}`,
    ...others.map((line) => further + line),
    ...below.flatMap((one, at) => drawn(one, { isLast: at === below.length - 1, indent: inner, columns })),
  ];
}

const leaf = (text: string): Branch => ({ text, below: [] });

function branch(figure: ExplainedFigure, { amount, change }: MoneyFormat, paint: Colors): Branch {
  const { cost, nodes, bill, billRows, billCost, method } = figure;
  const isPart = method !== null && Math.abs(billCost - cost) > Math.abs(billCost) * 1e-9;
  const rows = [...bill.map((row) => leaf(describeRow(row, { amount, change }))), ...more(billRows - bill.length, 'row')];
  return {
    text: `${paint.bold(amount(cost))}  ${printable(describeFigure(figure))}`,
    below: [
      ...nodes.map(({ node, instance, hours, nodeCost, coreHours, gibHours, cost: part, splitCost, idleCost, extrapolatedCost }) =>
        leaf(
          [
            `${amount(part)}  of ${printable(node ?? instance)}${node === null ? '' : ` (${instance})`}: ${count(hours)} hours that cost ${amount(nodeCost)}`,
            `${count(Math.round(coreHours))} core-hours, ${count(Math.round(gibHours))} GiB-hours`,
            ...(splitCost === 0 ? [] : [`${amount(splitCost)} by the bill’s own split`]),
            ...(idleCost === 0 ? [] : [`${amount(idleCost)} of what nobody used`]),
            ...(extrapolatedCost === 0 ? [] : [`${amount(extrapolatedCost)} for hours that nobody observed`]),
          ].join('; '),
        ),
      ),
      isPart
        ? {
            text: `its part (${percent(billCost === 0 ? null : cost / billCost)}) of ${counted(billRows, 'row')} of the bill that cost ${amount(billCost)}`,
            below: rows,
          }
        : undefined,
      ...(isPart ? [] : rows),
    ].filter((one) => one !== undefined),
  };
}

const more = (left: number, noun: string): Branch[] => (left > 0 ? [leaf(`${counted(left, `more ${noun}`)} of the bill`)] : []);

/** How the part was found; the others are told by their names, as in `by volume`. */
const METHODS: Readonly<Record<string, string>> = {
  requests: 'by what pods asked for or used',
  'split-cost': 'as the bill itself splits',
  extrapolated: 'as in the hours that were observed',
  unobserved: 'of hours that nobody observed',
  'idle-node': 'of what nobody used on the node',
  'idle-cluster': 'of what nobody used in the cluster',
  proportional: 'in proportion to cost',
  even: 'in even parts',
  fixed: 'in given parts',
};

function describeFigure({ service, account, region, category, cluster, namespace, workload, team, share, idle, method }: ExplainedFigure): string {
  const place = [cluster, namespace, workload].filter((name) => name !== null).join('/');
  return [
    service,
    ...(category === 'Usage' ? [] : [category]),
    ...(place === '' ? [] : [place]),
    ...(share === 'idle' || share === 'shared' ? [idle === null ? share : `idle, ${idle}`] : []),
    ...(method === null ? [] : [METHODS[method] ?? `by ${method}`]),
    ...[account, region].filter((name) => name !== null),
    team === null ? 'no team' : `team ${team}`,
  ].join(' · ');
}

function describeRow({ resource, meter, description, start, end, quantity, unit, rows, cost, parts }: ExplainedBillRow, { amount }: MoneyFormat): string {
  return [
    amount(cost),
    [resource, meter ?? description]
      .filter((name) => name !== null)
      .map(printable)
      .join(' '),
    `${start.slice(0, 10)} to ${end.slice(0, 10)}`,
    ...(quantity === null ? [] : [`${count(Math.round(quantity * 1000) / 1000)} ${printable(unit ?? '')}`.trim()]),
    counted(rows, 'row'),
    ...(parts > 1 ? [`shared by ${parts}`] : []),
  ].join('  ');
}
