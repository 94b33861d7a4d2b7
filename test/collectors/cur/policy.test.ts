import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { policyDocument, type PolicyStatement } from '../../../src/collectors/aws-policy.ts';
import { billPolicy, statements } from '../../../src/collectors/cur/policy.ts';

const KMS: PolicyStatement = {
  Sid: 'DecryptTheBillWhereItsBucketUsesKMS',
  Effect: 'Allow',
  Action: ['kms:Decrypt'],
  Resource: ['arn:aws:kms:*:*:key/*'],
  Condition: {
    StringLike: {
      'kms:ViaService': ['s3.*.amazonaws.com*'],
      'kms:EncryptionContext:aws:s3:arn': ['arn:aws:s3:::acme-billing', 'arn:aws:s3:::acme-billing/*'],
    },
  },
};

describe('the least policy of a bill', () => {
  test('below a prefix lists and reads what is below it', () => {
    expect(billPolicy('acme-billing', 'cur/hourly')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ListTheBill',
          Effect: 'Allow',
          Action: ['s3:ListBucket'],
          Resource: ['arn:aws:s3:::acme-billing'],
          Condition: { StringLike: { 's3:prefix': ['cur/hourly', 'cur/hourly/*'] } },
        },
        {
          Sid: 'ReadTheBill',
          Effect: 'Allow',
          Action: ['s3:GetObject'],
          Resource: ['arn:aws:s3:::acme-billing/cur/hourly', 'arn:aws:s3:::acme-billing/cur/hourly/*'],
        },
        KMS,
      ],
    });
  });

  test('in a bucket of its own is without a prefix', () => {
    expect(billPolicy('acme-billing', '').Statement.slice(0, 2)).toEqual([
      { Sid: 'ListTheBill', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::acme-billing'] },
      { Sid: 'ReadTheBill', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::acme-billing/*'] },
    ]);
  });

  test('in China has the ARNs of that partition', () => {
    expect(statements({ path: 's3://acme-billing/cur', region: 'cn-north-1' }).flatMap(({ Resource }) => Resource)).toEqual([
      'arn:aws-cn:s3:::acme-billing',
      'arn:aws-cn:s3:::acme-billing/cur',
      'arn:aws-cn:s3:::acme-billing/cur/*',
      'arn:aws-cn:kms:*:*:key/*',
    ]);
  });

  test('is the one that the README shows', () => {
    const readme = readFileSync(new URL('../../../src/collectors/cur/README.md', import.meta.url), 'utf8');
    const shown = /```json\n([\s\S]+?)```/.exec(readme)?.[1] ?? '';
    expect(JSON.parse(shown)).toEqual(billPolicy('acme-billing', 'cur/acme'));
  });

  test('on disk is none', () => {
    expect(statements({ path: 'bills/acme', region: undefined })).toEqual([]);
  });
});

describe('a policy of several sources', () => {
  const some = (Sid: string, action: string): PolicyStatement => ({ Sid, Effect: 'Allow', Action: [action], Resource: ['*'] });

  test('says the same once, and never has one Sid twice', () => {
    const sids = policyDocument([some('A', 'x:One'), some('B', 'x:One'), some('A', 'x:Two')]).Statement.map(({ Sid, Action }) => `${Sid} ${Action.join()}`);
    expect(sids).toEqual(['B x:One', 'A x:Two']);
    expect(policyDocument([some('A', 'x:One'), some('A', 'x:Two')]).Statement.map(({ Sid }) => Sid)).toEqual(['A', 'A2']);
  });
});
