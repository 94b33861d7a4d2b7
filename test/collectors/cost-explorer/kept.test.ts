import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Part } from '../../../src/model/facts.ts';
import { StoreWriter } from '../../../src/snapshot/writer.ts';
import { ALL, collector, contextOf, ioFor, settingsOf } from './collected.ts';
import { day, metrics, serve, type Server } from './server.ts';

const ONE = { keys: ['AWS Lambda', 'Usage'], metrics: metrics('1') };
const EXTRAS = { SavingsPlansUtilizationDetails: [], TimePeriod: { Start: '2026-01-01', End: '2026-02-01' } };

/** A server whose months are estimated or not. */
const serving = (isEstimated: (month: string) => boolean): Promise<Server> =>
  serve(({ operation, input }) => {
    if (operation !== 'GetCostAndUsage') return EXTRAS;
    const month = input.TimePeriod.Start.slice(0, 7);
    return { ResultsByTime: [day(`${month}-01`, [ONE], isEstimated(month))] };
  });

/** Collects into a store as `collect` does; returns the months that Cost Explorer was asked for. */
async function run(folder: string, server: Server, now: string, given: object = {}): Promise<string[]> {
  const before = server.asked.length;
  const at = ioFor(server.url, new Date(now));
  const writer = await StoreWriter.open(folder, at.io);
  try {
    const context = await contextOf(at, { began: writer.began, known: writer.inputs('cost-explorer'), isCurrent: (part: Part) => writer.isCurrent(part) });
    for await (const part of collector.collect(settingsOf({ also: [], history: 3, ...given }), ALL, context))
      if (!writer.isCurrent(part)) await writer.add(part);
    await writer.finish([]);
  } finally {
    await writer.close();
  }
  return server.asked.slice(before).map(({ input }) => input.TimePeriod.Start.slice(0, 7));
}

const store = (): string => join(ioFor('').folder, 'store');

test('a month that was final two weeks after its end is never asked for again', async () => {
  const [folder, server] = [store(), await serving((month) => month === '2026-03')];
  expect(await run(folder, server, '2026-03-20T12:00:00Z')).toEqual(['2026-01', '2026-02', '2026-03']);
  expect(await run(folder, server, '2026-03-21T12:00:00Z')).toEqual(['2026-03']);
  expect(await run(folder, server, '2026-03-22T12:00:00Z')).toEqual(['2026-03']);
});

test('a month that ended a few days ago is asked for again until two weeks have passed', async () => {
  const [folder, server] = [store(), await serving(() => false)];
  expect(await run(folder, server, '2026-03-05T12:00:00Z')).toEqual(['2026-01', '2026-02', '2026-03']);
  expect(await run(folder, server, '2026-03-14T12:00:00Z')).toEqual(['2026-02', '2026-03']);
  expect(await run(folder, server, '2026-03-16T12:00:00Z')).toEqual(['2026-02', '2026-03']);
  expect(await run(folder, server, '2026-03-17T12:00:00Z')).toEqual(['2026-03']);
});

test('a month that AWS still calls estimated is asked for again, however long ago it ended', async () => {
  const [folder, server] = [store(), await serving((month) => month === '2026-01')];
  expect(await run(folder, server, '2026-03-20T12:00:00Z')).toEqual(['2026-01', '2026-02', '2026-03']);
  expect(await run(folder, server, '2026-03-21T12:00:00Z')).toEqual(['2026-01', '2026-03']);
  const final = { ...(await serving(() => false)) };
  expect(await run(folder, final, '2026-03-22T12:00:00Z')).toEqual(['2026-01', '2026-03']);
  expect(await run(folder, final, '2026-03-23T12:00:00Z')).toEqual(['2026-03']);
});

test('a question that changes is asked anew, once', async () => {
  const [folder, server] = [store(), await serving(() => false)];
  await run(folder, server, '2026-03-20T12:00:00Z');
  const asked = await run(folder, server, '2026-03-21T12:00:00Z', { usageTypes: ['EC2 - Other'] });
  expect(new Set(asked)).toEqual(new Set(['2026-01', '2026-02', '2026-03']));
  expect(new Set(await run(folder, server, '2026-03-22T12:00:00Z', { usageTypes: ['EC2 - Other'] }))).toEqual(new Set(['2026-03']));
});
