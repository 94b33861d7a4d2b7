import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { text } from '../../../../src/io/sql.ts';
import { testIo } from '../../../io/test-io.ts';
import { query } from '../small-bill.ts';
import { chargesOf, collectBill, gapsOf, totalsOf } from '../collected.ts';
import { on, writeExport, type ExportForm, type FocusCells, type Version } from './small-export.ts';

const given = testIo();
let exports = 0;
const place = (name: string): string => join(given.folder, String(exports++), name);
const put = (lines: readonly FocusCells[], form: ExportForm = {}, name = 'focus.parquet'): Promise<string> => writeExport(place(name), lines, form);

const month = [
  {},
  { ...on(6), BilledCost: '2.25', EffectiveCost: '0.1', Tags: '{"team":"shop","cost-center":"7"}' },
  { ...on(7), ChargeCategory: 'Tax', BilledCost: '0.2', ResourceId: null, Tags: null },
  { ...on(8), ChargeCategory: 'Credit', BilledCost: '-0.5', EffectiveCost: '-0.5', ListCost: '0', ContractedCost: '0' },
];

async function bytes(path: string): Promise<Buffer> {
  const [only] = await collectBill(path, given);
  if (only === undefined) throw new Error('no month');
  return readFileSync(only.file);
}

describe('a month is the same charges', () => {
  test.each(['focus.csv', 'focus.csv.gz'])('from Parquet and from %s', async (name) => {
    expect((await bytes(await put(month, {}, name))).equals(await bytes(await put(month)))).toBe(true);
  });

  test.each<[string, ExportForm]>([
    ['with NULL as text', { nothing: 'NULL' }],
    ['with lower-case columns', { spelled: (column) => column.toLowerCase() }],
    ['with a column of its own', { spelled: (column) => (column === 'RegionName' ? 'Id' : column) }],
  ])('in CSV %s', async (_what, form) => {
    expect((await bytes(await put(month, form, 'focus.csv'))).equals(await bytes(await put(month)))).toBe(true);
  });

  test.each<[string, ExportForm]>([
    ['of decimals', { types: { BilledCost: 'decimal(20,10)', EffectiveCost: 'decimal(38,18)', PricingQuantity: 'integer' } }],
    ['of text', { types: { BilledCost: 'varchar', ChargePeriodStart: 'varchar', BillingPeriodStart: 'varchar' } }],
    ['with times in a zone', { types: { ChargePeriodStart: 'timestamptz', ChargePeriodEnd: 'timestamptz', BillingPeriodStart: 'date' } }],
    ['with tags as a map', { types: { Tags: 'map' } }],
  ])('in Parquet %s', async (_what, form) => {
    expect((await bytes(await put(month, form))).equals(await bytes(await put(month)))).toBe(true);
  });

  test.each<[string, (time: string) => string]>([
    ['with a space and no zone', (time) => time.replace('T', ' ').replace('Z', '')],
    ['without seconds', (time) => time.replace(':00Z', 'Z')],
    ['with UTC', (time) => time.replace('T', ' ').replace('Z', ' UTC')],
    ['in another zone', (time) => new Date(Date.parse(time) + 7_200_000).toISOString().replace('.000Z', '+02:00')],
  ])('in CSV with times %s', async (_what, write) => {
    const cells = month.map((line) => {
      const times = { ...on(5), BillingPeriodStart: '2026-10-01T00:00:00Z', ...line } as FocusCells;
      return {
        ...times,
        ...Object.fromEntries(['ChargePeriodStart', 'ChargePeriodEnd', 'BillingPeriodStart'].map((column) => [column, write(times[column] ?? '')])),
      };
    });
    expect((await bytes(await put(cells, {}, 'focus.csv'))).equals(await bytes(await put(month)))).toBe(true);
  });

  test.each<Version>(['1.0', '1.1', '1.3'])('in FOCUS %s, but for what 1.2 adds', async (version) => {
    const columns = [
      'BilledCost',
      'EffectiveCost',
      'ProviderName',
      'ServiceName',
      'SkuMeter',
      'x_InstanceType',
      'x_ServiceCode',
      'Tags',
      'ChargePeriodStart',
    ] as const;
    expect(await chargesOf(await put(month, { version }), given, columns)).toEqual(await chargesOf(await put(month), given, columns));
  });
});

