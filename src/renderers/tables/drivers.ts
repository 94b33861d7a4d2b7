import type { CostReport } from '../../model/cost/cost-report.ts';
import type { Driver, DriverCause, DriverKind } from '../../model/cost/drivers/driver.ts';
import { counted, moneyFormat } from '../numbers.ts';
import type { Line } from '../table.ts';
import type { Section } from './section.ts';

const KINDS: Readonly<Record<DriverKind, string>> = {
  usage: 'usage',
  price: 'price',
  mix: 'mix of types',
  coverage: 'commitment coverage',
  calendar: 'days in the month',
  new: 'new',
  gone: 'gone',
  tax: 'tax',
  credit: 'credit',
  correction: 'correction of an earlier bill',
  other: 'one-time, or without a quantity',
};

/** More than these is no answer to why. */
const MOST = 12;

/** Why the bill changed, largest first; the drivers that are not named are one line, so that all add up to the change. */
export function driversSection({ drivers, driverCheck, change, currency }: CostReport): Section[] {
  if (change === null || drivers.length === 0) return [];
  const format = moneyFormat(currency);
  const shown = drivers.length <= MOST + 1 ? drivers : drivers.slice(0, MOST);
  const rest = drivers.slice(shown.length);
  const line = (kind: Line['kind'], name: string, why: string, amount: number, behind: string): Line => ({
    kind,
    cells: [{ text: name }, { text: why }, { text: format.change(amount), value: amount }, { text: behind }],
  });
  const restAmount = rest.reduce((sum, { amount }) => sum + amount, 0);
  return [
    {
      id: 'drivers',
      note:
        driverCheck === null || driverCheck.provider === null
          ? null
          : `AWS’s own comparison of its bill says ${format.change(driverCheck.provider)}; what stands here of AWS adds up to ${format.change(driverCheck.ours)}.`,
      sortedBy: null,
      table: {
        caption: 'Why the bill changed',
        columns: [
          { heading: 'Service', kind: 'text' },
          { heading: 'Why', kind: 'text', spare: 1 },
          { heading: 'Change', kind: 'number' },
          { heading: 'Largest part', kind: 'text', spare: 2 },
        ],
        lines: [
          ...shown.map((driver) => line('row', driver.service, KINDS[driver.kind], driver.amount, mostly(driver))),
          ...(rest.length === 0 ? [] : [line('others', counted(rest.length, 'other'), '', restAmount, '')]),
          line('total', 'Change of the bill', '', change.amount, ''),
        ],
      },
    },
  ];
}

function mostly({ causes }: Driver): string {
  const [first] = causes;
  return first === undefined ? '' : (meterOf(first) ?? '');
}

/** A meter with the quantities that moved it. */
function meterOf({ meter, quantity, previousQuantity, unit }: DriverCause): string | null {
  if (meter === null) return null;
  if (quantity === null || previousQuantity === null || unit === null) return meter;
  return `${meter}: ${amountOf(previousQuantity)} to ${amountOf(quantity)} ${unit}`;
}

const QUANTITY = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const amountOf = (quantity: number): string => QUANTITY.format(quantity);
