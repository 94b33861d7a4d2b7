import { name, text, type Sql } from '../../io/sql.ts';
import { CHARGE_COLUMNS, type ChargeColumn } from '../../model/cost/charge.ts';
import type { Month } from '../../model/facts.ts';
import type { Wanted } from '../types.ts';
import { monthStart, NAME_TAG, tagOf } from './columns.ts';
import { costsOf, IS_COMMITMENT } from './costs.ts';
import { GROUP_KEYS, GROUPS, keysOf } from './groups.ts';
import { LINE_ITEM_TYPES, UNKNOWN_TYPE, type LineItemType } from './line-item-types.ts';
import { netColumns, type Nets } from './net-costs.ts';
import { isPacked, unpackTags } from './packed-tags.ts';
import { RESOURCE_TYPE } from './resource-type.ts';
import { serviceCategory } from './services.ts';

/** What a charge is by the type of its lines, as rows to join. */
function kindRows(types: readonly string[]): string[] {
  const row = (lineType: string, isUnused: boolean, { category, frequency, list, committed }: LineItemType): string => {
    const metered = !isUnused && list === 'on-demand';
    const status = isUnused ? `'Unused'` : metered && committed === true ? `'Used'` : 'null';
    const [kind, often] = isUnused ? ['Usage', 'Usage-Based'] : [category, frequency];
    return `(${text(lineType)}, ${isUnused}, ${text(kind)}, ${text(often)}, ${metered}, ${isUnused || committed === true}, ${status})`;
  };
  return types.flatMap((lineType) => {
    const type = LINE_ITEM_TYPES[lineType];
    if (type === undefined) return [];
    return type.unused === undefined ? [row(lineType, false, type)] : [row(lineType, false, type), row(lineType, true, type)];
  });
}

/** Names and categories of the services in the groups: a line may lack its product's name, which others of the product have. */
async function serviceRows(sql: Sql): Promise<string[]> {
  const services = await sql.rows(
    `select product_code as code, max(product_name) as name from ${GROUP_KEYS} where product_code is not null group by 1 order by 1`,
  );
  return services.map(({ code, name: title }) => `(${text(String(code))}, ${text(String(title ?? code))}, ${text(serviceCategory(String(code)))})`);
}

/** The keys that are not needed for the columns that are wanted. */
export function unreadKeys(month: Month, tags: readonly string[], wanted: Wanted, present: ReadonlySet<string>): string[] {
  const columns = focusColumns(month, tags);
  const used = [
    ...wanted.columns.filter((column) => column !== 'Tags').map((column) => columns[column]),
    ...Object.values(costsOf(Object.keys(LINE_ITEM_TYPES), netColumns(present))),
    'split_parent', // by which split rows are known
  ].join(' ');
  const isRead = (key: string): boolean =>
    new RegExp(`\\b${key}\\b`).test(used) || wanted.tags.includes(tagOf(key) ?? '') || (isPacked(key) && wanted.tags.length > 0);
  return keysOf(tags).filter((key) => !isRead(key));
}

/** A joined table; one without rows still has its columns. */
function values(rows: readonly string[], empty: string): string {
  return `(values ${(rows.length === 0 ? [empty] : rows).join(', ')})`;
}