describe('a charge', () => {
  test('keeps what FOCUS says', async () => {
    const [charge] = await chargesOf(await put([{}]), given, [
      'BilledCost',
      'EffectiveCost',
      'ListCost',
      'ContractedCost',
      'x_AmortizedCost',
      'ProviderName',
      'x_ServiceCode',
      'SkuMeter',
      'x_InstanceType',
      'x_LineItemType',
      'x_Known',
      'x_LineCount',
      'Tags',
      'InvoiceId',
      'ConsumedQuantity',
    ]);
    expect(charge).toEqual({
      BilledCost: '1.000000000000',
      EffectiveCost: '1.000000000000',
      ListCost: '1.500000000000',
      ContractedCost: '1.000000000000',
      x_AmortizedCost: null,
      ProviderName: 'AWS',
      x_ServiceCode: 'AmazonEC2',
      SkuMeter: 'EU-BoxUsage:m6i.large',
      x_InstanceType: 'm6i.large',
      x_LineItemType: 'Usage',
      x_Known: true,
      x_LineCount: '1',
      Tags: '{"team":"web"}',
      InvoiceId: '1001',
      ConsumedQuantity: '24.000000000000',
    });
  });

  test('is of a day, whatever the hours of its lines', async () => {
    const path = await put([on(5, 1), on(5, 2), on(6, 0)]);
    expect(await chargesOf(path, given, ['ChargePeriodStart', 'ChargePeriodEnd', 'BilledCost', 'x_LineCount'])).toEqual([
      { ChargePeriodStart: '2026-10-05 00:00:00', ChargePeriodEnd: '2026-10-06 00:00:00', BilledCost: '2.000000000000', x_LineCount: '2' },
      { ChargePeriodStart: '2026-10-06 00:00:00', ChargePeriodEnd: '2026-10-07 00:00:00', BilledCost: '1.000000000000', x_LineCount: '1' },
    ]);
  });

  test.each(['{"aws:eks:cluster-name":"prod"}', '{"aws_eks_cluster_name":"prod"}', '{"kubernetes.io/cluster/prod": "owned"}'])(
    'of a cluster (%s) is of an hour',
    async (Tags) => {
      const path = await put([on(5, 1), on(5, 1), on(5, 2)].map((line) => ({ ...line, Tags })));
      expect(await chargesOf(path, given, ['ChargePeriodStart', 'ChargePeriodEnd', 'x_LineCount'])).toEqual([
        { ChargePeriodStart: '2026-10-05 01:00:00', ChargePeriodEnd: '2026-10-05 02:00:00', x_LineCount: '2' },
        { ChargePeriodStart: '2026-10-05 02:00:00', ChargePeriodEnd: '2026-10-05 03:00:00', x_LineCount: '1' },
      ]);
    },
  );

  test('of a cluster that is only known by the day stays of a day', async () => {
    const path = await put([{ Tags: '{"aws:eks:cluster-name":"prod"}' }]);
    expect(await chargesOf(path, given, ['ChargePeriodStart', 'ChargePeriodEnd'])).toEqual([
      { ChargePeriodStart: '2026-10-05 00:00:00', ChargePeriodEnd: '2026-10-06 00:00:00' },
    ]);
  });

  test('that is longer than a day stays as it is', async () => {
    const path = await put([{ ChargePeriodStart: '2026-10-01T00:00:00Z', ChargePeriodEnd: '2026-11-01T00:00:00Z' }]);
    expect(await chargesOf(path, given, ['ChargePeriodStart', 'ChargePeriodEnd'])).toEqual([
      { ChargePeriodStart: '2026-10-01 00:00:00', ChargePeriodEnd: '2026-11-01 00:00:00' },
    ]);
  });

  test('loses no digit', async () => {
    const path = await put([{ BilledCost: '1.5E-7' }, { BilledCost: '123456789.000000000001' }, { BilledCost: '-0.1' }], {}, 'focus.csv');
    expect((await totalsOf(path, given)).map(({ billed }) => billed)).toEqual(['123456788.900000150001']);
  });

  test('of unused commitment says so, and of whatever case', async () => {
    const path = await put([{ CommitmentDiscountStatus: 'unused', ChargeFrequency: 'Usage-based', ChargeClass: 'correction' }]);
    expect(await chargesOf(path, given, ['CommitmentDiscountStatus', 'ChargeFrequency', 'ChargeClass', 'x_LineItemType'])).toEqual([
      { CommitmentDiscountStatus: 'Unused', ChargeFrequency: 'Usage-Based', ChargeClass: 'Correction', x_LineItemType: 'Usage (Correction)' },
    ]);
  });

  test('that was allocated (FOCUS 1.3) carries its part of the cost, for what it is allocated to', async () => {
    const allocated = (AllocatedResourceId: string | null, BilledCost: string): FocusCells => ({
      ...on(5, 3),
      BilledCost,
      AllocatedMethodId: 'm1',
      AllocatedResourceId,
      AllocatedTags: AllocatedResourceId === null ? null : '{"team":"shop"}',
    });
    const path = await put([allocated('pod/a', '0.7'), allocated(null, '0.3')], { version: '1.3' });
    expect(await chargesOf(path, given, ['ResourceId', 'x_ParentResourceId', 'x_RowRole', 'BilledCost', 'Tags', 'ChargePeriodStart'])).toEqual([
      {
        ResourceId: 'i-1',
        x_ParentResourceId: null,
        x_RowRole: null,
        BilledCost: '0.300000000000',
        Tags: '{"team":"web"}',
        ChargePeriodStart: '2026-10-05 03:00:00',
      },
      {
        ResourceId: 'pod/a',
        x_ParentResourceId: 'i-1',
        x_RowRole: null,
        BilledCost: '0.700000000000',
        Tags: '{"team":"shop"}',
        ChargePeriodStart: '2026-10-05 03:00:00',
      },
    ]);
  });
});

