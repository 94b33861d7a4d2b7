import type { ChargeCells } from '../charge-file.ts';
import { addDays } from '../../model/day.ts';
import { money, type BillState, type ControlTotal, type CostTotals, type Gap, type Month, type SourceId, type Timestamp } from '../../model/facts.ts';
import { monthPeriod } from '../../model/month.ts';
import { decimal } from './amount.ts';
import { recordType, UNKNOWN } from './record-types.ts';
import type { Row } from './rows.ts';
import { serviceCategory } from './services.ts';

export type Charge = ChargeCells;

export interface Told {
  readonly source: SourceId;
  readonly month: Month;
  readonly billingAccount: string | null;
  /** Names of accounts, where they are known. */
  readonly names: ReadonlyMap<string, string>;
}

/** Costs of a row, in units of 1e-12; undefined: not told. */
interface Costs {
  readonly billed: bigint | undefined;
  /** Before negotiated discounts; undefined where there is no difference to `effective`. */
  readonly amortized: bigint | undefined;
  /** After all discounts. */
  readonly effective: bigint | undefined;
}

function costsOf({ amounts }: Pick<Row, 'amounts'>): Costs {
  const { UnblendedCost: unblended, NetUnblendedCost: netUnblended, AmortizedCost: amortized, NetAmortizedCost: netAmortized } = amounts;
  return { billed: netUnblended ?? unblended, effective: netAmortized ?? amortized, amortized: netAmortized === undefined ? undefined : amortized };
}

/** The charges of a row: two where a fee has a part that nobody used, which is a charge of its own. */
export function chargesOf(row: Row, told: Told): Charge[] {
  const type = recordType(row.recordType);
  const { category, frequency, commitment, isCovered } = type ?? UNKNOWN;
  const costs = costsOf(row);
  const of = (some: Costs, own: Charge): Charge => ({
    ...described(row, told),
    BilledCost: amount(some.billed),
    EffectiveCost: amount(some.effective),
    x_AmortizedCost: amount(some.amortized),
    x_Known: String(type !== undefined),
    ...own,
  });
  if (commitment === undefined) return [of(costs, { ChargeCategory: category, ChargeFrequency: frequency })];
  const committed = { CommitmentDiscountType: commitment, CommitmentDiscountCategory: commitment === 'Savings Plan' ? 'Spend' : 'Usage' };
  if (isCovered === true)
    return [of(costs, { ChargeCategory: category, ChargeFrequency: frequency, PricingCategory: 'Committed', ...committed, ...used(row.recordType) })];
  const isSplit = costs.effective !== undefined && (costs.effective !== 0n || (costs.amortized ?? 0n) !== 0n);
  const zero = (cost: bigint | undefined): bigint | undefined => (cost === undefined ? undefined : 0n);
  const fee = { billed: costs.billed, effective: zero(costs.effective), amortized: zero(costs.amortized) };
  const unused = { ...costs, billed: zero(costs.billed) };
  const status = {
    ChargeCategory: 'Usage',
    ChargeFrequency: 'Usage-Based',
    CommitmentDiscountStatus: 'Unused',
    PricingCategory: 'Committed',
    x_LineCount: '0',
  };
  return [
    of(fee, { ChargeCategory: category, ChargeFrequency: frequency, PricingCategory: 'Committed', ...committed }),
    ...(isSplit ? [of(unused, { ...committed, ...status })] : []),
  ];
}

/** A negation takes back what covered usage would have cost: it uses nothing. */
const used = (name: string | null): Charge => (name !== null && /negation/i.test(name) ? {} : { CommitmentDiscountStatus: 'Used' });

