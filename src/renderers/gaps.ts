import type { Gap } from '../model/facts.ts';
import { counted, moneyFormat } from './numbers.ts';
import { describeMonth } from './periods.ts';

/** One sentence a gap. */
export function describeGap(gap: Gap): string {
  switch (gap.code) {
    case 'unknown-line-type':
      return `${linesOf(gap)}, billed at ${moneyFormat(gap.currency).amount(gap.cost)}, ${have(gap)} the unknown type "${gap.lineType}".`;
    case 'unknown-cost':
      return `${linesOf(gap)}${gap.billed === null ? '' : `, billed at ${moneyFormat(gap.currency).amount(gap.billed)},`} ${have(gap)} no ${gap.metric} cost: left out of every sum.`;
    case 'other-currency':
      return `${linesOf(gap)} ${gap.lines === 1 ? 'is' : 'are'} in ${gap.currency}: left out of every sum.`;
    case 'source-failed':
      return `Source ${gap.source} could not be read: ${gap.reason.replace(/\.?\s*$/, '.')}`;
  }
}

type Counted = Extract<Gap, { lines: number }>;

function linesOf({ lines, source, month }: Counted): string {
  return `${counted(lines, 'line')} of ${source} for ${describeMonth(month)}`;
}

function have({ lines }: Counted): string {
  return lines === 1 ? 'has' : 'have';
}
