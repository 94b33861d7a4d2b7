import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeBill, type Cells } from '../collectors/cur/small-bill.ts';
import { testIo, type TestIo } from '../io/test-io.ts';
import { reportOf, reportText, runReport } from './reporting.ts';

/** Two sources, each with a bill of these lines. */
async function withBills(first: readonly Cells[], second: readonly Cells[]): Promise<TestIo> {
  const given = testIo();
  await writeBill(join(given.folder, 'a/cur.parquet'), first);
  await writeBill(join(given.folder, 'b/cur.parquet'), second, { without: ['line_item_resource_id'] });
  given.write('tonnage.yaml', 'sources: [{ kind: cur, name: fine, path: a }, { kind: cur, name: coarse, path: b }]');
  return given;
}

const other: Cells = { bill_payer_account_id: '222222222222' };

describe('two sources', () => {
  test('that tell the same bill are added once, and compared', async () => {
    const { io } = await withBills([{ line_item_unblended_cost: 100 }], [{ line_item_unblended_cost: 99.5 }]);
    const { reconciliation, bills, crossChecks } = await reportOf({}, io);
    expect(reconciliation.bill).toBe(100);
    expect(bills.map(({ source, cost }) => [source, cost])).toEqual([['fine', 100]]);
    expect(crossChecks).toMatchObject([{ source: 'fine', other: 'coarse', billed: 100, otherBilled: 99.5, difference: -0.5 }]);
  });

  test('of two accounts are both added', async () => {
    const { io } = await withBills([{ line_item_unblended_cost: 100 }], [{ ...other, line_item_unblended_cost: 7 }]);
    const { reconciliation, bills, crossChecks } = await reportOf({}, io);
    expect(reconciliation.bill).toBe(107);
    expect(bills.map(({ account, cost }) => [account, cost])).toEqual([
      ['222222222222', 7],
      ['111111111111', 100],
    ]);
    expect(crossChecks).toEqual([]);
  });

  test('of which the second has an account more are a question that says so', async () => {
    const given = testIo();
    await writeBill(join(given.folder, 'a/cur.parquet'), [{}]);
    await writeBill(join(given.folder, 'b/cur.parquet'), [{}, other], { without: ['line_item_resource_id'] });
    given.write('tonnage.yaml', 'sources: [{ kind: cur, name: fine, path: a }, { kind: cur, name: coarse, path: b }]');
    await expect(reportText({}, given.io)).rejects.toMatchObject({
      message: 'fine and coarse both have the bill of AWS account 111111111111 for 2026-10, and coarse alone that of AWS account 222222222222 too',
    });
  });

  test('of one account whose sums are those of different bills are a question for the user', async () => {
    const { io } = await withBills([{ line_item_unblended_cost: 100 }], [{ line_item_unblended_cost: 40 }]);
    await expect(reportText({}, io)).rejects.toMatchObject({
      name: 'UserError',
      message: 'fine and coarse both have the bill of AWS account 111111111111 for 2026-10, and differ: 100.00 and 40.00',
    });
  });
});

describe('a bill', () => {
  test('is preliminary until all that costs something has an invoice', async () => {
    const { io } = await withBills([{}], [{ ...other, bill_invoice_id: '', line_item_unblended_cost: 7 }]);
    const { text } = await runReport({}, io);
    expect(text).toContain('It is preliminary: not all of it is invoiced yet.');
    expect((await reportOf({}, io)).bills.map(({ source, state }) => [source, state])).toEqual([
      ['coarse', 'preliminary'],
      ['fine', 'final'],
    ]);
  });

  test('is shown in cash by legal entity and account, whatever the cost metric', async () => {
    const { io } = await withBills([{ line_item_unblended_cost: 100 }, { line_item_line_item_type: 'Tax', line_item_unblended_cost: 20 }], [{ ...other }]);
    const { invoice } = await reportOf({ cost: 'list' }, io);
    expect(invoice.rows.map(({ charges, tax, total }) => [charges, tax, total])).toEqual([[101, 20, 121]]);
    expect(invoice.differences).toEqual([{ kind: 'tax', amount: 20 }]);
  });
});

