import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { UserError } from '../../../src/io/errors.ts';
import type { Month } from '../../../src/model/facts.ts';
import { testIo } from '../../io/test-io.ts';
import { ALL, chargeFacts, collect, collector, contextOf, impatient, ioFor, rowsOf, SECRET, settingsOf } from './collected.ts';
import { day, metrics, refusal, serve, type Answer, type Asked } from './server.ts';

const failure = async (answer: Answer, by = collector): Promise<UserError> => {
  const server = await serve(() => answer);
  const error: unknown = await collect({}, ioFor(server.url), {}, ALL, by).catch((thrown: unknown) => thrown);
  if (!(error instanceof UserError)) throw new Error(`not told to the user: ${String(error)}`, { cause: error });
  expect(`${error.message} ${error.hint}`).not.toContain(SECRET);
  expect(`${error.message} ${error.hint}`).not.toContain('\n');
  return error;
};

const ONE = { keys: ['AWS Lambda', 'Usage'], metrics: metrics('1') };

test('access denied, which comes with status 400, names the action that is missing', async () => {
  const error = await failure(refusal('AccessDeniedException', 'User: arn:aws:iam::111111111111:user/ci is not authorized to perform: ce:GetCostAndUsage'));
  expect(error.message).toBe('AWS does not allow ce:GetCostAndUsage: User: arn:aws:iam::111111111111:user/ci is not authorized to perform: ce:GetCostAndUsage');
  expect(error.hint).toContain('allow ce:GetCostAndUsage on resource "*"');
});

test('throttling is tried again, and then one clear error', async () => {
  let times = 0;
  const server = await serve(() => {
    times += 1;
    return times === 1 ? refusal('ThrottlingException', 'Rate exceeded') : { ResultsByTime: [day('2026-03-01', [ONE])] };
  });
  expect((await collect({}, ioFor(server.url)))[0]?.facts.rows).toBe(1);
  expect((await failure(refusal('ThrottlingException', 'Rate exceeded'))).message).toContain('AWS asks to slow down (ThrottlingException)');
});

test('a limit that is reached is one clear error, never 0', async () => {
  const error = await failure(refusal('LimitExceededException', 'You made too many calls in a short period of time'));
  expect(error.message).toBe("Cost Explorer's limit of requests is reached (GetCostAndUsage): You made too many calls in a short period of time");
  expect(error.hint).toContain('what was read is kept');
});

test('what was read before a failure is kept by then', async () => {
  const server = await serve(({ input }) =>
    input.TimePeriod.Start === '2026-03-01' ? refusal('LimitExceededException') : { ResultsByTime: [day('2026-02-01', [ONE])] },
  );
  const written: string[] = [];
  const run = (async () => {
    const at = ioFor(server.url);
    for await (const part of collector.collect(settingsOf({ also: [], history: 2 }), ALL, await contextOf(at))) {
      await part.write(`${at.folder}/${written.length}.parquet`);
      written.push('month' in part ? part.month : '');
    }
  })();
  await expect(run).rejects.toThrow('limit of requests');
  expect(written).toEqual(['2026-02']);
});

test('credentials that AWS does not know are told without them', async () => {
  const error = await failure(refusal('UnrecognizedClientException', 'The security token included in the request is invalid.'));
  expect(error.message).toBe('Cost Explorer (GetCostAndUsage): AWS does not know these credentials');
});

test('no credentials at all are told, and how to come by them', async () => {
  const server = await serve(() => ({}));
  const at = testIo({ env: { AWS_ENDPOINT_URL_COST_EXPLORER: server.url } });
  const error: unknown = await collect({ profile: 'nobody-has-this-one' }, at).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect(String(error)).toMatch(/no such AWS profile|no AWS credentials/);
  expect(server.asked).toEqual([]);
});

test('a server that hangs does not hang us', async () => {
  expect((await failure(() => {}, impatient)).message).toContain('no answer in time');
});

test('an answer that is cut off is no answer', async () => {
  const cut = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': '5000' });
    response.write('{"ResultsByTime":[');
    setTimeout(() => response.destroy(), 20);
  };
  expect((await failure(cut)).message).toMatch(/cut off|cannot be reached/);
});

test('a page of a proxy is not taken for an answer', async () => {
  const page = (status: number) => (response: ServerResponse) => response.writeHead(status, { 'content-type': 'text/html' }).end(`<html>${SECRET}</html>`);
  expect((await failure(page(200))).message).toContain('is not one of Cost Explorer');
  expect((await failure(page(403))).message).not.toContain('html');
  expect((await failure(page(502))).message).not.toContain('html');
});

test('an answer of another shape is not taken for an empty bill', async () => {
  expect((await failure({})).message).toContain('is not one of Cost Explorer');
  expect((await failure({ ResultsByTime: [{ TimePeriod: { Start: 'yesterday', End: 'today' } }] })).message).toContain('is not one of Cost Explorer');
});

test('nobody there is told', async () => {
  const at = ioFor('http://127.0.0.1:1');
  await expect(collect({}, at)).rejects.toThrow('cannot be reached: ECONNREFUSED');
});

