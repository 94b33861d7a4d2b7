import { crc32 } from 'node:zlib';

/** A checksum that is given chunk after chunk. */
export interface Checksum {
  readonly update: (chunk: Uint8Array) => void;
  /** Big-endian, as S3 writes it in base64. */
  readonly digest: () => Buffer;
}

export function crc32Checksum(): Checksum {
  let value = 0;
  return {
    update: (chunk) => {
      value = crc32(chunk, value);
    },
    digest: () => bigEndian(value),
  };
}

/** CRC-32C, Castagnoli: RFC 3720, appendix B.4. */
export function crc32cChecksum(): Checksum {
  const table = tables().castagnoli;
  let value = -1;
  return {
    update: (chunk) => {
      for (let at = 0; at < chunk.length; at += 1) value = (table[(value ^ (chunk[at] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
    },
    digest: () => bigEndian(~value),
  };
}

/**
 * CRC-64/NVME, which S3 gives every object that came without a checksum:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html. In two halves, for a BigInt for each byte takes a hundred times as long.
 */
export function crc64NvmeChecksum(): Checksum {
  const { high, low } = tables().nvme;
  let [upper, lower] = [-1, -1];
  return {
    update: (chunk) => {
      for (let at = 0; at < chunk.length; at += 1) {
        const index = (lower ^ (chunk[at] ?? 0)) & 0xff;
        lower = ((lower >>> 8) | (upper << 24)) ^ (low[index] ?? 0);
        upper = (upper >>> 8) ^ (high[index] ?? 0);
      }
    },
    digest: () => bigEndian(~upper, ~lower),
  };
}

function bigEndian(...words: readonly number[]): Buffer {
  const buffer = Buffer.alloc(words.length * 4);
  for (const [at, word] of words.entries()) buffer.writeUInt32BE(word >>> 0, at * 4);
  return buffer;
}

interface Tables {
  readonly castagnoli: Int32Array;
  readonly nvme: { readonly high: Int32Array; readonly low: Int32Array };
}

const CASTAGNOLI = 0x82f63b78n;
const NVME = 0x9a6c9329ac4bc9b5n;

let made: Tables | undefined;

/** Made when first used: most bills have another checksum. */
function tables(): Tables {
  made ??= makeTables();
  return made;
}

function makeTables(): Tables {
  const castagnoli = new Int32Array(256);
  const high = new Int32Array(256);
  const low = new Int32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    castagnoli[byte] = Number(BigInt.asIntN(32, shifted(byte, CASTAGNOLI)));
    const nvme = shifted(byte, NVME);
    high[byte] = Number(BigInt.asIntN(32, nvme >> 32n));
    low[byte] = Number(BigInt.asIntN(32, nvme));
  }
  return { castagnoli, nvme: { high, low } };
}

/** A byte through a reflected polynomial. */
function shifted(byte: number, polynomial: bigint): bigint {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1n) === 1n ? (value >> 1n) ^ polynomial : value >> 1n;
  return value;
}
