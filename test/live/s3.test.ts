import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CompleteMultipartUploadCommand, CreateMultipartUploadCommand, UploadPartCommand, type ChecksumAlgorithm } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeDemoBill } from '../../fixtures/aws-bill/index.ts';
import { openBucket } from '../../src/collectors/cur/bucket/client.ts';
import { isProven, proofOf } from '../../src/collectors/cur/bucket/proof.ts';
import { billPolicy } from '../../src/collectors/cur/policy.ts';
import { environment, main, node } from '../cli/tonnage.ts';
import { manifestOf } from '../collectors/cur/bucket/bucket-bill.ts';
import { writeCopies } from '../collectors/cur/small-bill.ts';
import { testIo, type TestIo } from '../io/test-io.ts';
import { collectInto, openStore, partsOf } from './collected.ts';
import { SETUP } from './components/index.ts';
import { moto as component } from './components/moto.ts';
import { awsEnv, startMoto, type Keys, type Moto } from './servers/moto.ts';
import { start } from './servers/process.ts';
import { openWire, type Cut, type Wire } from './servers/wire.ts';

const BUCKET = 'acme-billing';
const LARGE = 'large-billing';
const FILES = 3;
const LINES = 120_000;
const MB = 1024 * 1024;

const source = (bucket = BUCKET, prefix = 'cur'): object => ({ kind: 'cur', path: `s3://${bucket}/${prefix}` });

