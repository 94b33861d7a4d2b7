import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { demoBillTruth } from '../../fixtures/aws-bill/truth.ts';
import { demo, DEMO_REPORTS } from '../../src/commands/demo.ts';
import type { Outcome } from '../../src/commands/outcome.ts';
import { report } from '../../src/commands/report.ts';
import { monthOf } from '../../src/model/month.ts';
import { costReportSchema } from '../../src/renderers/json/cost-report.schema.ts';
import { testIo, type TestIo } from '../io/test-io.ts';

const given: TestIo = testIo();
const folder = join(given.folder, 'tonnage-demo');
let outcome: Outcome;

beforeAll(async () => {
  outcome = await demo({ output: 'tonnage-demo' }, given.io);
}, 120_000);

const read = (name: string): Promise<string> => given.io.files.read(join(folder, name));

test('it ends without a gap', () => {
  expect(outcome).toBe('done');
  expect(given.err()).not.toContain('warning');
});

test('it writes bills, configuration, snapshot and reports into its folder, and nothing beside it', () => {
  expect(readdirSync(given.folder)).toEqual(['tonnage-demo']);
  const written = ['.tonnage', 'bills', ...DEMO_REPORTS, 'production.kubeconfig', 'staging.kubeconfig', 'tonnage.yaml'];
  expect(readdirSync(folder).toSorted()).toEqual(written.toSorted());
});

test('it shows the report, and says where all is', async () => {
  const shown = given.out();
  expect(shown).toMatch(/^Cloud cost of Acme \(demo\), October 2026\n/);
  expect(shown).toContain('\nWritten to tonnage-demo/:\n');
  for (const name of DEMO_REPORTS) expect(shown).toContain(name);
});

describe('its report', () => {
  test('is what the generator of the bill knows to be true', async () => {
    const { reconciliation, previousBill } = costReportSchema.parse(JSON.parse(await read('cost-report.json')));
    const billed = ({ byProduct }: ReturnType<typeof demoBillTruth>): number => Object.values(byProduct).reduce((sum, { unblended }) => sum + unblended, 0);
    expect(reconciliation.residual).toBeCloseTo(0, 6);
    expect(previousBill).not.toBeNull();
    // The document is of amortized cost; unblended is what the bill itself adds up to.
    const unblended = testIo({ directory: folder });
    await report({ cost: 'billed', format: 'json', offline: true }, unblended.io);
    const { reconciliation: found, rows } = costReportSchema.parse(JSON.parse(unblended.out()));
    const datadog = rows.filter(({ provider }) => provider === 'Datadog').reduce((sum, { cost }) => sum + cost, 0);
    expect(datadog).toBeGreaterThan(0);
    expect(found.bill).toBeCloseTo(billed(demoBillTruth(monthOf('2026-10'))) + datadog, 6);
  });

  test('compares the bill with what Cost Explorer says of it, to the last digit', async () => {
    const { crossChecks } = costReportSchema.parse(JSON.parse(await read('cost-report.json')));
    expect(crossChecks).toMatchObject([{ source: 'cur', other: 'cost-explorer' }]);
    expect(crossChecks[0]?.difference).toBeCloseTo(0, 6);
  });

  test('gives the clusters of the bill to their workloads', async () => {
    const { allocation, breakdowns } = costReportSchema.parse(JSON.parse(await read('cost-report.json')));
    expect(allocation?.clusters.map(({ cluster, observed }) => [cluster, observed === 1])).toEqual([
      ['production', true],
      ['staging', false],
    ]);
    const namespaces = breakdowns.find(({ by }) => by === 'namespace')?.rows.map(({ name }) => name) ?? [];
    expect(namespaces).toEqual(expect.arrayContaining(['production/web', 'production/search', 'production/orders', 'staging/web']));
  });

  test('is a page that makes no request, with its charts in it', async () => {
    const page = await read('cost-report.html');
    expect(page).toContain('Chart.js v');
    expect(page).not.toMatch(/(src|href)="https?:/);
  });
});

test('the configuration is one that goes on from there', async () => {
  const again = testIo({ directory: folder });
  // In September nobody looked at one of the two clusters yet.
  expect(await report({ cost: 'effective', month: '2026-09', format: 'csv', offline: true }, again.io)).toBe('gaps');
  expect(again.out()).toContain('storefront');
});

test('a second run writes the same', async () => {
  const before = await Promise.all(DEMO_REPORTS.map(read));
  await demo({ output: 'tonnage-demo' }, given.io);
  expect(await Promise.all(DEMO_REPORTS.map(read))).toEqual(before);
}, 120_000);
