import type { Gap, ReportGap } from '../model/facts.ts';
import { describeAllocationGap } from './allocation-gaps.ts';
import { counted, moneyFormat } from './numbers.ts';
import { describeMonth } from './periods.ts';

/** One sentence a gap of a report, whose amounts are in its currency. */
export function describeReportGap(gap: ReportGap, currency: string): string {
  return 'source' in gap ? describeGap(gap) : describeAllocationGap(gap, currency);
}

/** One sentence a gap. */
export function describeGap(gap: Gap): string {
  switch (gap.code) {
    case 'unknown-line-type':
      return `${linesOf(gap)}, billed at ${moneyFormat(gap.currency).amount(gap.cost)}, ${have(gap)} the unknown type "${gap.lineType}".`;
    case 'unknown-cost':
      return `${linesOf(gap)}${gap.billed === null ? '' : `, billed at ${moneyFormat(gap.currency).amount(gap.billed)},`} ${have(gap)} no ${gap.metric === 'netEffective' ? 'net effective' : gap.metric} cost: left out of every sum.`;
    case 'split-without-parent':
      return `${linesOf(gap)} ${gap.lines === 1 ? 'is' : 'are'} a pod's or task's share (${moneyFormat(gap.currency).amount(gap.cost)}) of a charge that the bill does not have: left out of every sum.`;
    case 'other-currency':
      return `${linesOf(gap)} ${gap.lines === 1 ? 'is' : 'are'} in ${gap.currency}: left out of every sum.`;
    case 'source-failed':
      return `Source ${gap.source} could not be read: ${gap.reason.replace(/\.?\s*$/, '.')}`;
    case 'forbidden':
      return `Source ${gap.source} is not allowed to ${gap.what}.`;
    case 'missing-metric':
      return `Source ${gap.source} has no ${gap.metric}: ${gap.unknown} is not known.`;
    case 'unread-period':
      return `Source ${gap.source} could not read ${gap.what} from ${describeTime(gap.period.start)} to ${describeTime(gap.period.end)}: ${gap.reason.replace(/\.?\s*$/, '.')}`;
    case 'unreadable-value':
      return `Source ${gap.source} has "${gap.value}" as ${gap.field} of ${gap.object}, which makes no sense: it counts as not given.`;
    case 'unknown-owner':
      return `Nothing in source ${gap.source} says what ${gap.pods === 1 ? `the pod ${gap.example} belongs` : `${gap.pods} pods, such as ${gap.example}, belong`} to.`;
    case 'clock-skew':
      return `The clock of source ${gap.source} is ${describeSeconds(Math.abs(gap.seconds))} ${gap.seconds > 0 ? 'ahead of' : 'behind'} this machine's.`;
  }
}

/** In the largest unit of which there are two. */
function describeSeconds(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  const [unit, length] = units.find(([, of]) => seconds >= 2 * of) ?? ['second', 1];
  return counted(Math.round(seconds / length), unit);
}

/** `2026-11-01 14:05 UTC` */
function describeTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

type Counted = Extract<Gap, { lines: number }>;

function linesOf({ lines, source, month }: Counted): string {
  return `${counted(lines, 'line')} of ${source} for ${describeMonth(month)}`;
}

function have({ lines }: Counted): string {
  return lines === 1 ? 'has' : 'have';
}
