import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { crc32cChecksum, crc32Checksum, crc64NvmeChecksum } from '../../../../src/collectors/cur/bucket/crc.ts';
import { isProven, proofOf, type Sums } from '../../../../src/collectors/cur/bucket/proof.ts';
import { testIo } from '../../../io/test-io.ts';

describe('checksums of 123456789, in two chunks', () => {
  test.each([
    ['CRC-32', crc32Checksum, 'cbf43926'],
    ['CRC-32C', crc32cChecksum, 'e3069283'],
    ['CRC-64/NVME', crc64NvmeChecksum, 'ae8b14860a799888'],
  ])('%s', (_name, make, expected) => {
    const checksum = make();
    checksum.update(Buffer.from('1234'));
    checksum.update(Buffer.from('56789'));
    expect(checksum.digest().toString('hex')).toBe(expected);
  });
});

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
const NO_PARTS = async (): Promise<number | undefined> => undefined;
const sums = (some: Partial<Sums>): Sums => ({ etag: '"0-0"', checksums: {}, isMd5: true, ...some });

describe('a file', () => {
  const given = testIo();
  const path = given.write('digits', '123456789');

  test.each<[string, Partial<Sums>]>([
    ['SHA-256', { checksums: { SHA256: base64('15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225') } }],
    ['SHA-1', { checksums: { SHA1: base64('f7c3bc1d808e04732adf679965ccc34ca7ae3441') } }],
    ['CRC-32', { checksums: { CRC32: base64('cbf43926') } }],
    ['CRC-32C', { checksums: { CRC32C: base64('e3069283') } }],
    ['CRC-64/NVME', { checksums: { CRC64NVME: base64('ae8b14860a799888') } }],
    ['MD5', { etag: '"25f9e794323b453885f5181f1b624d0b"' }],
  ])('is proven by its %s', async (_name, some) => {
    const proof = await proofOf(sums(some), 9, NO_PARTS);
    expect(proof === undefined ? undefined : await isProven(path, 9, proof)).toBe(true);
  });

  test('is told from another one', async () => {
    const proof = await proofOf(sums({ checksums: { CRC64NVME: base64('ae8b14860a799889') } }), 9, NO_PARTS);
    expect(proof === undefined ? undefined : await isProven(path, 9, proof)).toBe(false);
  });

  test('has no proof in the ETag of one that a key of KMS encrypts', async () => {
    expect(await proofOf(sums({ etag: '"25f9e794323b453885f5181f1b624d0b"', isMd5: false }), 9, NO_PARTS)).toBeUndefined();
  });

  test('has no proof where its parts are not of one size, for their borders are not known', async () => {
    expect(await proofOf(sums({ etag: '"25f9e794323b453885f5181f1b624d0b-3"' }), 9, async () => 4)).toMatchObject({ partBytes: 4 });
    expect(await proofOf(sums({ etag: '"25f9e794323b453885f5181f1b624d0b-3"' }), 9, async () => 2)).toBeUndefined();
  });

  test('of several chunks is proven as a whole', async () => {
    const body = randomBytes(2_500_000);
    const large = given.write('large', body);
    const checksum = crc64NvmeChecksum();
    checksum.update(body);
    const proof = await proofOf(sums({ checksums: { CRC64NVME: checksum.digest().toString('base64') } }), body.length, NO_PARTS);
    expect(proof === undefined ? undefined : await isProven(large, body.length, proof)).toBe(true);
  });
});
