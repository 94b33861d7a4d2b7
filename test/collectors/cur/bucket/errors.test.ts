import { afterEach, describe, expect, test, vi } from 'vitest';
import { testIo } from '../../../io/test-io.ts';
import { BucketBill, manifestOf } from './bucket-bill.ts';
import type { Fault, Request } from './s3-server.ts';

const MANIFEST = 'cur/hourly/20261001-20261101/hourly-Manifest.json';
const DATA = 'cur/hourly/october.parquet';

async function bill(): Promise<BucketBill> {
  const made = await BucketBill.open();
  await made.data(DATA, [{ line_item_unblended_cost: 5 }]);
  made.s3.put(MANIFEST, manifestOf('202610', [DATA]));
  return made;
}

type Which = 'list' | 'manifest' | 'data';
const isOf: Readonly<Record<Which, (request: Request) => boolean>> = {
  list: ({ key }) => key === '',
  manifest: ({ key }) => key === MANIFEST,
  data: ({ key }) => key === DATA,
};

async function refused(which: Which, fault: Omit<Extract<Fault, { kind: 'error' }>, 'kind'>): Promise<string> {
  const made = await bill();
  made.s3.keeper = (request) => (isOf[which](request) ? { kind: 'error', ...fault } : undefined);
  return made.billed('cur/hourly');
}

const DOCTOR = 'tonnage doctor --iam prints the policy that allows it';
const KMS = 'arn:aws:kms:eu-west-1:111111111111:key/1234';
const user = 'User: arn:aws:iam::111111111111:user/reader is not authorized to perform:';