/** FOCUS columns of a group of lines. */
function focusColumns(month: Month, tags: readonly string[]): Readonly<Record<ChargeColumn, string>> {
  const start = monthStart(month);
  return {
    BilledCost: 'billed',
    EffectiveCost: 'effective',
    ListCost: 'list',
    ContractedCost: 'contracted',
    BillingCurrency: `coalesce(currency, 'XXX')`,
    BillingAccountId: 'payer',
    BillingAccountName: 'payer_name',
    BillingPeriodStart: start,
    BillingPeriodEnd: `${start} + interval '1' month`,
    // Of a line that does not say when it was used, its billing period is all that is known.
    ChargePeriodStart: `coalesce(charge_start, ${start})`,
    ChargePeriodEnd: `coalesce(charge_end, ${start} + interval '1' month)`,
    // A refund is of the category of what it gives back.
    ChargeCategory: `case when type = 'Refund' and ${IS_COMMITMENT} then 'Purchase' else coalesce(category, ${text(UNKNOWN_TYPE.category)}) end`,
    // It is for a period that was invoiced before (https://focus.finops.org/focus-specification/v1-2/ ChargeClass). A fee that reaches into the month is none,
    // and a tax is of the invoice, whenever its usage was.
    ChargeClass: `case when charge_end <= ${start} and coalesce(category, '') <> 'Tax' then 'Correction' end`,
    ChargeDescription: 'description',
    ChargeFrequency: `coalesce(frequency, ${text(UNKNOWN_TYPE.frequency)})`,
    InvoiceId: 'invoice_id',
    InvoiceIssuerName: `coalesce(invoice_issuer, 'AWS')`,
    ProviderName: `'AWS'`,
    PublisherName: `case when billing_entity = 'AWS Marketplace' then coalesce(seller, billing_entity) else 'AWS' end`,
    SubAccountId: 'account',
    SubAccountName: 'account_name',
    ServiceCategory: `coalesce(service_category, 'Other')`,
    ServiceName: `coalesce(product_name, service_name, product_code, 'unknown service')`,
    RegionId: `coalesce(region, nullif(regexp_extract(zone, '^([a-z]+(-[a-z]+)+-[0-9]+)[a-z]$', 1), ''))`,
    AvailabilityZone: 'zone',
    ResourceId: 'resource_id',
    ResourceName: tags.includes(NAME_TAG) ? `case when resource_id is not null then ${name(NAME_TAG)} end` : 'null',
    ResourceType: RESOURCE_TYPE,
    SkuId: 'sku',
    SkuPriceId: 'rate_id',
    SkuMeter: 'usage_type',
    PricingCategory: `case when category is null or category in ('Tax', 'Credit') then null when committed then 'Committed'
      when usage_type like '%SpotUsage%' or purchase_option = 'Spot' then 'Dynamic' else 'Standard' end`,
    PricingQuantity: 'case when not is_unused and not is_split then quantity end',
    PricingUnit: 'case when not is_split then unit end',
    ConsumedQuantity: 'case when is_split then split_usage when metered then quantity end',
    // `EU-EKS-EC2-vCPU-Hours`, `…-GB-Hours`, `…-Accelerator-Hours`
    ConsumedUnit: `case when is_split then coalesce(nullif(regexp_extract(usage_type, '([A-Za-z]+-Hours)$', 1), ''), unit) when metered then unit end`,
    CommitmentDiscountCategory: commitment(`'Spend'`, `'Usage'`),
    CommitmentDiscountId: `coalesce(savings_plan, reservation)`,
    CommitmentDiscountName: 'null',
    CommitmentDiscountStatus: 'status',
    CommitmentDiscountType: commitment(`'Savings Plan'`, `'Reserved Instance'`),
    Tags: tagObject(tags.filter((tag) => !isPacked(tag))),
    x_ServiceCode: 'product_code',
    x_ProductFamily: 'product_family',
    x_Operation: 'operation',
    x_InstanceType: 'instance_type',
    x_LineItemType: 'type',
    x_Known: 'category is not null',
    x_LineCount: 'case when is_unused then 0 else lines end',
    x_AmortizedCost: 'amortized',
    x_RowRole: `case when is_split then 'split' end`,
    x_ParentResourceId: 'case when is_split then split_parent end',
    x_SplitCost: 'case when is_split then split_cost end',
    x_UnusedCost: 'case when is_split then split_unused end',
  };
}

function commitment(savingsPlan: string, reservation: string): string {
  return `case when savings_plan is not null then ${savingsPlan} when reservation is not null then ${reservation} end`;
}

/** The tags that have a value, as a JSON object. */
function tagObject(tags: readonly string[]): string {
  const members = [...Map.groupBy(tags, (tag) => tagOf(tag))].map(([key, of]) => {
    const value = of.length === 1 ? of.map(name).join('') : `coalesce(${of.map(name).join(', ')})`;
    return `${text(`${JSON.stringify(key)}:`)} || to_json(${value})`;
  });
  return members.length === 0 ? `'{}'` : `'{' || concat_ws(',', ${members.join(', ')}) || '}'`;
}

/** What is known of a month when its groups are mapped. */
export interface ChargesOf {
  readonly types: readonly string[];
  readonly nets: Nets;
  readonly tags: readonly string[];
  readonly wanted: Wanted | undefined;
}

/** What charges are, by the `place` of their keys and whether they are the unused part of a commitment: their columns that are a matter of keys, in text. */
const TEXTS = 'charge_texts';

/** Of so many keys, texts are sorted and written as numbers that stand for them (ENUM): rows are a tenth as wide. For fewer it is not worth its while. */
const MANY_KEYS = 2000;