describe.skipIf(component.find() === undefined)(`a bill in S3, as moto plays it (needs ${SETUP})`, () => {
  const given = testIo();
  let moto: Moto;
  let disk: string;
  let large: readonly string[] = [];

  beforeAll(async () => {
    moto = await startMoto();
    await moto.createBucket(BUCKET);
    await moto.createBucket(LARGE);
    disk = (await writeDemoBill(given.folder, given.io)).path;
    for (const { name, path } of await given.io.files.list(disk)) await moto.put(BUCKET, name, path);

    const folder = join(given.folder, LARGE);
    large = await Promise.all(
      Array.from({ length: FILES }, async (_, file) =>
        writeCopies(join(folder, `cur/hourly/hourly/year=2026/month=10/hourly-0000${file + 1}.snappy.parquet`), LINES, {
          identity_line_item_id: `md5('${file} ' || n)`,
          line_item_resource_id: `'i-${file}-' || (n % 500)`,
        }),
      ),
    );
    const keys = large.map((path) => relative(folder, path));
    given.write(`${LARGE}/cur/hourly/20261001-20261101/hourly-Manifest.json`, manifestOf('202610', keys));
    for (const { name, path } of await given.io.files.list(folder)) await moto.put(LARGE, name, path);
  });

  afterAll(async () => moto?.close());

  /** A machine that reaches AWS at an address. */
  const machine = (url = moto.url, keys?: Keys): TestIo => testIo({ env: awsEnv(url, keys) });
  const size = (): number => large.reduce((sum, path) => sum + statSync(path).size, 0);

  test('has the same charges as its copy on disk, to the byte', async () => {
    const onDisk = await collectInto('disk', [{ kind: 'cur', path: disk }], given);
    const inBucket = await collectInto('bucket', [source()], machine());
    expect(partsOf(inBucket.snapshot)).toEqual(partsOf(onDisk.snapshot));
    expect(inBucket.snapshot.parts.map(({ facts }) => 'totals' in facts && facts.totals)).toEqual(
      onDisk.snapshot.parts.map(({ facts }) => 'totals' in facts && facts.totals),
    );
  });

  test('is not downloaded again while nothing is delivered', async () => {
    const wire = await openWire(moto.url);
    try {
      const reader = machine(wire.url);
      await collectInto('twice', [source(LARGE)], reader);
      const first = wire.passed();
      await collectInto('twice', [source(LARGE)], reader);
      expect(first).toBeGreaterThan(size());
      expect(wire.passed() - first).toBeLessThan(100_000);
    } finally {
      await wire.close();
    }
  });

  describe('over a wire that breaks', () => {
    let wire: Wire;
    let whole: readonly string[];
    beforeAll(async () => {
      const reader = machine();
      whole = partsOf((await collectInto('large', [source(LARGE)], reader)).snapshot);
    });

    /** Of what was lost on its way, each cut costs what the buffers of the network hold; else only headers and answers come on top. */
    test.each<[Cut, number]>([
      ['end', 0.5 * MB],
      ['reset', 10 * MB],
    ])('is gone on with where it broke off (%s): few bytes come twice, and the charges are the same', async (how, most) => {
      wire = await openWire(moto.url);
      try {
        wire.cutEvery(2 * MB, 5, how);
        const cut = await collectInto(`cut-${how}`, [source(LARGE)], machine(wire.url));
        expect(partsOf(cut.snapshot)).toEqual(whole);
        expect(wire.cuts()).toBe(5);
        const twice = wire.passed() - size();
        console.info(`${size()} bytes, ${wire.passed()} over the wire with ${wire.cuts()} cuts (${how}): ${twice} more`);
        expect(twice).toBeLessThan(most);
        expect(size()).toBeGreaterThan(8 * MB);
      } finally {
        await wire.close();
      }
    });

    test('is gone on with by the next run where one was killed', async () => {
      wire = await openWire(moto.url);
      const cwd = join(given.folder, 'killed');
      given.write('killed/tonnage.yaml', JSON.stringify({ sources: [source(LARGE)] }));
      const env = { ...environment({ cwd }), ...awsEnv(wire.url) };
      const folder = join(cwd, '.tonnage', '.tonnage-downloads');
      try {
        wire.slowDown(10);
        const run = start(node, [main, 'collect'], { cwd, env });
        while (!run.hasEnded() && bytesIn(folder) < size() / 2) await sleep(10);
        expect(run.hasEnded(), run.log()).toBe(false);
        process.kill(run.pid, 'SIGKILL');
        await run.ended;
        const had = bytesIn(folder);
        wire.slowDown(0);
        await sleep(200);
        const before = wire.passed();
        const next = start(node, [main, 'collect'], { cwd, env });
        expect([await next.ended, next.log()]).toEqual([0, expect.any(String)]);
        const again = wire.passed() - before - (size() - had);
        console.info(`killed with ${had} of ${size()} bytes; the next run took ${again} more than the rest`);
        expect(again).toBeLessThan(MB);
        expect(partsOf((await openStore(join(cwd, '.tonnage'), given)).snapshot)).toEqual(whole);
        expect(existsSync(folder)).toBe(false);
      } finally {
        await wire.close();
      }
    });
  });

  describe('with a checksum', () => {
    test.each<ChecksumAlgorithm>(['SHA256', 'SHA1', 'CRC32', 'CRC32C', 'CRC64NVME'])('%s is compared', async (algorithm) => {
      const [file = ''] = large;
      const key = `sums/${algorithm}.parquet`;
      await moto.put(LARGE, key, file, algorithm);
      expect(await provenBy(key, file)).toBe(algorithm);
    });

    test('of parts is compared part by part', async () => {
      const [file = ''] = large;
      const key = 'sums/parts.parquet';
      await inParts(moto, LARGE, key, file);
      expect(await provenBy(key, file)).toBe('MD5 of parts');
    });

    async function provenBy(key: string, file: string): Promise<string> {
      const bucket = await openBucket(LARGE, awsEnv(moto.url), undefined);
      try {
        for await (const { objects } of bucket.list(key, { byFolder: false, most: 1 })) {
          const [object] = objects;
          if (object === undefined) break;
          const proof = await proofOf(await bucket.sums(object), object.bytes, async () => bucket.partBytes(object));
          if (proof === undefined) return 'nothing';
          expect(await isProven(file, object.bytes, proof)).toBe(true);
          return proof.partBytes === undefined ? proof.algorithm : `${proof.algorithm} of parts`;
        }
        return 'no object';
      } finally {
        bucket.close();
      }
    }
  });

  describe('where AWS looks at policies', () => {
    const policy = billPolicy(BUCKET, 'cur');
    const without = (action: string): object => ({ ...policy, Statement: policy.Statement.filter(({ Action }) => !Action.includes(action)) });
    const keys = new Map<string, Keys>();

    beforeAll(async () => {
      for (const [name, document] of [
        ['all', policy],
        ['no-list', without('s3:ListBucket')],
        ['no-get', without('s3:GetObject')],
        ['elsewhere', billPolicy('other-billing', 'cur')],
      ] as const) {
        keys.set(name, await moto.user(name, document));
      }
      await moto.enforce();
    });

    const as = async (name: string): Promise<string> => {
      const reader = machine(moto.url, keys.get(name));
      try {
        const { snapshot } = await collectInto(name, [source()], reader);
        return `${snapshot.parts.length} months`;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };

    test('the printed policy is enough', async () => {
      expect(await as('all')).toBe('2 months');
    });

    test('without s3:ListBucket it is that which is missing', async () => {
      expect(await as('no-list')).toBe(`s3://${BUCKET}/cur/: not allowed: s3:ListBucket on arn:aws:s3:::${BUCKET}`);
    });

    test('without s3:GetObject it is that which is missing', async () => {
      expect(await as('no-get')).toMatch(new RegExp(`^s3://${BUCKET}/(cur/.*-Manifest\\.json): not allowed: s3:GetObject on arn:aws:s3:::${BUCKET}/\\1$`));
    });

    test('the policy of another bucket is not enough', async () => {
      expect(await as('elsewhere')).toBe(`s3://${BUCKET}/cur/: not allowed: s3:ListBucket on arn:aws:s3:::${BUCKET}`);
    });
  });
});

function bytesIn(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0;
  }
}

async function inParts({ s3 }: Moto, bucket: string, key: string, file: string): Promise<void> {
  const body = await readFile(file);
  const target = { Bucket: bucket, Key: key };
  const { UploadId: upload } = await s3.send(new CreateMultipartUploadCommand(target));
  const parts = [];
  // No part but the last may be smaller.
  for (let at = 0, number = 1; at < body.length; at += 5 * MB, number += 1) {
    const { ETag: etag } = await s3.send(new UploadPartCommand({ ...target, UploadId: upload, PartNumber: number, Body: body.subarray(at, at + 5 * MB) }));
    parts.push({ ETag: etag, PartNumber: number });
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId: upload, MultipartUpload: { Parts: parts } }));
}
