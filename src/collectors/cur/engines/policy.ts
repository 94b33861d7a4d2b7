import { partitionOf, type PolicyStatement } from '../../aws-policy.ts';
import { parseAddress } from '../bucket/address.ts';
import type { CurSettings } from '../settings.ts';
import { tableName } from './table-name.ts';

/** Only what Athena does for us, not what we could do ourselves. https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena-calledvia.html */
const BY_ATHENA = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['athena.amazonaws.com'] } };

/**
 * The least that adding up a bill with Athena takes. https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
 * The bill's own bucket stands in the table's description alone, so it is not named here, but what may be read is only what Athena reads for us.
 */
export function athenaStatements({ table = '', workgroup = 'primary', results, region }: Omit<CurSettings, 'kind'>): readonly PolicyStatement[] {
  const partition = partitionOf(region);
  const { catalog = 'AwsDataCatalog', schema, table: named } = tableName(table);
  const place = `${region ?? '*'}:*`;
  const glue = (resource: string): string => `arn:${partition}:glue:${place}:${resource}`;
  return [
    {
      Sid: 'QueryWithAthena',
      Effect: 'Allow',
      Action: ['athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:GetWorkGroup', 'athena:StartQueryExecution', 'athena:StopQueryExecution'],
      Resource: [`arn:${partition}:athena:${place}:workgroup/${workgroup}`],
    },
    { Sid: 'DescribeTheTable', Effect: 'Allow', Action: ['athena:GetTableMetadata'], Resource: [`arn:${partition}:athena:${place}:datacatalog/${catalog}`] },
    {
      Sid: 'FindTheBill',
      Effect: 'Allow',
      Action: ['glue:GetDatabase', 'glue:GetPartition', 'glue:GetPartitions', 'glue:BatchGetPartition', 'glue:GetTable'],
      Resource: [glue('catalog'), glue(`database/${schema}`), glue(`table/${schema}/${named}`)],
    },
    {
      Sid: 'LetAthenaReadTheBill',
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:GetObject', 's3:ListBucket'],
      Resource: [`arn:${partition}:s3:::*`],
      Condition: BY_ATHENA,
    },
    {
      Sid: 'LetAthenaWriteItsAnswers',
      Effect: 'Allow',
      Action: ['s3:AbortMultipartUpload', 's3:GetBucketLocation', 's3:GetObject', 's3:ListBucket', 's3:ListMultipartUploadParts', 's3:PutObject'],
      Resource: resultResources(results, partition),
      Condition: BY_ATHENA,
    },
    {
      // Only needed where a bucket is encrypted with a key of KMS (SSE-KMS); elsewhere it allows nothing.
      Sid: 'DecryptWhereABucketUsesKMS',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: [`arn:${partition}:kms:*:*:key/*`],
      Condition: { StringLike: { 'kms:ViaService': ['s3.*.amazonaws.com*'] }, ...BY_ATHENA },
    },
  ];
}

/** Where the workgroup says where answers go, its bucket is not known here. */
function resultResources(results: string | undefined, partition: string): string[] {
  if (results === undefined) return [`arn:${partition}:s3:::*`];
  const { bucket, prefix } = parseAddress(results);
  const arn = `arn:${partition}:s3:::${bucket}`;
  return [arn, prefix === '' ? `${arn}/*` : `${arn}/${prefix}/*`];
}
