import { expect, test } from 'vitest';
import { UserError } from '../../../src/io/errors.ts';
import type { Part } from '../../../src/model/facts.ts';
import { testIo } from '../../io/test-io.ts';
import { collect, ioFor } from './collected.ts';
import { day, metrics, refusal, serve, type Asked, type Answer } from './server.ts';

const EMPTY: Readonly<Record<string, Answer>> = {
  // Of a type that could be a commitment: so that all is asked.
  GetCostAndUsage: { ResultsByTime: [day('2026-03-01', [{ keys: ['Any', 'NewFee'], metrics: metrics('0') }])] },
  GetDimensionValues: { DimensionValues: [{ Value: '111111111111', Attributes: { description: 'shop' } }], ReturnSize: 1, TotalSize: 1 },
};

const nothing = ({ operation }: Asked): Answer => EMPTY[operation] ?? refusal('DataUnavailableException');
const EVERYTHING = { history: 14, also: ['forecast', 'commitments', 'comparisons'] };

test('without consent nothing is sent, and the error names the requests, their price and what to do', async () => {
  const server = await serve(nothing);
  const run = collect(EVERYTHING, ioFor(server.url), { maySpend: false });
  await expect(run).rejects.toEqual(
    new UserError(
      'cost-explorer would send 36 requests to AWS Cost Explorer ($0.36, more where answers have further pages), for the costs of 14 months, 2025-02 to 2026-03, commitments, comparisons, forecasts',
      '--yes agrees to it; `budget: 0.36` in this source agrees to so much for every run',
    ),
  );
  expect(server.asked).toEqual([]);
});

test('with --yes the plan is said, then sent, and is as many requests as it said', async () => {
  const server = await serve(nothing);
  const at = ioFor(server.url);
  await collect(EVERYTHING, at);
  expect(at.err()).toContain('cost-explorer: sending 36 requests to AWS Cost Explorer ($0.36');
  expect(server.asked.length).toBe(36);
});

test('a bill without commitments is not asked about them, though that was planned', async () => {
  const server = await serve((asked) =>
    asked.operation === 'GetCostAndUsage' ? { ResultsByTime: [day('2026-03-01', [{ keys: ['AWS Lambda', 'Usage'], metrics: metrics('1') }])] } : nothing(asked),
  );
  await collect(EVERYTHING, ioFor(server.url));
  expect(server.asked.length).toBe(36 - 2 * 8);
  expect(server.asked.filter(({ operation }) => /Savings|Reservation/.test(operation))).toEqual([]);
});

test('a bill with a type of charge that is new is asked about commitments: it could be one', async () => {
  const server = await serve((asked) =>
    asked.operation === 'GetCostAndUsage'
      ? { ResultsByTime: [day('2026-03-01', [{ keys: ['AWS Lambda', 'NewFee'], metrics: metrics('1') }])] }
      : nothing(asked),
  );
  await collect({ history: 1, also: ['commitments'] }, ioFor(server.url));
  expect(server.asked.length).toBe(9);
});

test('a budget that covers the plan is consent, one that does not is none', async () => {
  const server = await serve(nothing);
  await collect({ ...EVERYTHING, budget: 0.36 }, ioFor(server.url), { maySpend: false });
  expect(server.asked.length).toBe(36);
  await expect(collect({ ...EVERYTHING, budget: 0.35 }, ioFor(server.url), { maySpend: false })).rejects.toThrow('would send 36 requests');
  expect(server.asked.length).toBe(36);
});

test('somebody at the terminal is asked, and can refuse', async () => {
  const server = await serve(nothing);
  const questions: string[] = [];
  const asking = (answer: boolean) =>
    testIo({
      ...ioFor(server.url).io,
      output: {
        confirm: async (question) => {
          questions.push(question);
          return answer;
        },
      },
    });
  await expect(collect({}, asking(false), { maySpend: false })).rejects.toThrow('would send 1 request');
  await collect({}, asking(true), { maySpend: false });
  expect(questions[0]).toBe('cost-explorer: 1 request to AWS Cost Explorer ($0.01, more where answers have further pages), for the costs of 2026-03: send it?');
  expect(server.asked.length).toBe(1);
});

