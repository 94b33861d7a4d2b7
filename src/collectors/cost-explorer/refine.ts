import { amountsOf, METRICS, type Amounts, type Row } from './rows.ts';

/** What rounding can leave of each part, in units of 1e-12: AWS writes ten decimals. */
const DUST = 1_000n;

/** What the finer rows tell apart: a whole's accounts, or (of one account, or all) a service's usage types. */
export type Finer = 'account' | 'usageType';

/**
 * Rows, told apart by what finer rows say of them. What those do not explain stays a row that has no such name: so nothing is lost
 * (https://github.com/boto/boto3/issues/2140: grouped by account, support is missing), and nothing is counted twice: the sum stays that of `rows`.
 */
export function refine(rows: readonly Row[], finer: readonly Row[], by: Finer): Row[] {
  if (finer.length === 0) return [...rows];
  const keyOf = ({ start, end, service, recordType, currency, account }: Row): string =>
    JSON.stringify([start, end, service, recordType, currency, by === 'account' ? null : account]);
  const wholes = Map.groupBy(rows, keyOf);
  const parts = Map.groupBy(finer, keyOf);
  return [...new Set([...wholes.keys(), ...parts.keys()])].flatMap((key) => split(wholes.get(key) ?? [], parts.get(key) ?? [], by));
}

function split(wholes: readonly Row[], parts: readonly Row[], by: Finer): readonly Row[] {
  const [first = parts[0]] = wholes;
  if (first === undefined || parts.length === 0) return wholes;
  const [whole, told] = [sum(wholes), sum(parts)];
  // Parts that do not tell a cost which their whole does would lose it.
  if (wholes.length > 0 && METRICS.some((metric) => whole[metric] !== undefined && told[metric] === undefined)) return wholes;
  const rest = amountsOf((metric) => {
    const [all, some] = [whole[metric], told[metric]];
    return all === undefined || some === undefined ? undefined : all - some;
  });
  if (METRICS.every((metric) => isDust(rest[metric], parts.length))) return withDust(parts, rest);
  return [...parts, { ...first, [by]: null, amounts: rest }];
}

/** undefined where one of them is. Of no rows it is 0. */
function sum(rows: readonly Row[]): Amounts {
  return amountsOf((metric) => {
    const known = rows.flatMap(({ amounts }) => amounts[metric] ?? []);
    return known.length === rows.length ? known.reduce((total, amount) => total + amount, 0n) : undefined;
  });
}

function isDust(amount: bigint | undefined, parts: number): boolean {
  return amount === undefined || size(amount) <= DUST * BigInt(parts);
}

const size = (amount: bigint): bigint => (amount < 0n ? -amount : amount);

/** Dust goes to the dearest: it is no charge of its own. */
function withDust(parts: readonly Row[], dust: Amounts): readonly Row[] {
  if (METRICS.every((metric) => (dust[metric] ?? 0n) === 0n)) return parts;
  const costOf = ({ amounts }: Row): bigint => size(amounts.UnblendedCost ?? amounts.AmortizedCost ?? 0n);
  const nameOf = ({ account, usageType }: Row): string => JSON.stringify([account, usageType]);
  const isDearer = (a: Row, b: Row): boolean => costOf(a) > costOf(b) || (costOf(a) === costOf(b) && nameOf(a) < nameOf(b));
  const dearest = parts.reduce((best, part) => (isDearer(part, best) ? part : best));
  const amounts = amountsOf((metric) => {
    const own = dearest.amounts[metric];
    return own === undefined ? undefined : own + (dust[metric] ?? 0n);
  });
  return parts.map((part) => (part === dearest ? { ...part, amounts } : part));
}
