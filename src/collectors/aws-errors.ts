import { UserError } from '../io/errors.ts';

/** What is read of an error of AWS' SDK. */
export interface AwsError {
  /** As AWS calls it: `AccessDenied`. Of errors that never reached AWS, the SDK's or Node's. */
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  /** Node's: `ECONNREFUSED`. */
  readonly code: string | undefined;
}

export function awsError(error: unknown): AwsError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, code, $metadata } = error as Error & { code?: unknown; $metadata?: { readonly httpStatusCode?: number } };
  return { name, message, status: $metadata?.httpStatusCode, code: typeof code === 'string' ? code : undefined };
}

const LOGIN = 'log in again (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';

/** Errors that any service of AWS may give, as one line: credentials, clocks, throttling, the network. Undefined: it is another one. `what`: what was asked, as `s3://acme`. */
export function commonAwsError(error: unknown, what: string): UserError | undefined {
  const found = awsError(error);
  if (found === undefined) return undefined;
  const { name, message, status, code } = found;
  const because = { cause: error };
  if (/expired/i.test(name) || (isCredentials(name) && /expired/i.test(message)))
    return new UserError(`${what}: the AWS credentials have expired`, LOGIN, because);
  if (/could not resolve credentials using profile|profile .* (could not be found|not found)/i.test(message)) {
    return new UserError(`${what}: there is no such AWS profile, or it has no credentials`, 'check AWS_PROFILE (aws configure list-profiles)', because);
  }
  if (isCredentials(name)) return new UserError(`${what}: no AWS credentials`, LOGIN, because);
  if (/^(InvalidAccessKeyId|InvalidClientTokenId|UnrecognizedClientException|InvalidToken|InvalidTokenId)$/.test(name)) {
    return new UserError(`${what}: AWS does not know these credentials`, LOGIN, because);
  }
  if (/^(SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature)$/.test(name)) {
    return new UserError(`${what}: AWS does not take the signature`, 'the secret key is wrong, or a proxy changes the request', because);
  }
  if (/^(RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)$/.test(name)) {
    return new UserError(
      `${what}: this machine's clock is wrong by more than a few minutes`,
      'set it (NTP): AWS refuses what was signed at another time',
      because,
    );
  }
  if (
    /^(SlowDown|Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestLimitExceeded|RequestThrottled|BandwidthLimitExceeded)$/.test(
      name,
    )
  ) {
    return new UserError(`${what}: AWS asks to slow down (${name}), again and again`, 'run again later: what was read is kept', because);
  }
  if (name === 'TimeoutError' || code === 'ETIMEDOUT') return new UserError(`${what}: no answer in time`, NETWORK, because);
  if (code !== undefined && /^E[A-Z_]+$/.test(code)) return new UserError(`${what}: cannot be reached: ${code}`, NETWORK, because);
  if (code !== undefined && /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return new UserError(`${what}: its certificate is not trusted: ${code}`, 'behind a proxy that has its own, set NODE_EXTRA_CA_CERTS', because);
  }
  if (status !== undefined && status >= 500)
    return new UserError(`${what}: AWS cannot answer now: ${status} ${name}`, 'run again later: what was read is kept', because);
  return undefined;
}

const NETWORK = 'check the network, AWS_ENDPOINT_URL and the region; what was read is kept for the next run';

const isCredentials = (name: string): boolean => /^(CredentialsProviderError|TokenProviderError|ProviderError)$/.test(name);
