import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ChargesPart } from '../../../../src/model/facts.ts';
import { query, type Cells } from '../small-bill.ts';
import { text } from '../../../../src/io/sql.ts';
import { BucketBill, manifestOf } from './bucket-bill.ts';
import type { Fault, Put, Request } from './s3-server.ts';

const OCTOBER = 'cur/hourly/20261001-20261101';
const MANIFEST = `${OCTOBER}/hourly-Manifest.json`;
const key = (file: number): string => `cur/hourly/hourly/year=2026/month=10/hourly-0000${file}.snappy.parquet`;
const cost = (amount: number, id = 'a'): Cells => ({ line_item_unblended_cost: amount, identity_line_item_id: id, line_item_resource_id: `i-${id}` });

/** A month in so many files, of 5 USD each. */
async function month(files = 1, put: (body: Buffer) => Put = () => ({})): Promise<BucketBill> {
  const bill = await BucketBill.open();
  for (let file = 1; file <= files; file += 1) {
    const body = await bill.data(key(file), [cost(5, `line${file}`)]);
    bill.s3.put(key(file), body, put(body));
  }
  bill.s3.put(
    MANIFEST,
    manifestOf(
      '202610',
      Array.from({ length: files }, (_, file) => key(file + 1)),
    ),
  );
  return bill;
}

const isData = ({ method, key: of }: Request): boolean => method === 'GET' && of.endsWith('.parquet');

/** The first so many downloads go wrong. */
function failing(bill: BucketBill, times: number, fault: Fault): void {
  let left = times;
  bill.s3.keeper = (request) => {
    if (!isData(request) || left === 0) return undefined;
    left -= 1;
    return fault;
  };
}

describe('a download', () => {
  test('that is cut in the middle goes on where it broke off', async () => {
    const bill = await month();
    failing(bill, 1, { kind: 'cut', after: 1000 });
    expect(await bill.billed('cur')).toBe('2026-10 5');
    expect(bill.s3.reads).toEqual([`GET ${MANIFEST}`, `GET ${key(1)}`, `GET ${key(1)} bytes=1000-`]);
    expect(bill.given.err()).toMatch(/^s3:\/\/acme-billing\/cur\/.*: broke off at 1000 of \d+ bytes \(ECONNRESET\): going on\n$/);
  });

  test('that is cut again and again goes on, as long as something comes', async () => {
    const bill = await month();
    failing(bill, 12, { kind: 'cut', after: 100 });
    expect(await bill.billed('cur')).toBe('2026-10 5');
    expect(bill.s3.reads.at(-1)).toBe(`GET ${key(1)} bytes=1200-`);
  });

  test('of which nothing comes any more is given up in a line', async () => {
    const bill = await month();
    failing(bill, 99, { kind: 'cut', after: 0 });
    expect(await bill.billed('cur')).toBe(
      `UserError: s3://acme-billing/${key(1)}: breaks off again and again: ECONNRESET | run again: it goes on from where it broke off`,
    );
  });

  test('that stands still in the middle goes on with another connection', async () => {
    const bill = await month();
    failing(bill, 1, { kind: 'hang', after: 1000 });
    expect(await bill.billed('cur', { patience: { answer: 500 } })).toBe('2026-10 5');
    expect(bill.s3.reads.at(-1)).toBe(`GET ${key(1)} bytes=1000-`);
  });

  test('of a server that does not answer is given up in a line', async () => {
    const bill = await month();
    failing(bill, 99, { kind: 'hang' });
    expect(await bill.billed('cur', { patience: { answer: 500 } })).toBe(
      `UserError: s3://acme-billing/${key(1)}: no answer in time | check the network, AWS_ENDPOINT_URL and the region; what was read is kept for the next run`,
    );
  });

  test('of which connections are reset is tried again', async () => {
    const bill = await month();
    failing(bill, 1, { kind: 'reset' });
    expect(await bill.billed('cur')).toBe('2026-10 5');
  });

  test('is tried again where S3 asks to slow down', async () => {
    const bill = await month();
    failing(bill, 1, { kind: 'error', status: 503, code: 'SlowDown' });
    expect(await bill.billed('cur')).toBe('2026-10 5');
  });

  test('is given up in a line where S3 asks to slow down for ever', async () => {
    const bill = await month();
    failing(bill, 99, { kind: 'error', status: 503, code: 'SlowDown' });
    expect(await bill.billed('cur')).toBe(
      `UserError: s3://acme-billing/${key(1)}: AWS asks to slow down (SlowDown), again and again | run again later: what was read is kept`,
    );
  });

  test('goes on where an earlier run was cut off', async () => {
    const bill = await month(2);
    bill.s3.keeper = (request) => (request.key === key(2) && isData(request) ? { kind: 'cut', after: request.range === undefined ? 700 : 0 } : undefined);
    expect(await bill.billed('cur')).toMatch(/^UserError: .*breaks off again and again/);
    bill.s3.keeper = undefined;
    bill.s3.requests.length = 0;
    expect(await bill.billed('cur')).toBe('2026-10 10');
    expect(bill.s3.reads).toEqual([`GET ${MANIFEST}`, `GET ${key(2)} bytes=700-`]);
  });

  test('that was cut off and gone on with gives the same bytes as one that was not', async () => {
    const bill = await month(2);
    const bytes = async (): Promise<Buffer[]> => (await bill.read('cur')).map(({ file }) => readFileSync(file));
    const whole = await bytes();
    failing(bill, 3, { kind: 'cut', after: 500 });
    expect(await bytes()).toEqual(whole);
  });

  test('from a server that does not know ranges is an error, not a file with a head in its middle', async () => {
    const bill = await month();
    let count = 0;
    bill.s3.keeper = (request) => {
      if (!isData(request)) return undefined;
      count += 1;
      return count === 1 ? { kind: 'cut', after: 1000 } : { kind: 'ignore-range' };
    };
    expect(await bill.billed('cur')).toBe(
      `UserError: s3://acme-billing/${key(1)}: the server does not send the part that is asked for | a proxy in between may not pass Range on: go around it`,
    );
  });

  test('says how far it is', async () => {
    const bill = await month(3);
    let part: ChargesPart | undefined;
    const shares: number[] = [];
    bill.s3.keeper = (request) => {
      if (isData(request) && part !== undefined) shares.push(part.progress() ?? -1);
      return isData(request) && request.range === undefined ? { kind: 'cut', after: 1000 } : undefined;
    };
    const [read] = await bill.read('cur', {
      skip: (one) => {
        part = one;
        return false;
      },
    });
    const total = read?.facts.inputs.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(part?.counter).toMatchObject({ what: 'bytes' });
    expect(shares.length).toBeGreaterThanOrEqual(6);
    expect(shares.every((share) => share >= 0 && share < 0.8)).toBe(true);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect([part?.progress(), part?.counter?.count()]).toEqual([expect.closeTo(0.8, 1), total]);
  });

  test('brings at most four objects at the same time', async () => {
    const bill = await month(9);
    let [now, most] = [0, 0];
    const whole = bill.s3;
    whole.keeper = (request) => {
      if (!isData(request)) return undefined;
      now = whole.requests.filter((one) => isData(one) && one.status === undefined).length;
      most = Math.max(most, now);
      return undefined;
    };
    expect(await bill.billed('cur')).toBe('2026-10 45');
    expect(most).toBeLessThanOrEqual(4);
  });
});