describe('--explain', () => {
  const lines: readonly Cells[] = [
    { line_item_resource_id: 'i-1', resource_tags_user_team: 'search', line_item_unblended_cost: 2 },
    { line_item_resource_id: 'i-2', resource_tags_user_team: 'search', line_item_unblended_cost: 3 },
    { line_item_resource_id: 'i-3', line_item_unblended_cost: 5 },
  ];

  async function withTeam(): Promise<TestIo> {
    const given = await withBills(lines, [{ ...other }]);
    given.write(
      'tonnage.yaml',
      'sources: [{ kind: cur, name: fine, path: a }, { kind: cur, name: coarse, path: b }]\nteams: [{ team: search, match: { tag: { team: search } } }]',
    );
    return given;
  }

  test('prints the rows of the bill behind a figure', async () => {
    const { io } = await withTeam();
    const text = await reportText({ explain: 'team.search' }, io);
    expect(text).toMatch(/^team\.search, October 2026: \$5\.00\n└─ \$5\.00 /);
    expect(text.match(/i-\d/g)).toEqual(['i-2', 'i-1']);
  });

  test('is to be had as JSON', async () => {
    const { io } = await withTeam();
    const document: unknown = JSON.parse(await reportText({ explain: 'unattributed', format: 'json' }, io));
    expect(document).toMatchObject({ kind: 'CostExplanation', cost: 6, figures: [{ cost: 6, billRows: 2, billCost: 6 }], others: 0 });
  });

  test.each([
    ['team.nobody', '--explain team.nobody: the report has no such row'],
    ['colour.red', '--explain colour.red: no figure of a report'],
    ['gaps', '--explain gaps: no figure of a report'],
  ])('of %s is an error of the user', async (explain, message) => {
    const { io } = await withTeam();
    await expect(reportText({ explain }, io)).rejects.toMatchObject({ name: 'UserError', message });
  });
});

test('a bill that a flag names is shared by the rules as one that is kept is', async () => {
  const given = testIo();
  const cur = await writeBill(join(given.folder, 'bill/cur.parquet'), [
    { line_item_resource_id: 'arn:aws:eks:eu-west-1:111111111111:cluster/production', line_item_product_code: 'AmazonEKS', line_item_unblended_cost: 2 },
    { line_item_resource_id: 'nat-1', line_item_usage_type: 'EU-NatGateway-Bytes', line_item_unblended_cost: 8 },
  ]);
  given.write(
    'tonnage.yaml',
    'sources: [{ kind: cur, path: bill }]\nallocation: { shared: [{ match: { meter: "*NatGateway*" }, cluster: production, method: even }] }',
  );
  const [kept, once] = [await reportOf({}, given.io), await reportOf({ config: 'tonnage.yaml', cur }, given.io)];
  expect(kept.rows.map(({ cluster, share, cost }) => [cluster, share, cost])).toEqual([
    ['production', 'shared', 8],
    ['production', 'shared', 2],
  ]);
  expect(once.rows).toEqual(kept.rows);
});

test('a line that does not say when it was used is of its billing period', async () => {
  const given = testIo();
  const cur = await writeBill(join(given.folder, 'bill/cur.parquet'), [
    {},
    { line_item_usage_start_date: null, line_item_usage_end_date: null, line_item_unblended_cost: 31 },
  ]);
  const { reconciliation, trend } = await reportOf({ cur }, given.io);
  expect([reconciliation.bill, trend.length, trend[0]]).toEqual([32, 31, { day: '2026-10-01', service: 'Amazon Elastic Compute Cloud', cost: 1 }]);
});

test('a rule of shared costs may ask for a tag that no team asks for', async () => {
  const given = testIo();
  await writeBill(join(given.folder, 'a/cur.parquet'), [
    { line_item_product_code: 'AmazonS3', resource_tags_user_shared: 'yes', line_item_unblended_cost: 4 },
    { line_item_resource_id: 'i-2', resource_tags_aws_eks_cluster_name: 'production', line_item_unblended_cost: 6 },
  ]);
  given.write(
    'tonnage.yaml',
    'sources: [{ kind: cur, path: a }]\nallocation: { shared: [{ match: { tag: { shared: "yes" } }, cluster: production, method: even }] }',
  );
  const { rows } = await reportOf({}, given.io);
  expect(rows.map(({ cluster, share, method, cost }) => [cluster, share, method, cost])).toContainEqual(['production', 'shared', 'even', 4]);
});

test('a bill whose clusters no source reads has no gap for them: nobody has asked', async () => {
  const given = testIo();
  const split: Cells = {
    line_item_resource_id: 'pod/1',
    line_item_unblended_cost: 0,
    split_line_item_parent_resource_id: 'i-2',
    split_line_item_split_cost: 4,
  };
  const cur = await writeBill(join(given.folder, 'a/cur.parquet'), [
    { line_item_resource_id: 'i-2', resource_tags_aws_eks_cluster_name: 'production', line_item_unblended_cost: 6 },
    { ...split, resource_tags_aws_eks_cluster_name: 'production', line_item_operation: 'EKSPod-EC2' },
  ]);
  const { outcome, text } = await runReport({ cur, format: 'json' }, given.io);
  expect(outcome).toBe('done');
  expect(JSON.parse(text)).toMatchObject({ gaps: [], allocation: { unread: ['production'] } });
});
