import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCostExplorer, type Running } from '../../fixtures/cost-explorer/server.ts';
import { OPERATIONS } from '../../src/collectors/cost-explorer/client.ts';
import { statements } from '../../src/collectors/cost-explorer/policy.ts';
import { policyDocument } from '../../src/collectors/aws-policy.ts';
import { chargeFacts, collect, ioFor, rowsOf, settingsOf } from '../collectors/cost-explorer/collected.ts';
import { day, metrics, serve, type Asked } from '../collectors/cost-explorer/server.ts';
import type { Month } from '../../src/model/facts.ts';
import { testIo, type TestIo } from '../io/test-io.ts';
import { SETUP } from './components/index.ts';
import { moto as component, motoPython } from './components/moto.ts';
import { awsEnv, startMoto, type Keys, type Moto } from './servers/moto.ts';

const EVERYTHING = {
  history: 3,
  accounts: 'separate',
  usageTypes: ['EC2 - Other'],
  also: ['forecast', 'commitments', 'comparisons'],
};
const NOW = new Date('2026-11-02T06:00:00Z');

describe.skipIf(component.find() === undefined)(`Cost Explorer, as moto plays it (needs ${SETUP})`, () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(async () => moto?.close());

  const machine = (keys?: Keys): TestIo => testIo({ env: awsEnv(moto.url, keys), now: () => new Date('2026-03-20T12:00:00Z') });

  /** What it answers next, in this order. */
  async function seed(...results: readonly object[]): Promise<void> {
    const answer = await fetch(`${moto.url}/moto-api/static/ce/cost-and-usage-results`, { method: 'POST', body: JSON.stringify({ results }) });
    expect(answer.status).toBe(201);
  }

  test('a month in two pages is read to the last digit', async () => {
    await seed(
      { ResultsByTime: [day('2026-03-01', [{ keys: ['AWS Lambda', 'Usage'], metrics: metrics('0.0551724144', '0.05') }])], NextPageToken: 'second' },
      { ResultsByTime: [day('2026-03-01', [{ keys: ['Tax', 'Tax'], metrics: metrics('3.3') }], true)] },
    );
    const at = machine();
    const [bill] = await collect({}, at);
    if (bill === undefined) throw new Error('no part');
    expect(await rowsOf([bill], 'ServiceName as service, cast(BilledCost as varchar) as billed, cast(EffectiveCost as varchar) as effective', at)).toEqual([
      { service: 'AWS Lambda', billed: '0.055172414400', effective: '0.050000000000' },
      { service: 'Tax', billed: '3.300000000000', effective: '3.300000000000' },
    ]);
    expect(chargeFacts(bill).totals[0]).toMatchObject({ billed: '3.355172414400', state: 'preliminary' });
  });

  test('the printed policy is enough, and without it nothing is read', async () => {
    const policy = policyDocument(statements(settingsOf({ also: [] })));
    const [may, mayNot] = [
      await moto.user('reader', policy),
      await moto.user('stranger', { ...policy, Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] }),
    ];
    await moto.enforce();
    // It answers the same question the same way again: another month is another question.
    const february = { first: '2026-02' as Month, last: '2026-02' as Month };
    await seed({ ResultsByTime: [day('2026-02-01', [{ keys: ['AWS Lambda', 'Usage'], metrics: metrics('1') }])] });
    await expect(collect({}, machine(mayNot), {}, february)).rejects.toThrow('GetCostAndUsage');
    expect((await collect({}, machine(may), {}, february))[0]?.facts.rows).toBe(1);
  });
});

/** Calls of the service that are not as AWS' model of it says. */
function unlikeModel(calls: readonly object[]): unknown {
  const script = join(import.meta.dirname, 'servers/service-model.py');
  const { stdout, stderr, status } = spawnSync(motoPython() ?? 'python3', [script, 'ce'], {
    input: JSON.stringify(calls),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe.skipIf(component.find() === undefined)(`AWS' model of Cost Explorer, as botocore ships it (needs ${SETUP})`, () => {
  let company: Running;
  const calls: (Asked & { readonly output: object })[] = [];

  beforeAll(async () => {
    company = await startCostExplorer({ now: NOW, accessKeyId: 'demo' });
    const questions: Asked[] = [];
    const recorder = await serve((asked) => {
      questions.push(asked);
      return (response) => {
        const headers = { authorization: 'Credential=demo/', 'x-amz-target': `AWSInsightsIndexService.${asked.operation}` };
        fetch(company.url, { method: 'POST', headers, body: JSON.stringify(asked.input) })
          .then(async (answer) => {
            const output = (await answer.json()) as object;
            if (answer.ok) calls.push({ ...asked, output });
            response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(output));
          })
          .catch(() => response.destroy());
      };
    });
    await collect(EVERYTHING, ioFor(recorder.url, NOW));
    expect(new Set(questions.map(({ operation }) => operation))).toEqual(new Set(OPERATIONS));
  });
  afterAll(async () => company?.close());

  test('each request is one that it knows, and each answer of the stand-in one that it gives', () => {
    expect(new Set(calls.map(({ operation }) => operation))).toEqual(new Set(OPERATIONS));
    expect(unlikeModel(calls)).toEqual([]);
  });

  test('a request that is wrong would be found', () => {
    const first = calls.find(({ operation }) => operation === 'GetCostAndUsage');
    expect(unlikeModel([{ ...first, input: { ...first?.input, Granularity: 'WEEKLY', Colour: 'blue' } }])).toMatchObject([expect.stringContaining('Colour')]);
    expect(unlikeModel([{ ...first, input: { ...first?.input, Granularity: 'WEEKLY' } }])).toMatchObject([expect.stringContaining('WEEKLY is none of')]);
  });
});