test.each(['BillExpirationException', 'DataUnavailableException'])('%s of a month is a gap in the bill, and not a month of 0', async (type) => {
  const server = await serve(() => refusal(type, 'no such data'));
  const [bill] = await collect({}, ioFor(server.url));
  expect(bill?.facts).toMatchObject({ rows: 0, totals: [], lastUsage: null });
  expect(bill?.facts.gaps).toMatchObject([
    { code: 'unread-period', what: 'the bill of AWS', period: { start: '2026-03-01T00:00:00Z', end: '2026-04-01T00:00:00Z' } },
  ]);
});

test('months beyond 13 that are not switched on are a gap, the others are read', async () => {
  const server = await serve(({ input }) =>
    input.Granularity === 'MONTHLY' ? refusal('ValidationException', 'not enabled') : { ResultsByTime: [day('2025-02-01', [ONE])] },
  );
  const [old, recent] = await collect({}, ioFor(server.url), {}, { first: '2025-01' as Month, last: '2025-02' as Month });
  expect(old?.facts.gaps).toMatchObject([{ code: 'unread-period' }]);
  expect(recent?.facts.rows).toBe(1);
});

const ACCOUNTS = ['111111111111', '222222222222'];
const isOf = ({ input }: Asked, account: string): boolean => JSON.stringify(input.Filter ?? {}).includes(account);

test('access denied on one account of many: it is a gap, its costs stay in the bill without a name, the others have theirs', async () => {
  const server = await serve((asked) => {
    if (isOf(asked, '222222222222')) return refusal('AccessDeniedException', 'no access to this linked account');
    return { ResultsByTime: [day('2026-03-01', [{ ...ONE, metrics: metrics(isOf(asked, '111111111111') ? '1' : '5') }])] };
  });
  const at = ioFor(server.url);
  const [bill] = await collect({ accounts: ACCOUNTS }, at);
  if (bill === undefined) throw new Error('no part');
  expect(await rowsOf([bill], 'SubAccountId as account, cast(BilledCost as double) as cost', at)).toEqual([
    { account: '111111111111', cost: 1 },
    { account: null, cost: 4 },
  ]);
  expect(bill.facts.gaps[0]).toEqual({ code: 'forbidden', source: 'cost-explorer', what: 'read the costs of account 222222222222 (ce:GetCostAndUsage)' });
  expect(chargeFacts(bill).totals[0]?.billed).toBe('5.000000000000');
});

test('what AWS loses by account (support) stays in the bill', async () => {
  const support = { keys: ['AWS Support (Business)', 'Support'], metrics: metrics('100') };
  const server = await serve(({ input }) => ({ ResultsByTime: [day('2026-03-01', input.Filter === undefined ? [ONE, support] : [ONE])] }));
  const at = ioFor(server.url);
  const [bill] = await collect({ accounts: ['111111111111'] }, at);
  if (bill === undefined) throw new Error('no part');
  expect(await rowsOf([bill], 'ServiceName as service, SubAccountId as account, cast(BilledCost as double) as cost', at)).toEqual([
    { service: 'AWS Lambda', account: '111111111111', cost: 1 },
    { service: 'AWS Support (Business)', account: null, cost: 100 },
  ]);
});

test('accounts that must not be listed: the costs of all together, and a gap', async () => {
  const server = await serve(({ operation }) =>
    operation === 'GetDimensionValues' ? refusal('AccessDeniedException') : { ResultsByTime: [day('2026-03-01', [ONE])] },
  );
  const [bill] = await collect({ accounts: 'separate' }, ioFor(server.url));
  expect(bill?.facts.rows).toBe(1);
  expect(bill?.facts.gaps[0]).toMatchObject({ code: 'forbidden', what: 'list the accounts (ce:GetDimensionValues): costs are told of all together' });
});

test('a service told apart by usage type is the same sum, and what no type explains keeps its name', async () => {
  const server = await serve(({ input }) => {
    const groups = [{ keys: ['EC2 - Other', 'Usage'], metrics: metrics('5') }, ONE];
    const types = [
      { keys: ['EU-NatGateway-Hours', 'Usage'], metrics: metrics('3') },
      { keys: ['EU-EBS:VolumeUsage.gp3', 'Usage'], metrics: metrics('1.5') },
    ];
    return { ResultsByTime: [day('2026-03-01', input.Filter === undefined ? groups : types)] };
  });
  const at = ioFor(server.url);
  const [bill] = await collect({ usageTypes: ['EC2 - Other'] }, at);
  if (bill === undefined) throw new Error('no part');
  expect(server.asked[1]?.input).toMatchObject({
    Filter: { Dimensions: { Key: 'SERVICE', Values: ['EC2 - Other'] } },
    GroupBy: [{ Key: 'USAGE_TYPE' }, { Key: 'RECORD_TYPE' }],
  });
  expect(await rowsOf([bill], 'ServiceName as service, SkuMeter as type, cast(BilledCost as double) as cost', at)).toEqual([
    { service: 'AWS Lambda', type: null, cost: 1 },
    { service: 'EC2 - Other', type: 'EU-EBS:VolumeUsage.gp3', cost: 1.5 },
    { service: 'EC2 - Other', type: 'EU-NatGateway-Hours', cost: 3 },
    { service: 'EC2 - Other', type: null, cost: 0.5 },
  ]);
});
