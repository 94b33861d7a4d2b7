import { monthOf } from '../../month.ts';
import { monthOfLine } from './allocate-nodes.ts';
import type { Ledger } from './ledger.ts';
import { compare } from './node-coverage.ts';
import type { NodeInput } from './node-run.ts';
import type { WorkloadUse } from './workload-use.ts';

type Sum = { -readonly [Key in keyof WorkloadUse]: WorkloadUse[Key] };

/** What each workload had of the nodes: what it was allocated, without idle, in money and in hours that were observed. By month, then owner. */
export function workloadUses(input: NodeInput, ledger: Ledger): WorkloadUse[] {
  const months = new Map<string, Map<number, Sum>>();
  const ofMonth = (month: string): Map<number, Sum> => {
    const sums = months.get(month) ?? new Map<number, Sum>();
    months.set(month, sums);
    return sums;
  };
  for (const { line, bearer, cost } of ledger.sums()) {
    if (ledger.isOwn(bearer)) sumOf(ofMonth(monthOfLine(input.lines, line)), bearer / 2, monthOfLine(input.lines, line), input).cost += cost;
  }
  for (const { firstHour, pods } of input.runs) {
    let [hour, month, sums] = [-1, '', new Map<number, Sum>()];
    for (let row = 0; row < pods.rows; row += 1) {
      if (pods.hour[row] !== hour) {
        hour = pods.hour[row] ?? 0;
        month = monthOf(new Date((firstHour + hour) * 3_600_000).toISOString());
        sums = ofMonth(month);
      }
      const sum = sumOf(sums, pods.owner[row] ?? 0, month, input);
      sum.cpuCoreHours += (pods.coreSeconds[row] ?? 0) / 3600;
      sum.memoryGibHours += (pods.gibSeconds[row] ?? 0) / 3600;
      sum.podHours += (pods.seconds[row] ?? 0) / 3600;
    }
  }
  const sorted = [...months].toSorted(([a], [b]) => compare(a, b));
  return sorted.flatMap(([, sums]) => [...sums].toSorted(([a], [b]) => a - b).map(([, sum]) => sum));
}

function sumOf(sums: Map<number, Sum>, owner: number, month: string, { owners }: NodeInput): Sum {
  const known = sums.get(owner);
  if (known !== undefined) return known;
  const of = owners[owner];
  if (of === undefined) throw new RangeError(`no owner ${owner}`);
  const sum = { month, ...of, cost: 0, cpuCoreHours: 0, memoryGibHours: 0, podHours: 0 };
  sums.set(owner, sum);
  return sum;
}
