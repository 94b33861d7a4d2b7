import { createHash } from 'node:crypto';
import { chunksOf } from '../../../io/partial-file.ts';
import { crc32cChecksum, crc32Checksum, crc64NvmeChecksum, type Checksum } from './crc.ts';

/** What an object's content must add up to. */
export interface Proof {
  readonly algorithm: Algorithm;
  /** Base64; of MD5 hexadecimal. */
  readonly expected: string;
  /** Size of each part but the last, where it is a checksum of the parts' checksums. */
  readonly partBytes: number | undefined;
}

const CHECKSUMS = {
  SHA256: () => hashed('sha256'),
  CRC64NVME: crc64NvmeChecksum,
  CRC32C: crc32cChecksum,
  CRC32: crc32Checksum,
  SHA1: () => hashed('sha1'),
  MD5: () => hashed('md5'),
} as const satisfies Readonly<Record<string, () => Checksum>>;

type Algorithm = keyof typeof CHECKSUMS;

function hashed(algorithm: string): Checksum {
  const hash = createHash(algorithm);
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
}

/** What S3 says of an object's content. */
export interface Sums {
  readonly etag: string;
  /** Base64, with `-N` where it is of N parts. */
  readonly checksums: Readonly<Partial<Record<Exclude<Algorithm, 'MD5'>, string>>>;
  /** Whether the ETag is made of MD5, which it is not where a key of KMS or of the customer encrypts: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html */
  readonly isMd5: boolean;
}

/** The strongest proof that S3 offers. `partBytes`: asked only where parts were added up. Undefined: size is all there is. */
export async function proofOf({ etag, checksums, isMd5 }: Sums, bytes: number, partBytes: () => Promise<number | undefined>): Promise<Proof | undefined> {
  const bare = etag.replaceAll('"', '');
  const offered = [
    ...ORDER.map((algorithm) => ({ algorithm, sum: checksums[algorithm] })),
    { algorithm: 'MD5', sum: isMd5 && /^[0-9a-f]{32}(-\d+)?$/.test(bare) ? bare : undefined },
  ] as const;
  for (const { algorithm, sum } of offered) {
    if (sum === undefined) continue;
    const parts = /^(.*)-(\d+)$/.exec(sum);
    if (parts === null) return { algorithm, expected: sum, partBytes: undefined };
    const size = await partBytes();
    // Parts need not be of one size; then their borders are not known.
    if (size !== undefined && size > 0 && Math.ceil(bytes / size) === Number(parts[2])) return { algorithm, expected: parts[1] ?? '', partBytes: size };
  }
  return undefined;
}

const ORDER = ['SHA256', 'CRC64NVME', 'CRC32C', 'CRC32', 'SHA1'] as const;

/** Whether a file is what the proof says. */
export async function isProven(path: string, bytes: number, { algorithm, expected, partBytes }: Proof): Promise<boolean> {
  const make = CHECKSUMS[algorithm];
  if (partBytes === undefined) return printed(algorithm, await digestOf(path, 0, bytes, make())) === expected;
  const whole = make();
  for (let at = 0; at < bytes; at += partBytes) whole.update(await digestOf(path, at, Math.min(bytes, at + partBytes), make()));
  return printed(algorithm, whole.digest()) === expected;
}

async function digestOf(path: string, from: number, to: number, checksum: Checksum): Promise<Buffer> {
  for await (const chunk of chunksOf(path, from, to)) checksum.update(chunk);
  return checksum.digest();
}

const printed = (algorithm: Algorithm, digest: Buffer): string => digest.toString(algorithm === 'MD5' ? 'hex' : 'base64');
