import type { GetObjectCommandOutput, HeadObjectCommandInput, HeadObjectCommandOutput, ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { UserError } from '../../../io/errors.ts';
import type { Io } from '../../../io/io.ts';
import { clientOptions, PATIENCE, type Patience } from '../../aws-client.ts';
import { awsError } from '../../aws-errors.ts';
import { printAddress } from './address.ts';
import { explained, type Asked } from './explain.ts';
import type { Sums } from './proof.ts';

/** An object as a list names it. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly modified: string;
  /** With its quotes. While it is the same, the object is. */
  readonly etag: string;
}

interface Listing {
  readonly objects: readonly StoredObject[];
  /** What lies between the prefix and the next slash, with it. */
  readonly folders: readonly string[];
}

/** A bucket, as far as a bill is read from it. Nothing is ever written. Errors are explained; an object that has changed is `Redelivered`. */
export interface Bucket {
  readonly name: string;
  /** A page at a time: at most 1,000 objects and folders. `byFolder`: what lies deeper is told as folders. */
  list(prefix: string, options: { readonly byFolder: boolean; readonly most?: number }): AsyncIterable<Listing>;
  /** A small text whole. */
  read(object: StoredObject): Promise<string>;
  sums(object: StoredObject): Promise<Sums>;
  /** Size of its first part; undefined where S3 does not say. */
  partBytes(object: StoredObject): Promise<number | undefined>;
  /** The bytes from a place on, to the end or before another place. */
  stream(object: StoredObject, from: number, to?: number): Promise<AsyncIterable<Uint8Array>>;
  close(): void;
}

const FALLBACK_REGION = 'us-east-1';

export async function openBucket(name: string, env: Io['env'], region: string | undefined, patience: Patience = PATIENCE): Promise<Bucket> {
  const sdk = await import('@aws-sdk/client-s3');
  const options = clientOptions(env, 'S3', region, patience);
  const connect = (at: string | undefined): S3Client =>
    new sdk.S3Client({
      ...options,
      ...(at === undefined ? {} : { region: at }),
      // Servers that stand in for S3 rarely have a name for each bucket.
      ...(options.endpoint === undefined ? {} : { forcePathStyle: true }),
      // What was downloaded in several pieces can only be compared when it is whole, so this is done by `isProven`.
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  let client = connect(undefined);
  if (options.region === undefined && (await client.config.region().catch(() => undefined)) === undefined) client = connect(FALLBACK_REGION);
  let isMoved = false;

  /** Once, the bucket may say that it is in another region; then all is asked there. */
  const send = async <T>(asked: Asked, act: (at: S3Client) => Promise<T>): Promise<T> => {
    try {
      return await act(client);
    } catch (error) {
      const home = isMoved ? undefined : regionIn(error);
      if (home === undefined) throw explained(error, asked);
      isMoved = true;
      client.destroy();
      client = connect(home);
      return send(asked, act);
    }
  };

  /** Undefined where it is not allowed: the answer to HEAD has no body that would say why; that to GET has. */
  const head = async (
    object: StoredObject,
    more: Pick<HeadObjectCommandInput, 'ChecksumMode' | 'IfMatch' | 'PartNumber'>,
  ): Promise<HeadObjectCommandOutput | undefined> =>
    send({ action: 's3:GetObject', bucket: name, key: object.key }, async (at) => {
      try {
        return await at.send(new sdk.HeadObjectCommand({ Bucket: name, Key: object.key, ...more }));
      } catch (error) {
        if (awsError(error)?.status === 403) return undefined;
        throw error;
      }
    });

  const get = async (object: StoredObject, range: string | undefined): Promise<GetObjectCommandOutput> => {
    const input = { Bucket: name, Key: object.key, IfMatch: object.etag, ...(range === undefined ? {} : { Range: range }) };
    return send({ action: 's3:GetObject', bucket: name, key: object.key }, async (at) => at.send(new sdk.GetObjectCommand(input)));
  };

  return {
    name,
    async *list(prefix, { byFolder, most }) {
      for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
        const input = {
          Bucket: name,
          Prefix: prefix,
          ...(byFolder ? { Delimiter: '/' } : {}),
          ...(most === undefined ? {} : { MaxKeys: most }),
          ...(token === undefined ? {} : { ContinuationToken: token }),
        };
        const page = await send({ action: 's3:ListBucket', bucket: name, key: prefix }, async (at) => at.send(new sdk.ListObjectsV2Command(input)));
        yield listing(page);
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      }
    },
    async read(object) {
      const { Body: body } = await get(object, undefined);
      try {
        return (await body?.transformToString()) ?? '';
      } catch (error) {
        throw explained(error, { action: 's3:GetObject', bucket: name, key: object.key });
      }
    },
    sums: async (object) => sumsOf(object, await head(object, { ChecksumMode: 'ENABLED', IfMatch: object.etag })),
    partBytes: async (object) => (await head(object, { PartNumber: 1 }))?.ContentLength,
    async stream(object, from, to) {
      const isWhole = from === 0 && to === undefined;
      const { Body: body, ContentRange: range } = await get(object, isWhole ? undefined : `bytes=${from}-${to === undefined ? '' : to - 1}`);
      const isAsked = isWhole || range?.startsWith(`bytes ${from}-`) === true;
      // A server or proxy that does not know ranges sends the whole: it would be added to what is there.
      if (!isAsked) {
        throw new UserError(
          `${printAddress(name, object.key)}: the server does not send the part that is asked for`,
          'a proxy in between may not pass Range on: go around it',
        );
      }
      if (body === undefined) return (async function* nothing() {})();
      // In Node it is a readable stream: https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/STREAMS.md
      return body as AsyncIterable<Uint8Array>;
    },
    close: () => client.destroy(),
  };
}

function listing({ Contents: contents = [], CommonPrefixes: prefixes = [] }: ListObjectsV2CommandOutput): Listing {
  return {
    objects: contents.flatMap(({ Key: key, Size: bytes, ETag: etag, LastModified: modified }) =>
      key === undefined || bytes === undefined || etag === undefined || modified === undefined ? [] : [{ key, bytes, etag, modified: modified.toISOString() }],
    ),
    folders: prefixes.flatMap(({ Prefix: prefix }) => prefix ?? []),
  };
}

function sumsOf({ etag }: StoredObject, head: HeadObjectCommandOutput | undefined): Sums {
  const found = {
    SHA256: head?.ChecksumSHA256,
    CRC64NVME: head?.ChecksumCRC64NVME,
    CRC32C: head?.ChecksumCRC32C,
    CRC32: head?.ChecksumCRC32,
    SHA1: head?.ChecksumSHA1,
  };
  const checksums = Object.fromEntries(Object.entries(found).filter(([, sum]) => sum !== undefined));
  const isPlain = head !== undefined && head.SSECustomerAlgorithm === undefined && head.ServerSideEncryption?.startsWith('aws:kms') !== true;
  return { etag, checksums, isMd5: isPlain };
}

interface Located {
  readonly Region?: unknown;
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function regionIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { Region: told, $response: response, $metadata: metadata } = error as Error & Located;
  const status = metadata?.httpStatusCode;
  if (status !== 301 && status !== 307 && status !== 400) return undefined;
  const region = response?.headers?.['x-amz-bucket-region'] ?? told;
  return typeof region === 'string' && region !== '' ? region : undefined;
}