test('what the snapshot has is neither planned nor sent', async () => {
  const server = await serve(nothing);
  const at = ioFor(server.url);
  await collect({ history: 3 }, at, { isCurrent: (part: Part) => 'month' in part && part.month < '2026-03' });
  expect(server.asked.map(({ input }) => input.TimePeriod.Start)).toEqual(['2026-03-01']);
  expect(at.err()).toContain('sending 1 request to AWS Cost Explorer ($0.01');
});

test('where the snapshot has everything nothing is said or asked', async () => {
  const server = await serve(nothing);
  const at = ioFor(server.url);
  await collect({ history: 3, accounts: 'separate' }, at, { isCurrent: () => true, maySpend: false });
  expect(server.asked).toEqual([]);
  expect(at.err()).toBe('');
});

test('accounts that are not known yet are asked for first, and the plan names both', async () => {
  const server = await serve(nothing);
  const at = ioFor(server.url);
  await collect({ history: 2, accounts: 'separate' }, at);
  expect(server.asked.map(({ operation }) => operation)).toEqual(['GetDimensionValues', ...Array.from({ length: 4 }, () => 'GetCostAndUsage')]);
  expect(server.asked[0]?.input).toEqual({ TimePeriod: { Start: '2026-02-01', End: '2026-03-21' }, Dimension: 'LINKED_ACCOUNT', Context: 'COST_AND_USAGE' });
  expect(at.err().split('\n').slice(0, 2)).toEqual([
    'cost-explorer: sending 1 request to AWS Cost Explorer ($0.01, more where answers have further pages), to learn which accounts there are, before 2 and more for each account and month',
    'cost-explorer: sending 4 requests to AWS Cost Explorer ($0.04, more where answers have further pages), for the costs of 2 months, 2026-02 to 2026-03',
  ]);
});

test('a budget that would not last for more than the list of accounts buys not even that', async () => {
  const server = await serve(nothing);
  const run = collect({ history: 2, accounts: 'separate', budget: 0.02 }, ioFor(server.url), { maySpend: false });
  await expect(run).rejects.toMatchObject({ hint: '--yes agrees to it; from `budget: 0.03` in this source agrees to so much for every run' });
  expect(server.asked).toEqual([]);
});

test('a month is asked for by days, one beyond 13 months by months', async () => {
  const server = await serve(nothing);
  await collect({ history: 16 }, ioFor(server.url));
  expect(server.asked.slice(0, 3).map(({ input }) => [input.TimePeriod, input.Granularity])).toEqual([
    [{ Start: '2024-12-01', End: '2025-01-01' }, 'MONTHLY'],
    [{ Start: '2025-01-01', End: '2025-02-01' }, 'MONTHLY'],
    [{ Start: '2025-02-01', End: '2025-03-01' }, 'DAILY'],
  ]);
});

test('pages are followed by hand to the last, and a day may go on on the next', async () => {
  const server = await serve(({ input: { NextPageToken: token } }) => {
    const at = Number(token ?? 0);
    return {
      ResultsByTime: [day('2026-03-01', [{ keys: [`Service ${at}`, 'Usage'], metrics: metrics('1') }])],
      ...(at < 4 ? { NextPageToken: String(at + 1) } : {}),
    };
  });
  const [bill] = await collect({}, ioFor(server.url));
  expect(bill?.facts.rows).toBe(5);
  expect(server.asked.map(({ input }) => input.NextPageToken)).toEqual([undefined, '1', '2', '3', '4']);
});

test('pages beyond what was agreed to are not paid for: what a budget allows is its last cent', async () => {
  const server = await serve(({ input }) => ({ ResultsByTime: [], NextPageToken: `${input.NextPageToken ?? ''}x` }));
  const run = collect({ budget: 0.03 }, ioFor(server.url), { maySpend: false });
  await expect(run).rejects.toThrow('answers have more pages than planned: 3 requests ($0.03) were sent, and no more were agreed to');
  expect(server.asked.length).toBe(3);
});

test('a page that leads back to itself ends the run, not the budget', async () => {
  const server = await serve(() => ({ ResultsByTime: [], NextPageToken: 'again' }));
  await expect(collect({}, ioFor(server.url))).rejects.toThrow('sends the same page of GetCostAndUsage again and again');
  expect(server.asked.length).toBe(2);
});
