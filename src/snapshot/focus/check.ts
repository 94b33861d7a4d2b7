import { UserError } from '../../io/errors.ts';
import { filePath, name, text, type Sql } from '../../io/sql.ts';
import { FOCUS_COLUMNS, type FocusName, type FocusType, type FocusVersion } from '../../model/focus/columns.ts';
import type { FocusRule } from '../../model/focus/rule.ts';
import { focusRules } from '../../model/focus/rules.ts';

/** A rule that a dataset breaks. */
export interface FocusFinding extends Pick<FocusRule, 'id' | 'column' | 'keyword' | 'requirement'> {
  /** How many rows break it; of what is to be one for each key, how many keys; 0 where a column is not there. */
  readonly count: number;
  /** One of them: what the rule reads of it. */
  readonly example: string | null;
}

export interface FocusCheckReport {
  readonly version: FocusVersion;
  readonly rows: number;
  /** How many rules could be checked: those whose columns are there. */
  readonly rules: number;
  readonly findings: readonly FocusFinding[];
}

/**
 * Checks a FOCUS dataset, a Parquet or CSV file of anyone's, by the rules of a version; without one, of that whose columns it has.
 * Rules of rows are one pass over the file, however large; those over several rows are one each.
 */
export async function checkFocus(sql: Sql, path: string, version?: FocusVersion): Promise<FocusCheckReport> {
  const isText = !/\.parquet$/i.test(path);
  const source = isText ? `read_csv(${filePath(path)}, all_varchar = true, header = true)` : `read_parquet(${filePath(path)}, hive_partitioning = false)`;
  const described = await sql.rows(`describe select * from ${source}`);
  const types = new Map(described.map((row) => [String(row['column_name']), String(row['column_type'])]));
  if (!Object.keys(FOCUS_COLUMNS).some((column) => types.has(column)))
    throw new UserError(`${path}: no FOCUS dataset: it has none of its columns`, 'name a file of a FOCUS export, or one that tonnage export wrote');
  const of = version ?? (types.has('ServiceProviderName') || types.has('HostProviderName') ? '1.3' : '1.2');
  const dataset = `(select ${typed(types, isText).join(', ')} from ${source})`;
  const rules = focusRules(of).filter(({ reads }) => reads.every((column) => types.has(column)));
  const perRow = rules.flatMap((rule) => {
    const violation = violationOf(rule);
    return violation === undefined ? [] : [{ rule, violation }];
  });
  const [counts] = await sql.rows(
    `select ${['count(*) as "rows"', ...perRow.map(({ violation }, at) => `count(*) filter (where ${violation}) as r${at}`)].join(', ')} from ${dataset}`,
  );
  const broken = perRow.flatMap(({ rule, violation }, at) => {
    const count = Number(counts?.[`r${at}`]);
    return count > 0 ? [{ rule, violation, count }] : [];
  });
  const examples = broken.length === 0 ? undefined : (await sql.rows(`select ${broken.map(exampleOf).join(', ')} from ${dataset}`))[0];
  const found = new Map<FocusRule, Breach>(broken.map(({ rule, count }, at) => [rule, { count, example: String(examples?.[`e${at}`]) }]));
  for (const rule of rules) {
    const over = rule.check.kind === 'presence' ? absent(rule, types) : await acrossRows(sql, rule, dataset, types);
    if (over !== undefined) found.set(rule, over);
  }
  const findings = rules.flatMap((rule) => {
    const { id, column, keyword, requirement } = rule;
    const breach = found.get(rule);
    return breach === undefined ? [] : [{ id, column, keyword, requirement, ...breach }];
  });
  return { version: of, rows: Number(counts?.['rows']), rules: rules.length, findings };
}

type Breach = Pick<FocusFinding, 'count' | 'example'>;

const absent = ({ column }: FocusRule, types: ReadonlyMap<string, string>): Breach | undefined => (types.has(column) ? undefined : { count: 0, example: null });

function violationOf({ column, check }: FocusRule): string | undefined {
  if (check.kind === 'type') return `bad_${column}`;
  return check.kind === 'row' ? `(${check.violation})` : undefined;
}

/** The least one: the same whatever the order of the rows. */
function exampleOf({ rule, violation }: { readonly rule: FocusRule; readonly violation: string }, at: number): string {
  const values = rule.reads.map((column) => `${text(`${column}=`)} || coalesce(raw_${column}, 'NULL')`);
  return `min(concat_ws(', ', ${values.join(', ')})) filter (where ${violation}) as e${at}`;
}