/** A Parquet file has all values of an ENUM in each of its row groups: of more values than these, the texts themselves are written. */
const MOST_VALUES = 32_768;

/** A column that changes with time and sums. */
const isText = (column: ChargeColumn): boolean => CHARGE_COLUMNS[column] === 'VARCHAR' && column !== 'ChargeClass';

/**
 * The groups of a month's lines as FOCUS charges: a SELECT. The part of a commitment that nobody used leaves its fee and becomes a charge of its own.
 * It is fully ordered, so that the same lines give the same bytes. Texts are made of the keys, once for all days.
 */
export async function chargesSql(sql: Sql, month: Month, { types, nets, tags, wanted }: ChargesOf): Promise<string> {
  const { unused, unused_amortized: amortized, ...costs } = costsOf(types, nets);
  const costColumns = Object.entries(costs).map(([cost, of]) => `${of} as ${cost}`);
  const isWanted = (column: string): boolean =>
    wanted === undefined || wanted.columns.some((one) => one === column) || (column === 'Tags' && wanted.tags.length > 0);
  const packed = tags.some(isPacked) ? await unpackTags(sql) : undefined;
  const columns = { ...focusColumns(month, tags), ...(packed === undefined ? {} : { Tags: packed.tags }) };
  const names = Object.keys(CHARGE_COLUMNS) as ChargeColumn[];
  const focus = (of: ChargeColumn): string => `cast(${isWanted(of) ? columns[of] : 'null'} as ${CHARGE_COLUMNS[of]}) as ${of}`;

  const hasUnused = unused !== 'null';
  const texts = names.filter((column) => isText(column));
  await sql.run(`create or replace temp table ${TEXTS} as
    select place, is_unused, category as of_category, metered as is_metered, ${texts.map(focus).join(', ')}
    from ${GROUP_KEYS} cross join (values ${hasUnused ? '(false), (true)' : '(false)'}) as part(is_unused) ${packed?.join ?? ''}
      left join ${values(await serviceRows(sql), `('', '', '')`)} as service(code, service_name, service_category) on product_code = code
      left join ${values(kindRows(types), `('', false, null, null, false, false, null)`)} as kind(line_type, of_unused, category, frequency, metered, committed, status)
        on type = line_type and is_unused = of_unused`);
  const longest = await numbered(sql, texts);
  const unusedCharges = `union all select *, true as is_unused, 0 as billed, ${unused} as effective, ${amortized} as amortized, 0 as list, 0 as contracted
    from ${GROUPS} where ${unused} <> 0 or ${amortized} <> 0`;
  // Texts that were numbered are looked up after the sort.
  return `
    with charge as (select *, false as is_unused, ${costColumns.join(', ')} from ${GROUPS} ${hasUnused ? unusedCharges : ''})
    select ${names.map((column) => (longest.has(column) ? `cast(${column} as varchar) as ${column}` : column)).join(', ')} from (
      select ${names.map((column) => (isText(column) ? column : focus(column))).join(', ')}
      from (select *, of_category as category, is_metered as metered from charge join ${TEXTS} using (place, is_unused))
      order by charge_start, place, is_unused, charge_end, lines, unblended)`;
}

/** Makes numbers of the texts, where they are many. Returns the columns that are to be texts again when they are written. */
async function numbered(sql: Sql, texts: readonly ChargeColumn[]): Promise<Set<ChargeColumn>> {
  const counts = texts.map((column) => `count(distinct ${column}) as ${column}`);
  const [found] = await sql.rows(`select count(*) as texts from ${TEXTS}`);
  if (Number(found?.['texts']) < MANY_KEYS) return new Set();
  const [distinct] = await sql.rows(`select ${counts.join(', ')} from ${TEXTS}`);
  const type = (column: ChargeColumn): string => `text_of_${column}`;
  for (const column of texts) {
    await sql.run(`drop type if exists ${type(column)}`);
    await sql.run(`create type ${type(column)} as enum (select distinct ${column} from ${TEXTS} where ${column} is not null order by 1)`);
  }
  await sql.run(`create or replace temp table ${TEXTS} as
    select * replace (${texts.map((column) => `cast(${column} as ${type(column)}) as ${column}`).join(', ')}) from ${TEXTS}`);
  return new Set(texts.filter((column) => Number(distinct?.[column]) > MOST_VALUES));
}
