import type { QueryExecution } from '@aws-sdk/client-athena';
import { UserError } from '../../../io/errors.ts';

/**
 * An answer of AWS that is none, as one line. The error itself is not kept as its cause: it holds the request, and so a session’s token.
 */
export function requestFailed(title: string, action: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const { name } = error;
  const message = oneLine(error.message);
  if (/AccessDenied|Unauthorized|NotAuthorized|Forbidden/i.test(name) || statusOf(error) === 403) {
    if (/expired/i.test(message)) return expired(title);
    const denied = /not authorized to perform: (?<what>[\w:]+)(?: on resource: (?<resource>\S+))?/.exec(message)?.groups;
    const what = denied?.['what'] ?? `athena:${action}`;
    const where = denied?.['resource'] === undefined ? '' : ` on ${denied['resource']}`;
    return new UserError(`${title}: not allowed: ${what}${where}`, '`tonnage doctor --iam` prints all that is needed');
  }
  if (/Expired/i.test(name)) return expired(title);
  if (/UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature/i.test(name)) {
    return new UserError(`${title}: AWS does not accept these credentials`, 'check them with: aws sts get-caller-identity');
  }
  if (/CredentialsProvider|CouldNotLoadCredentials/i.test(name) || /could not load credentials/i.test(message)) {
    return new UserError(`${title}: there are no AWS credentials`, 'log in as for the AWS tools: AWS_PROFILE, aws sso login, or AWS_ACCESS_KEY_ID');
  }
  if (/region is missing/i.test(message)) return new UserError(`${title}: in which region?`, 'name it: region: eu-west-1 (or AWS_REGION)');
  if (/TooManyRequests|Throttling|ThrottledException|SlowDown/i.test(name))
    return new UserError(`${title}: AWS asks to slow down, again and again`, 'try again later');
  if (name === 'InvalidRequestException' && /WorkGroup.*not found/i.test(message)) {
    return new UserError(`${title}: ${message}`, 'name a workgroup of this account and region: workgroup: …');
  }
  if (name === 'MetadataException' || (name === 'InvalidRequestException' && action === 'GetTableMetadata')) {
    return new UserError(`${title}: ${message}`, 'name the table as DATABASE.TABLE, as Athena lists it');
  }
  if (name === 'InvalidRequestException') return new UserError(`${title}: ${message}`, 'Athena has refused the query');
  if (/Timeout/i.test(name)) return new UserError(`${title}: does not answer`, 'try again later; check proxies between');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^E[A-Z]+$/.test(code)) return new UserError(`${title}: cannot be reached (${code})`, 'check the network, the region, and AWS_ENDPOINT_URL if it is set');
  if (statusOf(error) >= 500) return new UserError(`${title}: AWS answers ${statusOf(error)}`, 'try again later');
  return new Error(`${title}: ${action}: ${name}: ${message}`);
}

function expired(title: string): UserError {
  return new UserError(`${title}: the AWS credentials have expired`, 'log in again: aws sso login');
}

function statusOf(error: Error): number {
  const metadata = '$metadata' in error && typeof error.$metadata === 'object' && error.$metadata !== null ? error.$metadata : {};
  return 'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0;
}

/** A query that has ended without an answer, in Athena's words. @param cutoff bytes that the workgroup lets a query read */
export function queryFailed(title: string, { Status: status, Statistics: statistics }: QueryExecution, cutoff: number | undefined): UserError {
  const reason = oneLine(status?.AthenaError?.ErrorMessage ?? status?.StateChangeReason ?? 'it does not say why');
  const read = statistics?.DataScannedInBytes ?? 0;
  if (/bytes scanned limit/i.test(reason) || (status?.State === 'CANCELLED' && cutoff !== undefined && read >= cutoff)) {
    return new UserError(
      `${title}: the query was stopped where it would have read more than ${cutoff === undefined ? 'its workgroup allows' : `the ${cutoff.toLocaleString('en')} bytes that its workgroup allows`}`,
      'partition the table by month (billing_period), collect fewer months at a time (--month), or raise the workgroup’s limit for a query',
    );
  }
  if (status?.State === 'CANCELLED')
    return new UserError(`${title}: the query was cancelled: ${reason}`, 'somebody, or a limit of the workgroup, has stopped it; run this again');
  return new UserError(`${title}: the query failed: ${reason}`, hintFor(reason));
}

function hintFor(reason: string): string {
  if (/access denied|not authorized|AccessDenied/i.test(reason))
    return 'the bill’s bucket, its key or the Glue table may not be read: `tonnage doctor --iam` prints all that is needed';
  if (/TABLE_NOT_FOUND|SCHEMA_NOT_FOUND|does not exist/i.test(reason)) return 'name the table as DATABASE.TABLE, as Athena lists it';
  if (/exhausted resources|EXCEEDED_\w+_LIMIT/i.test(reason)) return 'Athena has no more for one query: collect fewer months at a time (--month)';
  if (/verify\/create output bucket|output location|Unable to write/i.test(reason))
    return 'name a bucket that may be written to for the answers: results: s3://…';
  return 'the query is in Athena’s history of recent queries';
}

const oneLine = (message: string): string => message.replaceAll(/\s+/g, ' ').trim();
