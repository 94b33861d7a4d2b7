import type { Anomaly } from './anomalies/anomaly.ts';
import { type Change, type CostReport, DIMENSIONS, type Dimension, type Reconciliation, SHARES, type Share } from './cost-report.ts';
import type { Forecast } from './forecast/forecast-report.ts';

/** What a condition can be about; without anomalies or a forecast, conditions on them are unknown. */
export type Judged = Pick<CostReport, 'gaps' | 'reconciliation' | 'change' | 'breakdowns'> & {
  readonly anomalies?: readonly Anomaly[] | null;
  readonly forecast?: Forecast | null;
};

/** When a report is to fail a build (`--fail-on`). */
export type Condition = { readonly all: readonly Condition[] } | { readonly any: readonly Condition[] } | Comparison;

interface Comparison {
  readonly subject: Subject;
  readonly operator: Operator;
  /** In the report's currency, in percent, or a count. */
  readonly limit: number;
}

interface Subject {
  /** As it was written. */
  readonly text: string;
  readonly of: Share | 'residual' | 'gaps' | 'anomalies' | 'forecast' | 'total' | Dimension;
  /** Of which team, service, ...; undefined where `of` has no names. */
  readonly name: string | undefined;
  /** Cost or change, in money or in percent: of the bill, and of the earlier cost. */
  readonly measure: 'cost' | 'share' | 'change' | 'change-percent';
}

interface Mistake {
  readonly error: string;
  readonly at: number;
}

interface Token {
  readonly text: string;
  readonly at: number;
}

/** Some tokens, and where the next one would stand. */
interface Clause {
  readonly tokens: readonly Token[];
  readonly end: number;
}

const OPERATORS = {
  '>': (left: number, right: number) => left > right,
  '>=': (left: number, right: number) => left >= right,
  '<': (left: number, right: number) => left < right,
  '<=': (left: number, right: number) => left <= right,
  '==': (left: number, right: number) => left === right,
  '!=': (left: number, right: number) => left !== right,
};
type Operator = keyof typeof OPERATORS;

const WHOLES = ['total', 'change', 'forecast', ...SHARES, 'residual', 'gaps', 'anomalies'] as const;
const NAMES = `${WHOLES.join(', ')}, or ${DIMENSIONS.map((dimension) => `${dimension}.NAME`).join(', ')}`;

/** The whole, and counts. */
const WITHOUT_PERCENT: ReadonlySet<Subject['of']> = new Set(['total', 'forecast', 'gaps', 'anomalies']);

const PART = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s."'<>=!%()]+/;
const PARTS = new RegExp(PART, 'g');
const TOKEN = new RegExp(`(?:${PART.source})(?:\\.(?:${PART.source}))*|[<>=!]=|\\S`, 'g');
const LIMIT = /^-?\d+(\.\d+)?$/;

/**
 * Reads `total > 12000 and team.search.change > 10% or gaps > 0`: `and` binds tighter than `or`.
 * A name with spaces, dots or signs stands in quotes: `service."Amazon Simple Storage Service"`. Percent are of the bill (`unattributed > 5%`), or, of a
 * change, of the earlier cost. `forecast` is that of the month that goes on, or of the next where none does.
 * @returns the condition, or what is wrong and at which character (from 0)
 */
export function parseCondition(text: string): Condition | Mistake {
  const tokens = [...text.matchAll(TOKEN)].map((match) => ({ text: match[0], at: match.index }));
  const clauses = split({ tokens, end: text.length }, 'or').map((clause) => joined(split(clause, 'and').map(comparison), (all) => ({ all })));
  return joined(clauses, (any) => ({ any }));
}

/** What a name is about: `total`, a part of the bill (`idle`), or one of a dimension (`team.search`). @returns undefined if it is none of these */
export function parseSubject(text: string): { readonly of: Share | 'total' | Dimension; readonly name: string | undefined } | undefined {
  const subject = subjectOf({ text, at: 0 });
  if ('error' in subject || subject.measure !== 'cost' || !isBillPart(subject.of)) return undefined;
  return { of: subject.of, name: subject.name };
}

function isBillPart(of: Subject['of']): of is Share | 'total' | Dimension {
  return of !== 'gaps' && of !== 'anomalies' && of !== 'forecast' && of !== 'residual';
}

/**
 * Whether the report meets the condition; 'unknown' where that hangs on something which the report does not have:
 * a name that is not in it, or a change without a period before. False only where all that the condition names is known.
 */
export function holds(condition: Condition, report: Judged): boolean | 'unknown' {
  if ('any' in condition) {
    const found = condition.any.map((each) => holds(each, report));
    return found.includes(true) || (found.includes('unknown') ? 'unknown' : false);
  }
  if ('all' in condition) {
    const found = condition.all.map((each) => holds(each, report));
    return found.includes('unknown') ? 'unknown' : !found.includes(false);
  }
  const value = valueOf(condition.subject, report);
  return value === undefined ? 'unknown' : OPERATORS[condition.operator](settled(value), settled(condition.limit));
}

