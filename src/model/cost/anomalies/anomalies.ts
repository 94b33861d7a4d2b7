import { money, type Day, type Money } from '../../facts.ts';
import type { Anomaly } from './anomaly.ts';
import { detect, MONTH_DAYS } from './detect.ts';
import type { DailySeries } from './series.ts';

/** What a change must amount to in a month, as a part of the month's bill, to be worth a look. */
const LEAST_SHARE = 0.01;

/**
 * Where daily costs left their level on the days from `since` on, dearest first.
 * Method: fees of the first of a month and weekdays are taken out; then the series is split where its mean changes by more than `CHANCE` times its noise
 * (binary segmentation of winsorised days, noise from the differences of neighbours), and days that stand out of their level are spikes. What a line
 * explains nearly as well is growth, and no anomaly. A change counts if in a month it would come to 1 % of the bill, and a spike if it does.
 * Series end with the last complete day (`lastCompleteDay`), and drops count from the fourth day on. They should begin two months before `since`.
 * @param bill what a month costs
 */
export function anomalies(series: readonly DailySeries[], { bill, since }: { readonly bill: Money; readonly since: Day }): Anomaly[] {
  const least = money((LEAST_SHARE * Math.abs(bill)) / MONTH_DAYS);
  if (least === 0) return [];
  return series
    .flatMap((one) => detect(one, least))
    .filter(({ began }) => began >= since)
    .toSorted((a, b) => Math.abs(b.extra) - Math.abs(a.extra) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

const keyOf = ({ by, name, began }: Anomaly): string => JSON.stringify([by, name, began]);
