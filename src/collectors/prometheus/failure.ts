import { UserError } from '../../io/errors.ts';

/** How a request came to nothing. */
export type FailureKind =
  | 'unreachable'
  | 'reset'
  | 'tls'
  | 'denied'
  | 'not-found'
  | 'web-page'
  | 'no-json'
  | 'cut'
  | 'slow'
  | 'busy'
  | 'rejected'
  | 'failed'
  | 'redirected'
  | 'too-large';

/** A request that came to nothing. Its text holds no credentials: neither those that were sent nor those that a server repeats. */
export class RequestFailed extends Error {
  readonly kind: FailureKind;
  readonly status: number | undefined;
  /** What the server asks to wait before the next try, in milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(kind: FailureKind, message: string, { status, retryAfter }: { readonly status?: number; readonly retryAfter?: number | undefined } = {}) {
    super(message);
    this.name = 'RequestFailed';
    this.kind = kind;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may well succeed in a moment. */
  get passes(): boolean {
    return this.kind === 'busy' || this.kind === 'reset' || this.kind === 'cut';
  }

  /** Whether less at a time may succeed. */
  get isTooMuch(): boolean {
    return this.passes || this.kind === 'slow' || this.kind === 'rejected' || this.kind === 'failed' || this.kind === 'too-large';
  }
}

const HINTS: Readonly<Record<FailureKind, string>> = {
  unreachable: 'is it running, and reachable from here? In a cluster: kubectl port-forward svc/prometheus 9090, and `url: http://127.0.0.1:9090`',
  reset: 'a proxy between may close connections; try again, or read less at a time (`requests: 1`)',
  tls: 'name the certificates that its own is checked with (`ca: FILE`), and its host name as the certificate has it in `url`',
  denied: 'check `bearer`, `basic` or `sigv4`, and `headers` (X-Scope-OrgID); a token may have expired',
  'not-found':
    'check the path in `url`: Mimir and Grafana Cloud have their API below /prometheus or /api/prom, Prometheus with --web.external-url below its path',
  'web-page': 'something between answers instead of Prometheus, such as a login page: use an address that takes a token, or port-forward',
  'no-json': 'check `url`: it must be the address of the Prometheus API',
  cut: 'a proxy between may limit the size or time of answers; try again, or read less at a time (`requests: 1`)',
  slow: 'the server may be overloaded; try again later, or with `read: aggregate`',
  busy: 'try again later, or with `requests: 1`',
  rejected: 'it may limit what a query may read; `read: aggregate` asks for less',
  failed: 'look into the server’s log',
  redirected: 'give the address that it redirects to as `url`; credentials are not sent to another host',
  'too-large': 'read fewer `namespaces`, or with `read: aggregate`',
};

/** As the user is told of it. `place`: the server's address, without credentials. */
export function explain(place: string, { kind, message }: RequestFailed): UserError {
  return new UserError(`${place}: ${message}`, HINTS[kind]);
}

const TLS = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|EPROTO|ALTNAME/;

/** What a thrown error of the connection means; undefined for what is no such error. */
export function failureOf(error: unknown): RequestFailed | undefined {
  if (error instanceof RequestFailed) return error;
  if (!(error instanceof Error)) return undefined;
  const [code] = codesOf(error);
  if (code === undefined) return undefined;
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return new RequestFailed('slow', 'no answer in time');
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return new RequestFailed('unreachable', 'cannot be reached (no answer)');
  if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL)$/.test(code))
    return new RequestFailed('unreachable', `cannot be reached (${code})`);
  if (/^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_ABORTED|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/.test(code))
    return new RequestFailed('reset', 'the connection was closed');
  if (/^(UND_ERR_RES_CONTENT_LENGTH_MISMATCH|Z_BUF_ERROR|Z_DATA_ERROR|ERR_STREAM_PREMATURE_CLOSE)$/.test(code))
    return new RequestFailed('cut', 'the answer was cut off or damaged');
  if (TLS.test(code)) return new RequestFailed('tls', `its TLS connection cannot be trusted (${code})`);
  if (/^(HPE_|UND_ERR_)/.test(code)) return new RequestFailed('no-json', `does not answer as a web server does (${code})`);
  return undefined;
}

function codesOf(error: Error): string[] {
  const inner = error instanceof AggregateError ? error.errors.flatMap((one) => (one instanceof Error ? codesOf(one) : [])) : [];
  const cause = error.cause instanceof Error ? codesOf(error.cause) : [];
  return 'code' in error && typeof error.code === 'string' ? [error.code, ...inner, ...cause] : [...inner, ...cause];
}
