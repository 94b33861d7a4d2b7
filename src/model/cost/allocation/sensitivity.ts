import { money } from '../../facts.ts';
import { WEIGHTS, type IdleMode, type Weights } from '../allocation-settings.ts';
import { allocateNodes, costsByMonth, monthOfLine } from './allocate-nodes.ts';
import type { Ledger } from './ledger.ts';
import { compare } from './node-coverage.ts';
import type { Sensitivity } from './node-findings.ts';
import type { NodeInput, NodeRun } from './node-run.ts';
import { KNOWN_WEIGHTS, type ResourceWeights } from './weights.ts';

/**
 * What each namespace costs under each of the weights, by cluster, month and namespace.
 * @param done the split that was made already, under one of them
 */
export function sensitivity(
  input: NodeInput,
  idle: IdleMode,
  fitted: ResourceWeights | undefined,
  done: { readonly name: Weights; readonly ledger: Ledger },
): Sensitivity[] {
  const summed = { ...input, runs: input.runs.map((run) => oneLineAMonth(run, input)) };
  const costs = WEIGHTS.map((name) => {
    const weights = name === 'fitted' ? fitted : KNOWN_WEIGHTS[name];
    if (weights === undefined) return undefined;
    return byNamespace(input, done.name === name ? done.ledger : allocateNodes(summed, { weights, idle }));
  });
  const [aws, opencost, own] = costs;
  return [...(aws ?? [])]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([key, cost]) => {
      const [cluster, month, namespace] = JSON.parse(key) as [string, Sensitivity['month'], string];
      return {
        cluster,
        month,
        namespace,
        'aws-9to1': money(cost),
        opencost: money(opencost?.get(key) ?? 0),
        fitted: own === undefined ? null : money(own.get(key) ?? 0),
      };
    });
}

/** Only the sum over lines counts here: that of a month stands on its first one. */
function oneLineAMonth(run: NodeRun, { lines }: NodeInput): NodeRun {
  return { ...run, costs: [...costsByMonth(run, lines)].map(([month, cost]) => ({ line: lines.indexOf(month), cost })) };
}

function byNamespace({ lines }: NodeInput, ledger: Ledger): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { line, bearer, method, cost } of ledger.sums()) {
    const { cluster, namespace, share } = ledger.useOf(bearer, method);
    if (namespace === null || share !== 'allocated') continue;
    const key = JSON.stringify([cluster, monthOfLine(lines, line), namespace]);
    sums.set(key, (sums.get(key) ?? 0) + cost);
  }
  return sums;
}
