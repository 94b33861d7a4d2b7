import type { PrometheusSettings } from './settings.ts';

interface Signed {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** Gives a request the headers that say who asks. This is the one place that sees credentials. */
type Sign = (request: Signed) => Promise<Readonly<Record<string, string>>>;

export interface Credentials {
  readonly sign: Sign;
  /** What must not be seen in any text. */
  readonly secrets: readonly string[];
}

/** @param url as configured: a user name and password in it are used as such */
export function credentialsOf({ bearer, basic, sigv4, headers = {} }: PrometheusSettings, url: URL, now: () => Date): Credentials {
  const own = Object.values(headers);
  if (sigv4 !== undefined) return { sign: signer(sigv4, now), secrets: own };
  if (bearer !== undefined) return { sign: async () => ({ authorization: `Bearer ${bearer}` }), secrets: [bearer, ...own] };
  const user = basic ?? inUrl(url);
  if (user === undefined) return { sign: async () => ({}), secrets: own };
  const encoded = Buffer.from(`${user.username}:${user.password}`).toString('base64');
  return { sign: async () => ({ authorization: `Basic ${encoded}` }), secrets: [encoded, user.password, encodeURIComponent(user.password), ...own] };
}

function inUrl({ username, password }: URL): { readonly username: string; readonly password: string } | undefined {
  if (username === '' && password === '') return undefined;
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** AWS Signature Version 4, with credentials as AWS' own tools find them. */
function signer({ region, profile, roleArn, service }: NonNullable<PrometheusSettings['sigv4']>, now: () => Date): Sign {
  let opened: Promise<(request: Signed) => Promise<Readonly<Record<string, string>>>> | undefined;
  const open = async (): Promise<(request: Signed) => Promise<Readonly<Record<string, string>>>> => {
    const [{ SignatureV4 }, { Sha256 }, { fromNodeProviderChain, fromTemporaryCredentials }] = await Promise.all([
      import('@smithy/signature-v4'),
      import('@aws-crypto/sha256-js'),
      import('@aws-sdk/credential-providers'),
    ]);
    const chain = fromNodeProviderChain({ ...(profile === undefined ? {} : { profile }), clientConfig: { region } });
    const credentials =
      roleArn === undefined
        ? chain
        : fromTemporaryCredentials({ masterCredentials: chain, params: { RoleArn: roleArn, RoleSessionName: 'tonnage' }, clientConfig: { region } });
    const signature = new SignatureV4({ credentials, region, service, sha256: Sha256 });
    return async ({ method, url, headers: { 'content-type': type }, body }) => {
      const request = {
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port === '' ? {} : { port: Number(url.port) }),
        path: url.pathname,
        query: Object.fromEntries([...new Set(url.searchParams.keys())].map((key) => [key, url.searchParams.getAll(key)])),
        // No others: a proxy may change them on the way.
        headers: { host: url.host, ...(type === undefined ? {} : { 'content-type': type }) },
        body,
      };
      const { host: _, 'content-type': __, ...signed } = (await signature.sign(request, { signingDate: now() })).headers;
      return signed;
    };
  };
  return async (request) => {
    opened ??= open();
    return (await opened)(request);
  };
}

/** A text without any of the secrets, whoever wrote it. Short ones could be anything. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter(({ length }) => length >= 4).reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}
