import { TOKEN, type Thing } from './api-server.ts';

/** A kubeconfig with one context, `production`. */
export function kubeconfig(url: string, user: unknown = { token: TOKEN }, cluster: Thing = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'production',
    contexts: [{ name: 'production', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: url, ...cluster } }],
    users: [{ name: 'u', user }],
  });
}
