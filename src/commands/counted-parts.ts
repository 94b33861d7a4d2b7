import { UserError } from '../io/errors.ts';
import type { Month } from '../model/facts.ts';
import { countedMonths, type Conflict, type CrossCheck } from '../model/cost/same-bill.ts';
import type { StoredCharges } from '../snapshot/stored-part.ts';

export interface CountedParts {
  readonly parts: readonly StoredCharges[];
  readonly crossChecks: readonly CrossCheck[];
}

/** The parts of which every bill is counted once. @throws UserError where, in a month that matters, two sources may tell one bill, or two parts of one */
export function countedParts(parts: readonly StoredCharges[], matters: readonly Month[]): CountedParts {
  const told = parts.map((part) => ({ part, source: part.source, month: part.month, capabilities: part.facts.capabilities, totals: part.facts.totals }));
  const { counted, crossChecks, conflicts } = countedMonths(told);
  const conflict = conflicts.find(({ month }) => matters.includes(month));
  if (conflict === undefined) return { parts: counted.map(({ part }) => part), crossChecks };
  throw new UserError(
    describe(conflict),
    'take one of them out of `sources`; if each has a part of the bill, read both as one source: a folder with the files of both',
  );
}

function describe({ month, provider, billingAccount, sources, billed, more }: Conflict): string {
  const nameOf = (of: { readonly provider: string; readonly billingAccount: string | null }): string =>
    of.billingAccount === null ? of.provider : `${of.provider} account ${of.billingAccount}`;
  const both = `${sources.join(' and ')} both have the bill of ${nameOf({ provider, billingAccount })} for ${month}, and`;
  if (more === null) return `${both} differ: ${billed.map((amount) => amount.toFixed(2)).join(' and ')}`;
  return `${both} ${sources[1]} alone that of ${nameOf(more)} too`;
}