/** What the condition names and the report does not have, as it was written. */
export function unanswered(condition: Condition, report: Judged): readonly string[] {
  if ('any' in condition) return condition.any.flatMap((each) => unanswered(each, report));
  if ('all' in condition) return condition.all.flatMap((each) => unanswered(each, report));
  return valueOf(condition.subject, report) === undefined ? [condition.subject.text] : [];
}

function valueOf({ of, name, measure }: Subject, report: Judged): number | undefined {
  const { bill } = report.reconciliation;
  if (of === 'gaps') return report.gaps.length;
  if (of === 'anomalies') return report.anomalies?.length;
  if (of === 'forecast') return report.forecast?.months[0]?.cost;
  if (of === 'total') return measured(bill, report.change, measure, bill);
  if (isShare(of, report.reconciliation)) return measured(report.reconciliation[of], null, measure, bill);
  const row = report.breakdowns.find(({ by }) => by === of)?.rows.find((each) => each.name === name);
  return row && measured(row.cost, row.change, measure, bill);
}

function measured(cost: number, change: Change | null, measure: Subject['measure'], bill: number): number | undefined {
  if (measure === 'cost') return cost;
  if (measure === 'share') return bill === 0 ? undefined : (cost / bill) * 100;
  if (measure === 'change' || change === null) return change?.amount;
  return change.ratio === null ? undefined : change.ratio * 100;
}

/** Without the last binary digits of a sum: 0.07 is 7 %, not 7.000000000000001 %. */
function settled(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function split({ tokens, end }: Clause, keyword: 'and' | 'or'): readonly Clause[] {
  const at = tokens.findIndex(({ text }) => text === keyword);
  const found = tokens[at];
  if (found === undefined) return [{ tokens, end }];
  return [{ tokens: tokens.slice(0, at), end: found.at }, ...split({ tokens: tokens.slice(at + 1), end }, keyword)];
}

function comparison({ tokens, end }: Clause): Comparison | Mistake {
  const [name, operator, limit, ...rest] = tokens;
  if (name === undefined) return { error: `expected ${NAMES}`, at: end };
  const subject = subjectOf(name);
  if ('error' in subject) return subject;
  if (operator === undefined || !isOperator(operator.text)) return { error: `expected one of ${Object.keys(OPERATORS).join(' ')}`, at: operator?.at ?? end };
  if (limit === undefined || !LIMIT.test(limit.text)) return { error: 'expected a number such as 12000 or 10.5', at: limit?.at ?? end };
  const percent = rest[0]?.text === '%' ? rest[0] : undefined;
  const extra = percent === undefined ? rest[0] : rest[1];
  if (extra !== undefined) return { error: 'expected and, or, or the end', at: extra.at };
  if (percent === undefined) return { subject, operator: operator.text, limit: Number(limit.text) };
  if (WITHOUT_PERCENT.has(subject.of) && subject.measure === 'cost')
    return { error: 'only a change, or a part of the bill, can be in percent', at: percent.at };
  const measure = subject.measure === 'change' ? 'change-percent' : 'share';
  return { subject: { ...subject, measure }, operator: operator.text, limit: Number(limit.text) };
}

function subjectOf({ text, at }: Token): Subject | Mistake {
  const [word, name, ...rest] = [...text.matchAll(PARTS)].map((match) => ({ text: match[0], at: at + match.index }));
  const dimension = DIMENSIONS.find((known) => known === word?.text);
  const whole = WHOLES.find((known) => known === word?.text);
  if (dimension === undefined && whole === undefined) return { error: `unknown name ${text}; expected ${NAMES}`, at };
  if (dimension === undefined && name !== undefined) return { error: `${whole} has no parts`, at: name.at };
  if (whole === 'change') return { text, of: 'total', name: undefined, measure: 'change' };
  if (whole !== undefined) return { text, of: whole, name: undefined, measure: 'cost' };
  if (dimension === undefined || name === undefined) return { error: `expected a name after it: ${text}.NAME`, at: at + text.length };
  const extra = rest[0]?.text === 'change' ? rest[1] : rest[0];
  if (extra !== undefined) return { error: 'only .change can stand here; a name with dots stands in quotes', at: extra.at };
  return { text, of: dimension, name: unquoted(name.text), measure: rest.length > 0 ? 'change' : 'cost' };
}

function unquoted(text: string): string {
  return /^["']/.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
}

function joined(parts: readonly (Condition | Mistake)[], join: (parts: readonly Condition[]) => Condition): Condition | Mistake {
  const mistake = parts.find(isMistake);
  if (mistake !== undefined) return mistake;
  const [first, ...others] = parts.filter(isCondition);
  return first !== undefined && others.length === 0 ? first : join(parts.filter(isCondition));
}

function isOperator(text: string): text is Operator {
  return Object.hasOwn(OPERATORS, text);
}

function isMistake(parsed: Condition | Mistake): parsed is Mistake {
  return 'error' in parsed;
}

function isCondition(parsed: Condition | Mistake): parsed is Condition {
  return !isMistake(parsed);
}

function isShare(of: string, reconciliation: Reconciliation): of is keyof Reconciliation {
  return Object.hasOwn(reconciliation, of);
}