describe('tags', () => {
  const tagsOf = async (cells: FocusCells, name = 'focus.csv'): Promise<unknown> =>
    (await chargesOf(await put([cells], {}, name), given, ['Tags']))[0]?.['Tags'];

  test.each([
    ['{"user:CostCenter":"7","aws:createdBy":"x"}', '{"aws:created_by":"x","cost_center":"7"}'],
    ['{"user_team":"web"}', '{"team":"web"}'],
    ['{"a":true,"b":null,"c":"","d":1}', '{"a":"true","d":"1"}'],
    ['[{"key":"team","value":"web"}]', '{"team":"web"}'],
    ['"team":"web","env":"prod"', '{"env":"prod","team":"web"}'],
    ['{"q":"say \\"hi\\",\\nthen 😀"}', '{"q":"say \\"hi\\",\\nthen 😀"}'],
    ['{"q":"line\nbreak"}', '{"q":"line\\nbreak"}'],
    ['', '{}'],
  ])('%j become %s', async (tags, expected) => {
    expect(await tagsOf({ Tags: tags })).toBe(expected);
  });

  test('of Google keep what looks like a prefix of AWS', async () => {
    expect(await tagsOf({ Tags: '{"user_id":"7"}', ProviderName: 'Google Cloud' })).toBe('{"user_id":"7"}');
  });

  test('hold cost categories beside them', async () => {
    expect(await tagsOf({ x_CostCategories: '{"Business Unit":"shop"}' })).toBe('{"cost_category_business_unit":"shop","team":"web"}');
  });

  test('of a thousand keys are kept', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`key${String(at).padStart(4, '0')}`, 'x']));
    expect(JSON.parse(String(await tagsOf({ Tags: JSON.stringify(many) })))).toEqual(many);
  });

  test('that are no JSON are told', async () => {
    expect(await gapsOf(await put([{ Tags: "{'team': 'web'}" }]), given)).toEqual([
      { code: 'unreadable-value', source: 'cur', object: 'a charge of 2026-10', field: 'Tags', value: "{'team': 'web'}" },
    ]);
  });
});

