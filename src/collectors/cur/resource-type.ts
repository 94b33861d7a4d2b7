import { text } from '../../io/sql.ts';

/** What an id begins with that is no ARN. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html */
const PREFIXES = {
  i: 'ec2:instance',
  vol: 'ec2:volume',
  snap: 'ec2:snapshot',
  ami: 'ec2:image',
  eni: 'ec2:network-interface',
  eipalloc: 'ec2:elastic-ip',
  nat: 'ec2:natgateway',
  vpce: 'ec2:vpc-endpoint',
  vpn: 'ec2:vpn-connection',
  tgw: 'ec2:transit-gateway',
  fs: 'elasticfilesystem:file-system',
  cr: 'ec2:capacity-reservation',
} as const;

/** The resource's part of an ARN, `loadbalancer/app/web/1` or `function:resize`, begins with its type; a queue's or a topic's is its name alone. */
const PART = `split_part(resource_id, ':', 6)`;
const ARN_TYPE = `case when contains(${PART}, '/') then split_part(${PART}, '/', 1) when split_part(resource_id, ':', 7) <> '' then ${PART} end`;

const BY_PREFIX = Object.entries(PREFIXES)
  .map(([prefix, type]) => `when ${text(prefix)} then ${text(type)}`)
  .join(' ');

/**
 * FOCUS ResourceType of a group of lines: never NULL beside a ResourceId. AWS' own names, `service:type` as in ARNs: what an id says of itself, else the
 * service that it is of. By parts of the text, for a regular expression for every group of a large bill takes noticeably longer.
 */
export const RESOURCE_TYPE = `case when resource_id is null then null
  when starts_with(resource_id, 'arn:') then concat_ws(':', nullif(split_part(resource_id, ':', 3), ''), nullif(${ARN_TYPE}, ''))
  when product_code = 'AmazonS3' then 's3:bucket'
  when starts_with(resource_id, 'tgw-attach-') then 'ec2:transit-gateway-attachment'
  else coalesce(case when contains(resource_id, '-') then case split_part(resource_id, '-', 1) ${BY_PREFIX} end end, product_code, 'unknown') end`;