describe('an error of S3 is one line with a hint:', () => {
  test('not allowed to list', async () => {
    expect(await refused('list', { status: 403, code: 'AccessDenied', message: 'Access Denied' })).toBe(
      `UserError: s3://acme-billing/cur/hourly/: not allowed: s3:ListBucket on arn:aws:s3:::acme-billing | ${DOCTOR}`,
    );
  });

  test('not allowed to read the manifest', async () => {
    expect(await refused('manifest', { status: 403, code: 'AccessDenied', message: 'Access Denied' })).toBe(
      `UserError: s3://acme-billing/${MANIFEST}: not allowed: s3:GetObject on arn:aws:s3:::acme-billing/${MANIFEST} | ${DOCTOR}`,
    );
  });

  test('not allowed to read data, with the action and resource that AWS names', async () => {
    const message = `${user} s3:GetObject on resource: "arn:aws:s3:::acme-billing/${DATA}" because no identity-based policy allows the s3:GetObject action`;
    expect(await refused('data', { status: 403, code: 'AccessDenied', message })).toBe(
      `UserError: s3://acme-billing/${DATA}: not allowed: s3:GetObject on arn:aws:s3:::acme-billing/${DATA} | ${DOCTOR}`,
    );
  });

  test('not allowed to decrypt', async () => {
    const message = `${user} kms:Decrypt on resource: ${KMS} because no identity-based policy allows the kms:Decrypt action`;
    expect(await refused('data', { status: 403, code: 'AccessDenied', message })).toBe(
      `UserError: s3://acme-billing/${DATA}: not allowed: kms:Decrypt on ${KMS} | ${DOCTOR}`,
    );
  });

  test('not allowed to decrypt, where AWS does not name the key', async () => {
    const message = `${user} kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region`;
    expect(await refused('data', { status: 403, code: 'AccessDenied', message })).toBe(
      `UserError: s3://acme-billing/${DATA}: not allowed: kms:Decrypt on the key that encrypts it | ${DOCTOR}`,
    );
  });

  test('denied by another policy', async () => {
    const message = `${user} s3:ListBucket on resource: "arn:aws:s3:::acme-billing" with an explicit deny in a service control policy`;
    expect(await refused('list', { status: 403, code: 'AccessDenied', message })).toBe(
      'UserError: s3://acme-billing/cur/hourly/: not allowed: s3:ListBucket on arn:aws:s3:::acme-billing | another policy denies it (of the bucket, the organisation, or a boundary): ask who owns that',
    );
  });

  test('a key that is disabled', async () => {
    expect(await refused('data', { status: 400, code: 'KMS.DisabledException', message: `${KMS} is disabled.` })).toBe(
      `UserError: s3://acme-billing/${DATA}: its KMS key cannot be used: KMS.DisabledException | the key is disabled, or awaits deletion: ask who owns it`,
    );
  });

  test('archived', async () => {
    expect(await refused('data', { status: 403, code: 'InvalidObjectState' })).toBe(
      `UserError: s3://acme-billing/${DATA}: is archived (S3 Glacier), and cannot be read | restore it, or let --from begin after it`,
    );
  });

  test('no such bucket', async () => {
    expect(await (await bill()).billed('', { path: 's3://acme-biling/cur' })).toBe(
      'UserError: s3://acme-biling: there is no such bucket | check `path` of this source',
    );
  });

  const LOGIN = 'log in again (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  test.each([
    [400, 'ExpiredToken', 'the AWS credentials have expired', LOGIN],
    [403, 'InvalidAccessKeyId', 'AWS does not know these credentials', LOGIN],
    [403, 'SignatureDoesNotMatch', 'AWS does not take the signature', 'the secret key is wrong, or a proxy changes the request'],
    [403, 'RequestTimeTooSkewed', "this machine's clock is wrong by more than a few minutes", 'set it (NTP): AWS refuses what was signed at another time'],
    [500, 'InternalError', 'AWS cannot answer now: 500 InternalError', 'run again later: what was read is kept'],
  ])('%i %s', async (status, code, message, hint) => {
    expect(await refused('list', { status, code })).toBe(`UserError: s3://acme-billing/cur/hourly/: ${message} | ${hint}`);
  });

  test('what S3 says otherwise, with its own words as the hint', async () => {
    expect(await refused('list', { status: 400, code: 'RequesterPays', message: 'Somebody has to pay' })).toBe(
      'UserError: s3://acme-billing/cur/hourly/: S3 answers 400 RequesterPays | Somebody has to pay',
    );
  });

  test('a server that is not there', async () => {
    const made = await bill();
    made.given = testIo({ env: { ...made.s3.env, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' } });
    expect(await made.billed('cur')).toBe(
      'UserError: s3://acme-billing/cur/: cannot be reached: ECONNREFUSED | check the network, AWS_ENDPOINT_URL and the region; what was read is kept for the next run',
    );
  });

  test('a manifest that is none', async () => {
    const made = await bill();
    made.s3.put(MANIFEST, '{');
    expect(await made.billed('cur')).toMatch(`UserError: s3://acme-billing/${MANIFEST}: not the manifest of`);
  });

  test('a file that is no bill', async () => {
    const made = await bill();
    made.s3.put(DATA, 'PAR1 and so on, PAR1');
    expect(await made.billed('cur')).toMatch(/^UserError: s3:\/\/acme-billing\/cur\/hourly\/october.parquet: .*Footer length/);
  });
});

afterEach(() => vi.unstubAllEnvs());

describe('a bucket in another region', () => {
  test.each<[number, string]>([
    [301, 'PermanentRedirect'],
    [400, 'AuthorizationHeaderMalformed'],
  ])('is asked there, once and for all (%i %s)', async (status, code) => {
    const made = await bill();
    made.s3.keeper = ({ authorization }) =>
      authorization.includes('/us-west-2/') ? undefined : { kind: 'error', status, code, headers: { 'x-amz-bucket-region': 'us-west-2' } };
    expect(await made.billed('cur')).toBe('2026-10 5');
    expect(made.s3.requests.filter((request) => !request.authorization.includes('/us-west-2/'))).toHaveLength(1);
  });

  test('that S3 does not name is an error in a line', async () => {
    expect(await refused('list', { status: 301, code: 'PermanentRedirect' })).toBe(
      'UserError: s3://acme-billing: is in another region | set `region` of this source to that of the bucket',
    );
  });

  test('is found also where nothing says which region to begin with', async () => {
    const made = await bill();
    const { AWS_REGION: _, ...env } = made.s3.env;
    made.given = testIo({ env });
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    made.s3.keeper = ({ authorization }) =>
      authorization.includes('/us-west-2/')
        ? undefined
        : { kind: 'error', status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'us-west-2' } };
    expect(await made.billed('cur')).toBe('2026-10 5');
    expect(made.s3.requests[0]?.authorization).toContain('/us-east-1/');
  });

  test('may be set', async () => {
    const made = await bill();
    await made.billed('cur', { region: 'eu-central-1' });
    expect(made.s3.requests.every(({ authorization }) => authorization.includes('/eu-central-1/'))).toBe(true);
  });
});

