import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBucket, type Bucket } from '../../../../src/collectors/cur/bucket/client.ts';
import { download } from '../../../../src/collectors/cur/bucket/download.ts';
import { testIo } from '../../../io/test-io.ts';
import { S3Server } from './s3-server.ts';

const KEY = 'some.csv';

let s3: S3Server;
let bucket: Bucket;
const { io, folder } = testIo();

beforeAll(async () => {
  s3 = await new S3Server('b').listen();
  bucket = await openBucket('b', s3.env, undefined);
});

afterAll(async () => {
  bucket.close();
  await s3.close();
});

test('wherever a download is cut, the file is the object in the end, and what was saved does not come again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 5000 }), fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 4 }), async (content, cuts) => {
      const body = Buffer.from(content);
      s3.put(KEY, body, { headers: { 'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64') } });
      s3.requests.length = 0;
      const left = [...cuts];
      s3.keeper = ({ method, key }) => {
        const after = method === 'GET' && key === KEY ? left.shift() : undefined;
        return after === undefined ? undefined : { kind: 'cut', after };
      };
      const [found] = (await Array.fromAsync(bucket.list(KEY, { byFolder: false }))).flatMap(({ objects }) => objects);
      if (found === undefined) throw new Error('it is not listed');
      let came = 0;
      const options = {
        folder,
        files: io.files,
        pause: 1,
        signal: new AbortController().signal,
        note: () => {},
        came: (bytes: number) => void (came += bytes),
      };
      const path = await download(bucket, found, options);
      const read = readFileSync(path);
      rmSync(path);
      expect(path).toMatch(new RegExp(`^${join(folder, 'cur-')}[0-9a-f]{24}\\.csv$`));
      expect([read.equals(body), s3.sent(KEY), came]).toEqual([true, body.length, body.length]);
    }),
    { numRuns: 25 },
  );
});
