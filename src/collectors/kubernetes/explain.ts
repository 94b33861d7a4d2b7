import { basename } from 'node:path';
import { UserError } from '../../io/errors.ts';

/** Why a request got no answer that can be used. */
export type Failure =
  | { readonly kind: 'network'; readonly cause: unknown }
  | { readonly kind: 'status'; readonly status: number; readonly isApi: boolean }
  | { readonly kind: 'not-json'; readonly status: number; readonly isPage: boolean }
  | { readonly kind: 'cut' }
  | { readonly kind: 'expires'; readonly what: string }
  | { readonly kind: 'endless'; readonly what: string }
  | { readonly kind: 'shape'; readonly what: string }
  | { readonly kind: 'credentials'; readonly plugin: string | undefined; readonly cause: unknown };

/** One line and a hint. Nothing that a server or a plug-in wrote is quoted: it may hold a token. */
export function explain(failure: Failure, server: string): UserError {
  const { what, hint } = words(failure);
  return new UserError(`${server}: ${what}`, hint);
}

interface Words {
  readonly what: string;
  readonly hint: string;
}

const AGAIN = 'try again; if it stays so, ask who runs the cluster';

function words(failure: Failure): Words {
  switch (failure.kind) {
    case 'network':
      return ofNetwork(failure.cause);
    case 'status':
      return ofStatus(failure.status, failure.isApi);
    case 'not-json':
      return {
        what: failure.isPage ? `answers with a web page (${failure.status}), not with JSON` : `answers with something that is no JSON (${failure.status})`,
        hint: 'a proxy or login page stands between: check `server` and `proxy-url` of the cluster in the kubeconfig',
      };
    case 'cut':
      return { what: 'the answer was cut off', hint: AGAIN };
    case 'expires':
      return {
        what: `the list of ${failure.what} expires before it is read to its end`,
        hint: 'try when the cluster is less busy, or name fewer `namespaces`',
      };
    case 'endless':
      return {
        what: `the list of ${failure.what} comes to no end: its pages repeat`,
        hint: 'a proxy that caches answers may stand between; ask who runs the cluster',
      };
    case 'shape':
      return { what: `the answer for ${failure.what} is not that of Kubernetes`, hint: 'check `server` of the cluster in the kubeconfig' };
    case 'credentials':
      return ofCredentials(failure.plugin, failure.cause);
  }
}

const RENEW = 'they are wrong or have expired: log in again, or check the user of the context in the kubeconfig';

function ofStatus(status: number, isApi: boolean): Words {
  if (status === 401) return { what: 'does not accept the credentials (401)', hint: RENEW };
  if (status === 403 && !isApi)
    return { what: 'something before the cluster refuses the request (403)', hint: 'a proxy or firewall: check `server` and `proxy-url` in the kubeconfig' };
  if (status === 429) return { what: 'has too many requests to answer (429), however long one waits', hint: 'try when the cluster is less busy' };
  if (status >= 300 && status < 400)
    return { what: `sends elsewhere (${status})`, hint: 'a login page stands between: check `server` of the cluster in the kubeconfig' };
  return { what: `cannot answer (${status})`, hint: AGAIN };
}

const TIMEOUTS = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ABORT_ERR'];
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there (connection refused)',
  EHOSTUNREACH: 'there is no way to it (host unreachable)',
  ENETUNREACH: 'there is no way to it (network unreachable)',
  ETIMEDOUT: 'does not answer (timeout)',
  UND_ERR_CONNECT_TIMEOUT: 'does not answer (timeout)',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up',
};

function ofNetwork(cause: unknown): Words {
  const code = codeOf(cause);
  const unreachable = code === undefined ? undefined : UNREACHABLE[code];
  if (unreachable !== undefined) return { what: unreachable, hint: 'check `server` of the cluster in the kubeconfig, and the network or VPN' };
  if (isTimeout(cause)) return { what: 'takes too long to answer', hint: AGAIN };
  if (isTls(code))
    return { what: `TLS fails (${code})`, hint: 'check certificate-authority(-data), tls-server-name and the client certificate in the kubeconfig' };
  return { what: `the connection breaks${code === undefined ? '' : ` (${code})`}`, hint: AGAIN };
}

/** Whether it makes sense to ask again. */
export function isPassing(cause: unknown): boolean {
  return !isTls(codeOf(cause)) && codeOf(cause) !== 'ENOTFOUND';
}

export function isUnreachable(cause: unknown): boolean {
  return (codeOf(cause) ?? '') in UNREACHABLE;
}

export function isTimeout(cause: unknown): boolean {
  return (cause instanceof Error && cause.name === 'TimeoutError') || TIMEOUTS.includes(codeOf(cause) ?? '');
}

function isTls(code: string | undefined): boolean {
  return code !== undefined && /CERT|SSL|TLS|SIGNATURE|^EPROTO$/.test(code);
}

function ofCredentials(plugin: string | undefined, cause: unknown): Words {
  if (plugin === undefined)
    return { what: 'the credentials of the kubeconfig cannot be used', hint: 'check that the files of its user are there and can be read' };
  const name = basename(plugin);
  const code = codeOf(cause);
  if (code === 'ETIMEDOUT')
    return {
      what: `${name}, which makes the credentials, does not end`,
      hint: 'it may wait for somebody to log in: run it by hand as `exec` in the kubeconfig says',
    };
  if (code === 'EACCES')
    return { what: `${name}, which makes the credentials, may not be run`, hint: `make it executable, or check \`exec\` in the kubeconfig` };
  return code === 'ENOENT'
    ? { what: `${name}, which makes the credentials, is not installed`, hint: `install ${name}, or check \`exec\` in the kubeconfig` }
    : { what: `${name}, which makes the credentials, fails`, hint: `run it by hand as \`exec\` in the kubeconfig says: it tells why` };
}

/** Of the error, or of what it was caused by. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}
