import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeDemoBill } from '../../../fixtures/aws-bill/index.ts';
import { anomalies } from '../../../src/model/cost/anomalies/anomalies.ts';
import { dailySeries, serviceDays } from '../../../src/model/cost/anomalies/series.ts';
import { corrections } from '../../../src/model/cost/corrections.ts';
import { drivers } from '../../../src/model/cost/drivers/drivers.ts';
import { lastCompleteDay, monthCosts } from '../../../src/model/cost/months.ts';
import { money, type Day, type Month } from '../../../src/model/facts.ts';
import { datedCharges } from '../../../src/snapshot/daily-costs.ts';
import { driverCells } from '../../../src/snapshot/driver-charges.ts';
import { collectBill } from '../../collectors/cur/collected.ts';
import { testIo } from '../../io/test-io.ts';

const METRIC = { metric: 'effective', currency: 'USD' } as const;
const october = '2026-10' as Month;

test('what happened to the demo company in October is found in its bill, with the day on which it began', async () => {
  const given = testIo();
  const { path } = await writeDemoBill(join(given.folder, 'bill'), given.io);
  const collected = await collectBill(path, given);
  const files = collected.map(({ month, file }) => {
    const folder = join(given.folder, 'charges', `month=${month}`);
    mkdirSync(folder, { recursive: true });
    copyFileSync(file, join(folder, '0.parquet'));
    return join(folder, '0.parquet');
  });
  const facts = collected.map(({ month, facts: { totals, lastUsage } }) => ({ month, source: 'cur', totals, lastUsage, unknown: [] }));
  const [september, last] = monthCosts(facts, { ...METRIC, last: october });
  const sql = await given.io.openSql({ scratch: given.folder });
  try {
    const change = money((last?.cost ?? Number.NaN) - (september?.cost ?? Number.NaN));
    const found = drivers(await driverCells(sql, { files, ...METRIC, first: october }), { amount: change, days: { previous: 30, current: 31 } });
    const largest = (service: string, kind: string): string | null | undefined =>
      found.find((driver) => driver.service === service && driver.kind === kind)?.causes[0]?.meter;
    expect(largest('Amazon Elastic Compute Cloud', 'price')).toMatch(/SpotUsage:m6i\.4xlarge$/);
    expect(largest('Amazon Elastic Container Service for Kubernetes', 'new')).toMatch(/extendedSupport$/);
    expect(largest('Amazon OpenSearch Service', 'usage')).toBe('r instances');
    expect(found.find(({ kind }) => kind === 'correction')?.amount).toBeCloseTo(-84.36, 9);

    const charges = await datedCharges(sql, { files, ...METRIC });
    const series = dailySeries('service', serviceDays(charges), lastCompleteDay(facts) ?? ('' as Day));
    const began = Object.fromEntries(
      anomalies(series, { bill: money(last?.cost ?? 0), since: '2026-10-01' as Day }).map((anomaly) => [anomaly.name, anomaly.began]),
    );
    expect(began).toMatchObject({
      'Amazon Elastic Compute Cloud': '2026-10-09',
      'Amazon OpenSearch Service': '2026-10-06',
      'Amazon Elastic Container Service for Kubernetes': '2026-10-18',
    });
    expect(corrections(charges)).toEqual([{ month: october, service: 'Amazon Relational Database Service', corrects: '2026-09', amount: -84.36 }]);
  } finally {
    sql.close();
  }
});
