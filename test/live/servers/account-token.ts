import { createSign } from 'node:crypto';

export const ISSUER = 'https://kubernetes.default.svc';

/** A ServiceAccount's token (RFC 7519), ended at `until`, in seconds since 1970. */
export function signedToken(privateKey: string, namespace: string, name: string, until: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: ISSUER,
    aud: [ISSUER],
    sub: `system:serviceaccount:${namespace}:${name}`,
    iat: until - 3600,
    nbf: until - 3600,
    exp: until,
    'kubernetes.io': { namespace, serviceaccount: { name, uid: '00000000-0000-4000-8000-000000000000' } },
  };
  const content = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${content}.${createSign('RSA-SHA256').update(content).sign(privateKey).toString('base64url')}`;
}
