import { UserError } from '../../../io/errors.ts';
import type { TrinoPage } from './schema.ts';

type QueryError = NonNullable<TrinoPage['error']>;

const HINTS: Readonly<Record<string, string>> = {
  TABLE_NOT_FOUND: 'name the table as CATALOG.SCHEMA.TABLE',
  SCHEMA_NOT_FOUND: 'name the table as CATALOG.SCHEMA.TABLE',
  CATALOG_NOT_FOUND: 'name the table as CATALOG.SCHEMA.TABLE',
  PERMISSION_DENIED: 'its user (TRINO_USER) needs to select from the table',
  EXCEEDED_LOCAL_MEMORY_LIMIT: 'the bill is too large for what Trino gives a query: raise query.max-memory-per-node, or turn on spilling',
  EXCEEDED_GLOBAL_MEMORY_LIMIT: 'the bill is too large for what Trino gives a query: raise query.max-memory, or turn on spilling',
  EXCEEDED_TIME_LIMIT: 'the bill takes longer than Trino gives a query: raise query.max-execution-time',
  EXCEEDED_SCAN_LIMIT: 'the bill is larger than what Trino lets a query read: raise query.max-scan-physical-bytes',
  USER_CANCELED: 'somebody has stopped it; run this again',
  ADMINISTRATIVELY_KILLED: 'an administrator has stopped it; ask them',
  QUERY_QUEUE_FULL: 'Trino is busy; try again later',
  NO_NODES_AVAILABLE: 'Trino has no workers yet; try again later',
};

/** A query that Trino has given up, in Trino's words. */
export function queryFailed(title: string, { errorName, errorType, message }: QueryError): UserError {
  const hint =
    HINTS[errorName] ?? (errorType === 'INSUFFICIENT_RESOURCES' ? 'Trino has too little for this query; see its log' : 'the log of Trino may say more');
  return new UserError(`${title}: the query failed: ${errorName}: ${oneLine(message)}`, hint);
}

/** What an error of the HTTP client tells, field by field: as a whole it holds the request with its password, and must never be printed or kept as a cause. */
interface Told {
  readonly status: number | undefined;
  readonly code: string;
}

function told(error: unknown): Told {
  const fields = typeof error === 'object' && error !== null ? error : {};
  const response = 'response' in fields && typeof fields.response === 'object' && fields.response !== null ? fields.response : {};
  const status = 'status' in response && typeof response.status === 'number' ? response.status : undefined;
  return { status, code: 'code' in fields && typeof fields.code === 'string' ? fields.code : '' };
}

/** Refused before anything was done with it. */
const REFUSED_CODES = new Set(['ECONNREFUSED']);
const REFUSED = new Set([429, 503]);
const PASSING = new Set([502, 503, 504, 429]);
const RESETS = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED']);

/** Whether the same request may well succeed in a moment. @param isRepeatable whether it may be sent twice */
export function isPassing(error: unknown, isRepeatable: boolean): boolean {
  const { status, code } = told(error);
  if (status !== undefined) return (isRepeatable ? PASSING : REFUSED).has(status);
  return isRepeatable ? RESETS.has(code) || REFUSED_CODES.has(code) : false;
}

/** A request that came to nothing, as the user is told of it. */
export function requestFailed(title: string, error: unknown): Error {
  const { status, code } = told(error);
  if (status === 401) return new UserError(`${title}: user or password is refused (401)`, 'check TRINO_USER and TRINO_PASSWORD');
  if (status === 403) return new UserError(`${title}: not allowed (403)`, 'its user (TRINO_USER) may not run queries here');
  if (status === 404) return new UserError(`${title}: not found (404)`, 'check `url`: it is the address of the coordinator, without a path');
  if (status !== undefined && status >= 300 && status < 400) {
    return new UserError(`${title}: redirects elsewhere (${status})`, 'use the address that it redirects to; passwords are not sent on');
  }
  if (status !== undefined) return new UserError(`${title}: answers ${status}`, 'the log of Trino, or of the gateway before it, may say more');
  if (/CERT|SELF_SIGNED|UNABLE_TO|TLS|SSL/.test(code)) {
    return new UserError(`${title}: its certificate is not trusted (${code})`, 'name its authority in NODE_EXTRA_CA_CERTS');
  }
  if (code === 'ECONNABORTED' || code === 'ETIMEDOUT' || code === 'ERR_CANCELED')
    return new UserError(`${title}: does not answer`, 'it is overloaded, or hangs; try again later');
  if (code !== '') return new UserError(`${title}: cannot be reached (${code})`, 'check `url`, and that Trino runs and is reachable from here');
  return new Error(`${title}: ${error instanceof Error ? error.name : 'a request failed'}`);
}

const oneLine = (message: string): string => message.replaceAll(/\s+/g, ' ').trim();
