import type { Io } from '../io/io.ts';

/** How long AWS may be silent, in milliseconds: its SDK waits for ever unless it is told. */
export interface Patience {
  readonly connect: number;
  readonly answer: number;
  /** How often a request is sent before it has failed; throttling and resets are tried again. */
  readonly attempts: number;
}

export const PATIENCE: Patience = { connect: 10_000, answer: 60_000, attempts: 6 };

/** What a client of AWS' SDK takes. */
export interface ClientOptions {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly socketTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
}

/**
 * Region, endpoint and credentials as the AWS tools find them. What the environment says is passed on; the rest (profiles, roles, single sign-on, instance
 * metadata) the SDK's own chain finds. `service`: as in AWS_ENDPOINT_URL_S3, https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function clientOptions(env: Io['env'], service: string, region: string | undefined, patience: Patience = PATIENCE): ClientOptions {
  const ignored = env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true';
  const endpoint = ignored ? undefined : env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL'];
  // The SDK itself reads AWS_REGION alone; the AWS command line reads this one too.
  const found = region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION']);
  const credentials = credentialsOf(env);
  return {
    ...(found ? { region: found } : {}),
    ...(endpoint ? { endpoint } : {}),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: patience.attempts,
    requestHandler: {
      connectionTimeout: patience.connect,
      requestTimeout: patience.answer,
      socketTimeout: patience.answer,
      throwOnRequestTimeout: true,
    },
  };
}

/** A profile that is named stands before the keys of the environment, as in the SDK. */
function credentialsOf(env: Io['env']): ClientOptions['credentials'] {
  const [id, secret, token] = [env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY'], env['AWS_SESSION_TOKEN']];
  if (!id || !secret || env['AWS_PROFILE']) return undefined;
  return { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) };
}
