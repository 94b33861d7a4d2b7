import { UserError } from '../../../io/errors.ts';

/** Where in S3 a bill lies. */
export interface Address {
  readonly bucket: string;
  /** Without slashes around it; '' is the whole bucket. */
  readonly prefix: string;
}

export const isBucketPath = (path: string): boolean => /^s3[an]?:\/\//i.test(path);

/** @throws UserError where it names no bucket */
export function parseAddress(path: string): Address {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  const found = /^s3[an]?:\/\/([a-z0-9][a-z0-9._-]{1,61}[a-z0-9])(?:\/(.*))?$/is.exec(path);
  if (found === null) throw new UserError(`${withoutSecrets(path)}: no bucket of S3`, 'it is named as s3://BUCKET/PREFIX');
  return { bucket: found[1] ?? '', prefix: (found[2] ?? '').replaceAll(/^\/+|\/+$/g, '') };
}

export const printAddress = (bucket: string, key: string): string => `s3://${bucket}${key === '' ? '' : `/${key}`}`;

/** A signed address, or one with a password in it, is not repeated. */
function withoutSecrets(path: string): string {
  return path.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');
}
