import { readFileSync } from 'node:fs';
import type { DatedCharge } from '../../../src/model/cost/dated-charge.ts';
import { monthOf } from '../../../src/model/month.ts';
import { dataFile } from '../../data.ts';
import { datedCharge } from './dated-charges.ts';

interface Answer {
  readonly ResultsByTime: readonly {
    readonly TimePeriod: { readonly Start: string; readonly End: string };
    readonly Groups: readonly { readonly Keys: readonly string[]; readonly Metrics: { readonly UnblendedCost: { readonly Amount: string } } }[];
  }[];
}

/** The recorded days of a real account, 1 February to 26 April 2024, by service. Its tax is a service of its own. */
export function costExplorerDays(): DatedCharge[] {
  const answer = JSON.parse(readFileSync(dataFile('billing/cost-explorer-get-cost-and-usage.json'), 'utf8')) as Answer;
  return answer.ResultsByTime.flatMap(({ TimePeriod: { Start, End }, Groups }) =>
    Groups.map(({ Keys: [service = ''], Metrics }) =>
      datedCharge(Start, Number(Metrics.UnblendedCost.Amount), {
        month: monthOf(Start),
        endDay: End,
        service,
        category: service === 'Tax' ? 'Tax' : 'Usage',
        frequency: null,
      }),
    ),
  );
}