const sha256 = (body: Buffer): string => createHash('sha256').update(body).digest('base64');

describe('what comes damaged', () => {
  const noMd5 = { 'x-amz-server-side-encryption': 'aws:kms' };
  const composite = (body: Buffer): string => {
    const parts = Array.from({ length: Math.ceil(body.length / 1000) }, (_, part) =>
      createHash('sha256')
        .update(body.subarray(part * 1000, (part + 1) * 1000))
        .digest(),
    );
    return `${sha256(Buffer.concat(parts))}-${parts.length}`;
  };

  test.each<[string, (body: Buffer) => Put]>([
    ['the SHA-256', (body) => ({ headers: { ...noMd5, 'x-amz-checksum-sha256': sha256(body) } })],
    [
      'the SHA-256 of its parts',
      (body) => ({ partBytes: 1000, headers: { ...noMd5, 'x-amz-checksum-sha256': composite(body), 'x-amz-checksum-type': 'COMPOSITE' } }),
    ],
    ['the MD5 in its ETag', () => ({})],
    ['the MD5 of its parts', () => ({ partBytes: 1000 })],
    ['the ends of Parquet, where there is no checksum', () => ({ headers: noMd5 })],
  ])('is told by %s, and fetched once more', async (_what, put) => {
    const bill = await month(1, put);
    failing(bill, 1, { kind: 'corrupt' });
    expect(await bill.billed('cur')).toBe('2026-10 5');
    expect(bill.s3.reads.slice(1)).toEqual([`GET ${key(1)}`, `GET ${key(1)}`]);
    expect(bill.given.err()).toMatch(/: came damaged \(.*\): once more\n$/);
  });

  test('three times is an error', async () => {
    const bill = await month(1, (body) => ({ headers: { 'x-amz-checksum-sha256': sha256(Buffer.concat([body, body])) } }));
    expect(await bill.billed('cur')).toBe(
      `UserError: s3://acme-billing/${key(1)}: comes damaged: its SHA256 is not what S3 says | a proxy in between may change it; else its writer has stored it so`,
    );
  });
});

