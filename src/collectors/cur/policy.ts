import { partitionOf, policyDocument, type PolicyDocument, type PolicyStatement } from '../aws-policy.ts';
import { isBucketPath, parseAddress } from './bucket/address.ts';
import { athenaStatements } from './engines/policy.ts';
import type { CurSettings } from './settings.ts';

/** The least that reading a bill in S3 takes, by its files or with Athena: none for a bill on disk, or a table of Trino. */
export function statements(settings: Omit<CurSettings, 'kind'>): readonly PolicyStatement[] {
  const { path, region, engine } = settings;
  if (engine === 'athena') return athenaStatements(settings);
  if (path === undefined || !isBucketPath(path)) return [];
  const { bucket, prefix } = parseAddress(path);
  return billStatements(bucket, prefix, partitionOf(region));
}

/** The policy document for the bill below a prefix: the folder of the report or export, for its data lie beside its manifests. */
export function billPolicy(bucket: string, prefix: string, partition = 'aws'): PolicyDocument {
  return policyDocument(billStatements(bucket, prefix, partition));
}

function billStatements(bucket: string, prefix: string, partition: string): readonly PolicyStatement[] {
  const arn = `arn:${partition}:s3:::${bucket}`;
  return [
    {
      Sid: 'ListTheBill',
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: [arn],
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html: the key is there in lists only, with the prefix that was asked for.
      ...(prefix === '' ? {} : { Condition: { StringLike: { 's3:prefix': [prefix, `${prefix}/*`] } } }),
    },
    { Sid: 'ReadTheBill', Effect: 'Allow', Action: ['s3:GetObject'], Resource: prefix === '' ? [`${arn}/*`] : [`${arn}/${prefix}`, `${arn}/${prefix}/*`] },
    {
      // Only needed where the bucket is encrypted with a key of KMS (SSE-KMS); elsewhere it allows nothing. The key's own policy must allow it too.
      Sid: 'DecryptTheBillWhereItsBucketUsesKMS',
      Effect: 'Allow',
      Action: ['kms:Decrypt'],
      Resource: [`arn:${partition}:kms:*:*:key/*`],
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context: the object's ARN, or the bucket's where it has a bucket key.
      Condition: { StringLike: { 'kms:ViaService': ['s3.*.amazonaws.com*'], 'kms:EncryptionContext:aws:s3:arn': [arn, `${arn}/*`] } },
    },
  ];
}