describe('what the bill adds up to', () => {
  const one = async (cells: readonly FocusCells[], form?: ExportForm): Promise<unknown> =>
    (await totalsOf(await put(cells, form), given)).map(({ provider, billingAccount, currency, state, lines, billed }) =>
      [provider, billingAccount, currency, state, lines, Number(billed)].join(' '),
    );

  test('is said by provider, billing account and currency', async () => {
    expect(await one([{}, { BillingCurrency: 'EUR' }, { BillingAccountId: '9' }, { ProviderName: 'Microsoft', BilledCost: '3' }])).toEqual([
      'AWS 111111111111 EUR final 1 1',
      'AWS 111111111111 USD final 1 1',
      'AWS 9 USD final 1 1',
      'Microsoft 111111111111 USD final 1 3',
    ]);
  });

  test('is preliminary while a line that costs something has no invoice', async () => {
    expect(await one([{}, { InvoiceId: null }, { InvoiceId: null, BilledCost: '0', BillingAccountId: '9' }])).toEqual([
      'AWS 111111111111 USD preliminary 2 2',
      'AWS 9 USD final 1 0',
    ]);
  });

  test('is of unknown state where the export has no invoices', async () => {
    expect(await one([{}], { version: '1.0' })).toEqual(['AWS 111111111111 USD unknown 1 1']);
  });

  test('leaves out costs that are not known, and says so', async () => {
    const path = await put([{}, { ContractedCost: null, BilledCost: '3' }], { without: ['EffectiveCost'] });
    const gap = { code: 'unknown-cost', source: 'cur', month: '2026-10', currency: 'USD' };
    expect(await gapsOf(path, given)).toEqual([
      { ...gap, metric: 'effective', lines: 2, billed: 4 },
      { ...gap, metric: 'netEffective', lines: 2, billed: 4 },
      { ...gap, metric: 'contracted', lines: 1, billed: 3 },
    ]);
    expect((await totalsOf(path, given)).map(({ effective, contracted }) => [Number(effective), Number(contracted)])).toEqual([[0, 1]]);
  });

  test('names a category that is not in FOCUS', async () => {
    const path = await put([{ ChargeCategory: 'Barter' }]);
    expect(await gapsOf(path, given)).toEqual([
      { code: 'unknown-line-type', source: 'cur', month: '2026-10', lineType: 'Barter', lines: 1, cost: 1, currency: 'USD' },
    ]);
    expect(await chargesOf(path, given, ['ChargeCategory', 'x_LineItemType', 'x_Known'])).toEqual([
      { ChargeCategory: 'Adjustment', x_LineItemType: 'Barter', x_Known: false },
    ]);
  });

  test('has what the export can answer, and when usage ended', async () => {
    const [only] = await collectBill(await put([on(5, 3), on(9, 7), { ...on(30), ChargeCategory: 'Tax' }]), given);
    expect([only?.facts.capabilities, only?.facts.lastUsage, only?.facts.lines]).toEqual([
      ['commitments', 'contracted-prices', 'effective-costs', 'invoice-ids', 'list-prices', 'resource-ids', 'tags'],
      '2026-10-09T07:00:00Z',
      3,
    ]);
  });
});

describe('where only some of it is read', () => {
  test.each([
    ['team', '2026-10-05 00:00:00'],
    ['aws:eks_cluster_name', '2026-10-05 07:00:00'],
  ])('charges of a cluster are of an hour if its tag is wanted: %s', async (tag, start) => {
    const path = await put([{ ...on(5, 7), Tags: '{"aws:eks:cluster-name":"prod"}' }]);
    const [only] = await collectBill(path, given, { columns: ['BilledCost', 'ChargePeriodStart'], tags: [tag] });
    expect(await query(`select ChargePeriodStart as start from read_parquet(${text(only?.file ?? '')})`)).toEqual([{ start }]);
  });

  test('the columns that are not wanted are NULL, and the sums are the same', async () => {
    const path = await put(month);
    const wanted = { columns: ['BilledCost', 'ServiceName', 'ChargePeriodStart', 'x_Known'], tags: ['team'] } as const;
    const [all] = await collectBill(path, given);
    const [some] = await collectBill(path, given, wanted);
    expect(some?.facts.totals).toEqual(all?.facts.totals);
    expect(
      await query(
        `select sum(BilledCost) as billed, count(ServiceName) as services, count(ResourceId) as resources, count(EffectiveCost) as effective, max(Tags) as tags from read_parquet(${text(some?.file ?? '')})`,
      ),
    ).toEqual([{ billed: '2.950000000000', services: '4', resources: '0', effective: '0', tags: '{}' }]);
  });
});
