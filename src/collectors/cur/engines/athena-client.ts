import type { AthenaClient, AthenaClientConfig } from '@aws-sdk/client-athena';
import type { Io } from '../../../io/io.ts';

/** In milliseconds. */
export interface AthenaPatience {
  /** For one answer: without it, a server that hangs hangs the run. */
  readonly answer: number;
  /** Between two looks at a query: from the first to the longest. */
  readonly firstLook: number;
  readonly longestLook: number;
  /** How often a request is sent that is throttled or breaks. */
  readonly attempts: number;
}

export const PATIENCE: AthenaPatience = { answer: 60_000, firstLook: 200, longestLook: 5000, attempts: 8 };

/** Credentials, region and endpoint as the AWS tools find them. */
export async function athenaClient(region: string | undefined, { env }: Pick<Io, 'env'>, patience: AthenaPatience): Promise<AthenaClient> {
  const { AthenaClient: Client } = await import('@aws-sdk/client-athena');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  const endpoint = env['AWS_ENDPOINT_URL_ATHENA'] ?? env['AWS_ENDPOINT_URL'];
  const where = region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  const settings: AthenaClientConfig = {
    maxAttempts: patience.attempts,
    requestHandler: { requestTimeout: patience.answer, throwOnRequestTimeout: true, connectionTimeout: 10_000 },
    ...(where === undefined ? {} : { region: where }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } }),
  };
  return new Client(settings);
}
