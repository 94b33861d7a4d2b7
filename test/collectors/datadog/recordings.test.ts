import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BaseServerConfiguration, createConfiguration } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/index.js';
import { MetricsApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/MetricsApi.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mapBill } from '../../../src/collectors/datadog/bill.ts';
import { connect } from '../../../src/collectors/datadog/client.ts';
import { DatadogError } from '../../../src/collectors/datadog/explain.ts';
import { CostAnswer, QueryAnswer } from '../../../src/collectors/datadog/schema.ts';
import { readSeries } from '../../../src/collectors/datadog/series.ts';
import type { Day, Month } from '../../../src/model/facts.ts';
import { dataFile, describeData } from '../../data.ts';
import { ioFor, settingsOf } from './collected.ts';
import { fakeDatadog } from './server.ts';

interface Recorded {
  readonly of: string;
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

interface Har {
  readonly log: {
    readonly entries: readonly {
      readonly request: { readonly url: string };
      readonly response: { readonly status: number; readonly content: { readonly text?: string } };
    }[];
  };
}

/** Answers that Datadog gave to the tests of its own client. */
describeData('recorded answers (real data)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonnage-datadog-'));
  let all: Recorded[] = [];
  beforeAll(() => {
    execFileSync('tar', ['xzf', dataFile('datadog/recorded-responses.tar.gz'), '-C', folder]);
    all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.har'))
      .toSorted()
      .flatMap((name) =>
        (JSON.parse(readFileSync(join(folder, name), 'utf8')) as Har).log.entries.map(({ request, response }) => ({
          of: name,
          path: new URL(request.url).pathname,
          status: response.status,
          body: response.content.text ?? '',
        })),
      );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const at = (path: string): Recorded[] => all.filter((one) => one.path === path);

  test('v1 query: what our schema reads is what the vendor’s own client reads', async () => {
    const [recorded] = at('/api/v1/query');
    const server = await fakeDatadog({ instead: () => ({ body: recorded?.body ?? '' }) });
    const given = ioFor(server.url);
    const client = await connect(settingsOf({}), given.io);
    const ours = await client.query(1_641_343_852, 1_641_430_252, 'system.cpu.idle{*}');
    const configuration = createConfiguration({ baseServer: new BaseServerConfiguration(server.url, {}), authMethods: { apiKeyAuth: 'a', appKeyAuth: 'b' } });
    const theirs = await new MetricsApi(configuration).queryMetrics({ from: 1_641_343_852, to: 1_641_430_252, query: 'system.cpu.idle{*}' });
    expect(ours.series?.map(({ pointlist }) => pointlist)).toEqual(theirs.series?.map(({ pointlist }) => pointlist));
    expect(server.asked.map(({ path, query }) => `${path}?${String(query)}`)).toEqual(
      Array.from({ length: 2 }, () => '/api/v1/query?from=1641343852&to=1641430252&query=system.cpu.idle%7B*%7D'),
    );
    const { series, interval } = readSeries(ours, 300);
    expect(interval).toBe(300);
    expect(series.map(({ times, values, tags }) => [times.length, times[0], values[0], tags])).toEqual([[288, 1_641_344_100_000, 91.4583840476142, {}]]);
  });

  test('every bill is mapped, and adds up to its total', () => {
    const bills = ['cost_by_org', 'estimated_cost_by_org', 'historical_cost'].flatMap((path) => at(`/api/v2/usage/${path}`));
    expect(bills).toHaveLength(4);
    const mapped = bills.map(({ body }) => mapBill(CostAnswer.parse(JSON.parse(body)), '2022-04' as Month, 'datadog', '2022-05-01' as Day));
    expect(mapped.map(({ totals }) => totals[0]?.billed ?? 'nothing')).toEqual(['73.170000000000', '73.170000000000', '73.170000000000', 'nothing']);
    expect(mapped[0]?.charges.map(({ ServiceName: service, x_LineItemType: type, BilledCost: cost }) => [service, type, cost])).toEqual([
      ['Datadog: Infrastructure hosts', 'committed', '0.000000000000'],
      ['Datadog: Synthetics API tests', 'on_demand', '72.000000000000'],
      ['Datadog: Infrastructure hosts', 'committed', '1.170000000000'],
    ]);
  });

  test('a projected bill of 51 products: totals are not added to their parts', () => {
    const [recorded] = at('/api/v2/usage/projected_cost');
    const text = (recorded?.body ?? '').replaceAll('projected_', '');
    const answer = CostAnswer.parse(JSON.parse(text));
    const types = new Set(answer.data[0]?.attributes.charges?.map(({ charge_type: type }) => type));
    expect(types).toEqual(new Set(['committed', 'on_demand', 'total']));
    const mapped = mapBill(answer, '2023-11' as Month, 'datadog', '2023-12-01' as Day);
    expect(mapped.totals[0]?.billed).toBe('270247171.451923000000');
    expect(mapped.charges.filter(({ x_Known: known }) => known !== 'true')).toEqual([]);
    expect(mapped.charges[0]?.SubAccountName).toBe('Datadog れお 🍻☀️😎🏖️ データドッグ');
  });

  test('every other metric or usage answer comes through the transport: as JSON, or as one line and a hint', async () => {
    const answers = all.filter(({ of, body }) => /Metrics|Usage/.test(of) && body !== '');
    expect(answers.length).toBeGreaterThan(50);
    for (const { status, body } of answers) {
      const server = await fakeDatadog({ instead: () => ({ status, body }) });
      const client = await connect(settingsOf({}), ioFor(server.url).io, { pause: 1 });
      // None of them is a time series of v1: what is asked is whether anything but a refusal or a series comes of it.
      const read = await client.query(0, 300, 'avg:a{*} by {b}.rollup(avg, 300)').catch((error: unknown) => error);
      if (read instanceof Error) {
        expect(read).toBeInstanceOf(DatadogError);
        expect(read.message).not.toMatch(/\n/);
      } else {
        expect(QueryAnswer.safeParse(read).success).toBe(true);
      }
    }
  });

  test('errors that were recorded are said as Datadog says them', async () => {
    const refused = all.filter(({ status, of }) => status === 400 && /Metrics|Usage/.test(of));
    const said = new Set<string>();
    for (const { status, body } of refused) {
      const server = await fakeDatadog({ instead: () => ({ status, body }) });
      const client = await connect(settingsOf({}), ioFor(server.url).io, { pause: 1 });
      const error: unknown = await client.query(0, 300, 'x').catch((thrown: unknown) => thrown);
      said.add(error instanceof Error ? error.message.replace(/^\S+ cannot answer \S+: /, '') : '');
    }
    expect([...said].toSorted()).toEqual([
      'API input validation failed: Invalid type. Expected "timeseries_request".',
      'Queries ending outside the retention date are invalid',
      'start_hr [YYYY-MM-DDThh] must be before end_hr [YYYY-MM-DDThh]',
    ]);
  });
});
