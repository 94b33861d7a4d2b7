import { UserError } from '../../io/errors.ts';
import { ErrorAnswer } from './schema.ts';

/** An answer that is a refusal. `status` is 0 where none came. */
export class DatadogError extends UserError {
  readonly status: number;

  constructor(status: number, message: string, hint: string, options?: ErrorOptions) {
    super(message, hint, options);
    this.name = 'DatadogError';
    this.status = status;
  }
}

/** Where a request went: for people. Keys travel in headers alone, so that they are no part of it. */
export interface Target {
  readonly host: string;
  readonly path: string;
}

const PERMISSIONS: Readonly<Record<string, string>> = {
  '/api/v1/query': 'timeseries_query',
  '/api/v1/metrics': 'metrics_read',
  '/api/v2/usage/historical_cost': 'usage_read and billing_read, and the parent organisation',
  '/api/v2/usage/estimated_cost': 'usage_read and billing_read, and the parent organisation',
};

/** A refusal in words. `secrets`: what must not stand in them, should the server repeat it. */
export function refusal(status: number, body: string, { host, path }: Target, secrets: readonly string[]): DatadogError {
  const said = saidIn(body, secrets);
  const because = said === '' ? '' : `: ${said}`;
  if (isWebPage(body)) return webPage(status, host);
  if (status >= 300 && status < 400) {
    return new DatadogError(status, `${host} sends ${path} elsewhere (${status})`, 'a proxy is in between, or `site` is that of another server');
  }
  switch (status) {
    case 400:
      return new DatadogError(status, `${host} cannot answer ${path}${because}`, 'a question that Datadog refuses is a bug here: report it with this line');
    case 401:
      return new DatadogError(
        status,
        `${host} does not know these keys (401)${because}`,
        'check DD_API_KEY and DD_APP_KEY, and that they belong to this site (`site`, or DD_SITE)',
      );
    case 403: {
      const permission = PERMISSIONS[path];
      const what = permission === undefined ? '' : ` (it takes the permission ${permission})`;
      return new DatadogError(
        status,
        `${host} refuses ${path}${what}${because}`,
        'give the application key that scope and its owner that permission; keys of another site are refused like this too (`site`, or DD_SITE)',
      );
    }
    case 404:
      return new DatadogError(status, `${host} has no ${path} (404)`, 'check `site` or DD_SITE: it is a name such as datadoghq.eu');
    case 429:
      return new DatadogError(status, `${host}: the rate limit is used up${because}`, 'run again later: what was read is kept, and is not asked for again');
    default:
      return new DatadogError(status, `${host} answers ${path} with ${status}${because}`, 'run again later: what was read is kept, and is not asked for again');
  }
}

export function webPage(status: number, host: string): DatadogError {
  return new DatadogError(
    status,
    `${host} answers with a web page instead of JSON (${status})`,
    'a proxy or a login page is in between, or `site` is that of another server',
  );
}

export function isWebPage(body: string): boolean {
  return /^\s*<(!doctype|html|head|\?xml)/i.test(body);
}

/** Where no answer came, or half of one. */
export function unreachable(error: unknown, host: string, seconds: number): DatadogError {
  const code = codeOf(error);
  const because = { cause: error };
  if (code === 'TimeoutError' || code === 'AbortError') {
    return new DatadogError(0, `${host} has not answered in ${seconds} s`, 'run again later; a smaller `history` asks for less', because);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new DatadogError(0, `${host}: no such host`, 'check `site` or DD_SITE, and the network', because);
  }
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)) {
    return new DatadogError(0, `${host}: its certificate is not trusted (${code})`, 'name the authority that signed it in NODE_EXTRA_CA_CERTS', because);
  }
  if (code === 'ECONNREFUSED') return new DatadogError(0, `${host}: nothing listens there`, 'check `site`, DD_SITE and DATADOG_HOST', because);
  return new DatadogError(0, `${host}: the answer broke off (${code})`, 'run again: what was read is kept, and is not asked for again', because);
}

/** The innermost code: `fetch` wraps it. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.cause instanceof Error) return codeOf(error.cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** What the server says, as one short line without secrets. */
function saidIn(body: string, secrets: readonly string[]): string {
  const errors = ErrorAnswer.safeParse(parsed(body));
  return oneLine(errors.success ? errors.data.errors.join('; ') : '', secrets);
}

export function oneLine(said: string, secrets: readonly string[]): string {
  const clean = secrets.reduce((text, secret) => (secret === '' ? text : text.replaceAll(secret, '***')), said);
  const line = clean.replaceAll(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
