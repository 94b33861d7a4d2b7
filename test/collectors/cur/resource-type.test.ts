import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testIo } from '../../io/test-io.ts';
import { chargesOf } from './collected.ts';
import { writeBill } from './small-bill.ts';

const given = testIo();

test.each([
  ['i-0abc123', 'AmazonEC2', 'ec2:instance'],
  ['vol-0abc123', 'AmazonEC2', 'ec2:volume'],
  ['tgw-attach-0abc', 'AmazonVPC', 'ec2:transit-gateway-attachment'],
  ['arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/50dc', 'AWSELB', 'elasticloadbalancing:loadbalancer'],
  ['arn:aws:ec2:eu-west-1:111111111111:natgateway/nat-0abc', 'AmazonEC2', 'ec2:natgateway'],
  ['arn:aws:lambda:eu-west-1:111111111111:function:resize', 'AWSLambda', 'lambda:function'],
  ['arn:aws:rds:eu-west-1:111111111111:db:orders', 'AmazonRDS', 'rds:db'],
  ['arn:aws:sqs:eu-west-1:111111111111:queue', 'AWSQueueService', 'sqs'],
  ['acme-assets', 'AmazonS3', 's3:bucket'],
  ['something', 'AmazonLightsail', 'AmazonLightsail'],
  ['', 'AmazonEC2', null],
])('%s of %s is %s', async (id, code, type) => {
  const path = await writeBill(join(given.folder, 'cur.parquet'), [{ line_item_resource_id: id, line_item_product_code: code }]);
  expect(await chargesOf(path, given, ['ResourceType'])).toEqual([{ ResourceType: type }]);
});

test('a resource is named by its Name tag', async () => {
  const lines = [{ resource_tags_user_name: 'web-1' }, { resource_tags_user_name: 'no resource', line_item_resource_id: '' }];
  const path = await writeBill(join(given.folder, 'named.parquet'), lines);
  expect(await chargesOf(path, given, ['ResourceId', 'ResourceName'])).toEqual([
    { ResourceId: 'i-1', ResourceName: 'web-1' },
    { ResourceId: null, ResourceName: null },
  ]);
});