function described({ start, end, service, recordType: type, account, usageType, currency }: Row, { month, billingAccount, names }: Told): Charge {
  const period = monthPeriod(month);
  return {
    BillingCurrency: currency,
    BillingAccountId: billingAccount,
    BillingPeriodStart: period.start,
    BillingPeriodEnd: period.end,
    ChargePeriodStart: `${start}T00:00:00Z`,
    ChargePeriodEnd: `${end}T00:00:00Z`,
    ChargeDescription: [service, type, usageType].filter((text) => text !== null).join(', '),
    InvoiceIssuerName: 'AWS',
    ProviderName: 'AWS',
    PublisherName: 'AWS',
    SubAccountId: account,
    SubAccountName: account === null ? null : (names.get(account) ?? null),
    ServiceCategory: serviceCategory(service),
    ServiceName: service === '' ? 'unknown service' : service,
    SkuMeter: usageType,
    Tags: '{}',
    x_LineItemType: type,
    x_LineCount: '1',
  };
}

const amount = (cost: bigint | undefined): string | null => (cost === undefined ? null : decimal(cost));

/** What an answer adds up to, before it is mapped or told apart. */
export function controlTotals(rows: readonly Row[], state: BillState, billingAccount: string | null): ControlTotal[] {
  return [...Map.groupBy(rows, ({ currency }) => currency)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, of]) => {
      const sum = (costOf: (costs: Costs) => bigint | undefined): string => decimal(of.reduce((total, row) => total + (costOf(costsOf(row)) ?? 0n), 0n));
      const [netEffective, nothing] = [sum(({ effective }) => effective), decimal(0n)];
      return {
        provider: 'AWS',
        billingAccount,
        currency,
        state,
        lines: of.length,
        billed: sum(({ billed }) => billed),
        effective: sum(({ amortized, effective }) => amortized ?? effective),
        netEffective,
        list: nothing,
        contracted: nothing,
      };
    });
}

/** Record types that are new to us, costs that the answer does not tell, and those that Cost Explorer never tells. */
export function gapsOf(rows: readonly Row[], { source, month }: Told): Gap[] {
  return [...Map.groupBy(rows, ({ currency }) => currency)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([currency, of]): Gap[] => {
      const unknown = Map.groupBy(
        of.filter(({ recordType: name }) => recordType(name) === undefined),
        ({ recordType: name }) => name ?? 'RECORD_TYPE not told',
      );
      const types = [...unknown]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(
          ([lineType, some]) =>
            ({ code: 'unknown-line-type', source, month, lineType, lines: some.length, cost: money(billedOf(some) ?? 0), currency }) as const,
        );
      const missing = (metric: keyof CostTotals, some: readonly Row[]): Gap[] => {
        const billed = metric === 'billed' ? null : billedOf(some);
        return some.length === 0
          ? []
          : [{ code: 'unknown-cost', source, month, metric, lines: some.length, billed: billed === null ? null : money(billed), currency }];
      };
      const without = (cost: keyof Costs): Row[] => of.filter((row) => costsOf(row)[cost] === undefined);
      const unamortized = without('effective');
      return [
        ...types,
        ...missing('billed', without('billed')),
        ...missing('effective', unamortized),
        ...missing('netEffective', unamortized),
        ...missing('list', of),
        ...missing('contracted', of),
      ];
    });
}

/** null: of some it is not told. */
function billedOf(rows: readonly Row[]): number | null {
  const known = rows.flatMap((row) => costsOf(row).billed ?? []);
  return known.length < rows.length ? null : Number(decimal(known.reduce((sum, cost) => sum + cost, 0n)));
}

/** When the last day begins on which anything cost something; null where nothing did. */
export function lastUsage(rows: readonly Row[]): Timestamp | null {
  const days = rows.flatMap((row) => {
    const { billed, effective } = costsOf(row);
    return (billed ?? 0n) !== 0n || (effective ?? 0n) !== 0n ? [addDays(row.end, -1)] : [];
  });
  const last = days.reduce<string | null>((latest, day) => (latest === null || day > latest ? day : latest), null);
  return last === null ? null : (`${last}T00:00:00Z` as Timestamp);
}