describe('a bill that is delivered anew while it is read', () => {
  /** Does something at the first download: what it brings is made beforehand, for the server does not wait. */
  function atFirstDownload(bill: BucketBill, act: () => void): void {
    let done = false;
    bill.s3.keeper = (request) => {
      if (isData(request) && !done) {
        done = true;
        act();
      }
      return undefined;
    };
  }

  async function redelivery(): Promise<{ readonly bill: BucketBill; readonly deliverAnew: () => void }> {
    const bill = await month();
    const next = await BucketBill.open();
    const bodies = [await next.data(key(1), [cost(6, 'n1')]), await next.data(key(2), [cost(7, 'n2')])];
    const deliverAnew = (): void => {
      for (const [at, body] of bodies.entries()) bill.s3.put(key(at + 1), body);
      bill.s3.put(MANIFEST, manifestOf('202610', [key(1), key(2)], 'a2'));
    };
    return { bill, deliverAnew };
  }

  test('is read from the beginning where a file was replaced (412)', async () => {
    const { bill, deliverAnew } = await redelivery();
    atFirstDownload(bill, deliverAnew);
    expect(await bill.billed('cur')).toBe('2026-10 13');
    expect(bill.given.err()).toBe(`s3://acme-billing/${key(1)} was replaced or removed: it is delivered anew, and read from the beginning\n`);
  });

  test('has the identity of what was read', async () => {
    const { bill, deliverAnew } = await redelivery();
    atFirstDownload(bill, deliverAnew);
    const [read] = await bill.read('cur');
    const [again] = await bill.read('cur');
    expect(read?.identity).toBe(again?.identity);
    expect(read?.facts.inputs.map(({ name }) => name)).toEqual([key(1), key(2)]);
  });

  test('is read from the beginning where a file is gone (404)', async () => {
    const { bill, deliverAnew } = await redelivery();
    atFirstDownload(bill, () => {
      deliverAnew();
      bill.s3.remove(key(1));
      bill.s3.put(MANIFEST, manifestOf('202610', [key(2)], 'a2'));
    });
    expect(await bill.billed('cur')).toBe('2026-10 7');
  });

  test('is read from the beginning where all files came, and then another manifest', async () => {
    const bill = await month(2);
    bill.s3.keeper = (request) => {
      // The second file is on its way; the first one, here already, is no longer what counts.
      if (request.key === key(2) && isData(request)) bill.s3.put(MANIFEST, manifestOf('202610', [key(2)], 'a2'));
      return undefined;
    };
    expect(await bill.billed('cur')).toBe('2026-10 5');
    expect(bill.s3.reads.filter((read) => read === `GET ${key(2)}`)).toHaveLength(1);
  });

  test('again and again is an error in a line', async () => {
    const bill = await month();
    const bodies = await Promise.all([6, 7, 8, 9].map(async (amount) => bill.data('elsewhere.parquet', [cost(amount)])));
    bill.s3.keeper = (request) => {
      const next = isData(request) ? bodies.shift() : undefined;
      if (next !== undefined) bill.s3.put(key(1), next);
      return undefined;
    };
    expect(await bill.billed('cur')).toBe(
      `UserError: s3://acme-billing/${key(1)} was replaced or removed: the bill has changed 4 times while it was read | AWS is delivering it: run again in some minutes; a month whose files were removed for good can be left out by --from`,
    );
  });

  test('leaves nothing of the older delivery in the folder of downloads', async () => {
    const { bill, deliverAnew } = await redelivery();
    atFirstDownload(bill, deliverAnew);
    await bill.billed('cur');
    expect(await bill.given.io.files.list(bill.downloads)).toEqual([]);
  });

  test('whose manifest names a file that is not there is an error in a line', async () => {
    const bill = await month();
    bill.s3.remove(key(1));
    expect(await bill.billed('cur')).toMatch(
      `UserError: s3://acme-billing/${MANIFEST} names ${key(1)}, which is not there: the bill has changed 4 times while it was read | `,
    );
  });

  test('is the newer one in every row', async () => {
    const { bill, deliverAnew } = await redelivery();
    atFirstDownload(bill, deliverAnew);
    const [read] = await bill.read('cur');
    expect(await query(`select cast(sum(BilledCost) as double) as cost from read_parquet(${text(read?.file ?? '')})`)).toEqual([{ cost: 13 }]);
  });
});
