import type { AllocationGap } from '../model/facts.ts';
import { counted, moneyFormat } from './numbers.ts';
import { describeMonth } from './periods.ts';

/** One sentence for what cannot be said of a cluster. Amounts are in the report's currency. */
export function describeAllocationGap(gap: AllocationGap, currency: string): string {
  const { amount } = moneyFormat(currency);
  switch (gap.code) {
    case 'unread-cluster':
      return `The bill has a cluster ${gap.cluster} that no source reads: its cost is not split over workloads.`;
    case 'unknown-cluster':
      return `A rule of \`allocation.shared\` names cluster ${gap.cluster}, which neither the bill nor a source has: it was not followed.`;
    case 'unknown-nodes':
      return `${counted(gap.nodes, 'instance')} of cluster ${gap.cluster} in the bill of ${describeMonth(gap.month)} (${amount(gap.cost)}, such as ${gap.example}) ${gap.nodes === 1 ? 'is' : 'are'} no node that a source saw: split as the cluster's other nodes are.`;
    case 'unbilled-nodes':
      return `${counted(gap.nodes, 'node')} of cluster ${gap.cluster}, such as ${gap.example}, ${gap.nodes === 1 ? 'is' : 'are'} not in the bill: the pods there cost nothing here.`;
    case 'unobserved':
      return `Less than a day of cluster ${gap.cluster} was observed in ${describeMonth(gap.month)}: ${amount(gap.cost)} of its nodes is not split.`;
    case 'unknown-size':
      return `The size of ${counted(gap.nodes, 'node')} of cluster ${gap.cluster}, such as ${gap.example}, is not known: no idle is told of ${gap.nodes === 1 ? 'it' : 'them'}.`;
    case 'unsplit-gpus':
      return `What pods ask for of the GPUs of ${counted(gap.nodes, 'node')} of cluster ${gap.cluster}, such as ${gap.example}, is not known: split by CPU and memory.`;
    case 'unmeasured-pods':
      return `Nothing says what ${counted(gap.pods, 'pod')} asked for or used: ${gap.pods === 1 ? 'it costs' : 'they cost'} nothing here.`;
    case 'unfitted-weights':
      return `No prices of a core and a GiB fit the nodes of ${describeMonth(gap.month)}: split 9 to 1, as AWS does.`;
  }
}