describe('credentials', () => {
  test('that are nowhere are an error in a line', async () => {
    const made = await bill();
    const { AWS_ENDPOINT_URL: endpoint = '' } = made.s3.env;
    made.given = testIo({ env: { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'eu-west-1' } });
    // The SDK's own chain reads these from the process.
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_CREDENTIALS_FULL_URI']) {
      vi.stubEnv(name, undefined);
    }
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    expect(await made.billed('cur')).toBe(
      'UserError: s3://acme-billing/cur/: no AWS credentials | log in again (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  });

  test('are in no error and no note', async () => {
    const made = await bill();
    made.s3.keeper = () => ({ kind: 'error', status: 403, code: 'AccessDenied', message: 'AKIDTEST may not' });
    expect(`${await made.billed('cur')} ${made.given.err()}`).not.toMatch(/AKIDTEST|SECRETTEST/);
  });
});

describe('doctor', () => {
  test('says what there is, without fetching data', async () => {
    const made = await BucketBill.open();
    const body = await made.data(
      DATA,
      Array.from({ length: 3000 }, (_, place) => ({ line_item_unblended_cost: place, line_item_resource_id: `i-${place * 7919}` })),
    );
    made.s3.put(MANIFEST, manifestOf('202610', [DATA]));
    const checks = await made.check('cur/hourly');
    expect(checks).toEqual([
      { name: 'files', state: 'ok', detail: '1 in s3://acme-billing/cur/hourly, as its manifests name them' },
      { name: 'newest month', state: 'ok', detail: expect.stringMatching(/^2026-10: 1 file, \d+\.\d MB, delivered 2026-11-03T06:00Z$/) },
      { name: 'columns', state: 'ok', detail: expect.stringMatching(/^\d+ in the last file; it has .*resource-ids/) },
    ]);
    expect(made.s3.sent(DATA)).toBeLessThanOrEqual(Math.min(body.length, 65_536));
  });

  test('says in a line what it may not', async () => {
    const made = await bill();
    made.s3.keeper = () => ({ kind: 'error', status: 403, code: 'AccessDenied' });
    await expect(made.check('cur')).rejects.toThrow('s3://acme-billing/cur/: not allowed: s3:ListBucket on arn:aws:s3:::acme-billing');
  });

  test('says in a line that a delivery is under way', async () => {
    const made = await bill();
    made.s3.keeper = ({ method, key }) => {
      if (method === 'GET' && key === DATA) made.s3.remove(DATA);
      return undefined;
    };
    await expect(made.check('cur')).rejects.toMatchObject({
      name: 'UserError',
      message: `s3://acme-billing/${DATA} was replaced or removed`,
      hint: 'AWS may be delivering it now: run again in some minutes',
    });
  });

  test('reads the columns of CSV too', async () => {
    const made = await BucketBill.open();
    await made.data('cur/october.csv.gz', [{}], {}, { without: ['line_item_resource_id'] });
    made.s3.put(MANIFEST, manifestOf('202610', ['cur/october.csv.gz']));
    expect((await made.check('cur')).map(({ name, state }) => `${name} ${state}`)).toEqual([
      'files ok',
      'newest month ok',
      'columns ok',
      'resource ids warning',
    ]);
  });
});
