import { expect, test } from 'vitest';
import { statements } from '../../../../src/collectors/cur/policy.ts';

const ATHENA = { engine: 'athena', table: 'cur.lines', region: 'eu-west-1' } as const;

const byId = (settings: Parameters<typeof statements>[0]): ReadonlyMap<string, ReturnType<typeof statements>[number]> =>
  new Map(statements(settings).map((statement) => [statement.Sid, statement]));

test('Athena takes its actions in one workgroup, and Glue’s on one table', () => {
  const found = byId({ ...ATHENA, workgroup: 'finance' });

  expect(found.get('QueryWithAthena')).toMatchObject({ Resource: ['arn:aws:athena:eu-west-1:*:workgroup/finance'] });
  expect(found.get('FindTheBill')?.Resource).toEqual([
    'arn:aws:glue:eu-west-1:*:catalog',
    'arn:aws:glue:eu-west-1:*:database/cur',
    'arn:aws:glue:eu-west-1:*:table/cur/lines',
  ]);
});

test('what Athena reads and writes in S3 may be read and written by it alone', () => {
  const found = byId({ ...ATHENA, results: 's3://acme-athena/tonnage/' });

  expect(found.get('LetAthenaWriteItsAnswers')).toMatchObject({
    Resource: ['arn:aws:s3:::acme-athena', 'arn:aws:s3:::acme-athena/tonnage/*'],
    Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['athena.amazonaws.com'] } },
  });
  for (const { Action, Condition } of found.values()) {
    if (Action.some((action) => /^(s3|kms):/.test(action))) expect(Condition).toHaveProperty(['ForAnyValue:StringEquals']);
  }
});

test('nothing may be written but answers', () => {
  const writing = statements(ATHENA).filter(({ Action }) => Action.some((action) => /:(Put|Delete|Create|Update|Abort)/.test(action)));

  expect(writing.map(({ Sid }) => Sid)).toEqual(['LetAthenaWriteItsAnswers']);
});

test('in China ARNs are China’s', () => {
  expect(byId({ ...ATHENA, region: 'cn-north-1' }).get('QueryWithAthena')?.Resource).toEqual(['arn:aws-cn:athena:cn-north-1:*:workgroup/primary']);
});

test('Trino takes nothing of AWS', () => {
  expect(statements({ engine: 'trino', table: 'hive.cur.lines', url: 'https://trino.acme.example' })).toEqual([]);
});