/** Each column of FOCUS that is there three times: as its type, as text (`raw_`), and whether it is not of its type (`bad_`). */
function typed(types: ReadonlyMap<string, string>, isText: boolean): string[] {
  return (Object.keys(FOCUS_COLUMNS) as FocusName[]).flatMap((column) => {
    const engine = types.get(column);
    if (engine === undefined) return [];
    const own = name(column);
    const { value, raw = `${own}::varchar`, bad } = reading(own, FOCUS_COLUMNS[column].type, engine, isText);
    return [`${value} as ${own}`, `${raw} as raw_${column}`, `${bad} as bad_${column}`];
  });
}

interface Reading {
  readonly value: string;
  readonly raw?: string;
  readonly bad: string;
}

const UTC = `'^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]([.][0-9]+)?Z$'`;
const SCALARS = `['VARCHAR', 'BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE', 'BOOLEAN', 'NULL']`;

function reading(column: string, type: FocusType, engine: string, isText: boolean): Reading {
  const given = `${column} is not null`;
  const isVarchar = engine === 'VARCHAR' || engine === 'JSON';
  switch (type) {
    case 'decimal': {
      if (/^(DECIMAL|DOUBLE|FLOAT|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)\b/.test(engine)) return { value: `${column}::double`, bad: 'false' };
      return { value: `try_cast(${column}::varchar as double)`, bad: isText ? `${given} and try_cast(${column} as double) is null` : given };
    }
    case 'time': {
      if (/^(TIMESTAMP|DATE)/.test(engine)) return { value: `${column}::timestamp`, bad: 'false' };
      const value = `case when regexp_matches(${column}::varchar, ${UTC}) then try_cast(rtrim(${column}::varchar, 'Z') as timestamp) end`;
      return { value, bad: `${given} and (${value}) is null` };
    }
    case 'text':
      return { value: `${column}::varchar`, bad: isVarchar ? 'false' : given };
    case 'key-value':
    case 'json': {
      const raw = isVarchar ? `${column}::varchar` : `to_json(${column})::varchar`;
      const value = `case when json_valid(${raw}) and json_type(${raw}) = 'OBJECT' then ${raw} end`;
      const isFlat =
        type === 'json' ? 'true' : `len(list_filter(json_extract(${value}, '$.*'), lambda one: not list_contains(${SCALARS}, json_type(one)))) = 0`;
      return { value, raw, bad: `${given} and ((${value}) is null or not ${isFlat})` };
    }
  }
}

async function acrossRows(sql: Sql, { column, check }: FocusRule, dataset: string, types: ReadonlyMap<string, string>): Promise<Breach | undefined> {
  if (check.kind !== 'one-of' && check.kind !== 'ratio') return undefined;
  const { groups, example } = check.kind === 'ratio' ? ratios(types) : oneOf(column, check.key);
  const [row] = await sql.rows(`select count(*) as count, min(${example}) as example from (${groups.replace('DATASET', () => dataset)})`);
  const count = Number(row?.['count']);
  return count === 0 ? undefined : { count, example: String(row?.['example']) };
}

function oneOf(column: FocusName, key: FocusName): { readonly groups: string; readonly example: string } {
  return {
    groups: `select raw_${key} as key, count(distinct raw_${column}) as values, min(raw_${column}) as low, max(raw_${column}) as high from DATASET
      where raw_${key} is not null group by 1 having count(distinct raw_${column}) > 1`,
    example: `${text(`${key}=`)} || key || ${text(`: ${column}=`)} || low || ' and ' || high`,
  };
}

/** What tells charges apart, as far as FOCUS has it; several charges may be the same in it, so the ratios of a group add up to a whole number. */
const ORIGIN: readonly FocusName[] = [
  'BillingAccountId',
  'SubAccountId',
  'ChargePeriodStart',
  'ChargePeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'CommitmentDiscountId',
  'CommitmentDiscountStatus',
  'InvoiceId',
  'ResourceId',
  'ServiceName',
  'SkuPriceId',
  'SkuMeter',
];

function ratios(types: ReadonlyMap<string, string>): { readonly groups: string; readonly example: string } {
  const origin = ORIGIN.filter((column) => types.has(column)).map((column) => `raw_${column}`);
  const ratio = `list_sum(list_transform(json_extract_string(AllocatedMethodDetails, '$.Elements[*].AllocatedRatio'), lambda one: try_cast(one as decimal(38,18))))`;
  return {
    groups: `select min(details) as details, sum(ratio) as total from (
        select ${[...origin, `raw_AllocatedMethodDetails as details, ${ratio} as ratio`].join(', ')} from DATASET
        where raw_AllocatedMethodId is not null and AllocatedMethodDetails is not null)
      group by ${origin.length === 0 ? '()' : origin.join(', ')} having abs(sum(ratio) - greatest(round(sum(ratio)), 1)) > 1e-9`,
    example: `'AllocatedRatio adds up to ' || total || ', as in ' || details`,
  };
}
