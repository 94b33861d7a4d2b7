import { chmodSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { openClient, type Answer, type Client, type Patience } from '../../../src/collectors/kubernetes/client.ts';
import { UserError } from '../../../src/io/errors.ts';
import { fail, send, startApiServer, TOKEN, type Trouble } from './api-server.ts';
import { testCluster, type TestCluster } from './cluster.ts';
import { kubeconfig } from './cluster-config.ts';
import { selfSigned } from './certificate.ts';

const SETTINGS = { cluster: 'production' };
const PODS = '/api/v1/pods';

const clients: Client[] = [];
afterAll(async () => {
  for (const client of clients) await client.close();
});

function patient(more: Partial<Patience> = {}): Patience & { readonly waits: number[] } {
  const waits: number[] = [];
  return { answer: 2000, silence: 500, plugin: 5000, attempts: 4, sleep: async (wait) => void waits.push(wait), waits, ...more };
}

async function ask(cluster: TestCluster, how: Patience = patient()): Promise<Answer> {
  const client = await openClient(SETTINGS, cluster.io, how);
  clients.push(client);
  return client.get(PODS);
}

/** What the user is told, with the server's port cut off. */
async function told(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(`${error.message} ${error.hint}`).not.toContain(TOKEN);
    expect(error.message).not.toContain('\n');
    expect(error.hint).toBeDefined();
    return error.message.replaceAll(/(127\.0\.0\.1):\d+/g, '$1');
  }
  throw new Error('it was answered');
}

async function inTrouble(trouble: Trouble): Promise<TestCluster> {
  const cluster = await testCluster({ [PODS]: [] });
  cluster.server.trouble = trouble;
  return cluster;
}

describe('a server that', () => {
  test('nobody reaches', async () => {
    const cluster = await testCluster();
    await cluster.server.stop();
    const how = patient();
    expect(await told(ask(cluster, how))).toBe('http://127.0.0.1: nothing answers there (connection refused)');
    expect(how.waits).toEqual([]);
  });

  test('does not accept the token is asked twice, for it may have run out', async () => {
    const cluster = await inTrouble((_, response) => {
      fail(response, 401, 'Unauthorized');
      return true;
    });
    expect(await told(ask(cluster))).toBe('http://127.0.0.1: does not accept the credentials (401)');
    expect(cluster.server.asked).toHaveLength(2);
  });

  test('answers with a web page', async () => {
    const cluster = await inTrouble((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in');
      return true;
    });
    expect(await told(ask(cluster))).toBe('http://127.0.0.1: answers with a web page (200), not with JSON');
  });

  test('sends elsewhere', async () => {
    const cluster = await inTrouble((_, response) => {
      response.writeHead(302, { location: 'https://login.example/' }).end();
      return true;
    });
    expect(await told(ask(cluster))).toBe('http://127.0.0.1: sends elsewhere (302)');
  });

  test('is not what refuses, but a proxy', async () => {
    const cluster = await inTrouble((_, response) => {
      response.writeHead(403, { 'content-type': 'text/plain' }).end('blocked');
      return true;
    });
    expect(await told(ask(cluster))).toBe('http://127.0.0.1: something before the cluster refuses the request (403)');
  });

  test('is busy is waited for as long as it says, and asked again', async () => {
    const cluster = await inTrouble((_, response, count) => {
      if (count > 2) return false;
      response.setHeader('retry-after', '7');
      fail(response, count === 1 ? 429 : 503, 'TooManyRequests');
      return true;
    });
    const how = patient();
    expect(await ask(cluster, how)).toMatchObject({ status: 200 });
    expect(how.waits).toEqual([7000, 7000]);
  });

  test('stays busy without saying for how long is given up after a few tries, each later than the last', async () => {
    const cluster = await inTrouble((_, response) => {
      fail(response, 429, 'TooManyRequests');
      return true;
    });
    const how = patient();
    expect(await told(ask(cluster, how))).toBe('http://127.0.0.1: has too many requests to answer (429), however long one waits');
    expect(how.waits).toEqual([500, 1000, 2000]);
  });

  test('is busy and says to come back at once is given longer each time all the same', async () => {
    const cluster = await inTrouble((_, response) => {
      response.setHeader('retry-after', '0');
      fail(response, 503, 'ServiceUnavailable');
      return true;
    });
    const how = patient();
    expect(await told(ask(cluster, how))).toBe('http://127.0.0.1: cannot answer (503)');
    expect(how.waits).toEqual([500, 1000, 2000]);
  });

  test('breaks the connection once is asked again', async () => {
    const cluster = await inTrouble((_, response, count) => {
      if (count > 1) return false;
      response.destroy();
      return true;
    });
    expect(await ask(cluster)).toMatchObject({ status: 200 });
  });

  test.each([
    ['by its length', { 'content-length': '100' }],
    ['by its chunks', {}],
  ])('cuts the answer short, told %s', async (_, headers) => {
    const cluster = await inTrouble((_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers });
      response.write('{"kind":"PodList","items":[');
      setTimeout(() => response.destroy(), 10);
      return true;
    });
    expect(await told(ask(cluster))).toMatch(/^http:\/\/127\.0\.0\.1: the connection breaks/);
    expect(cluster.server.asked).toHaveLength(4);
  });

  test('ends the answer in its midst', async () => {
    const cluster = await inTrouble((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"PodList","items":[');
      return true;
    });
    expect(await told(ask(cluster))).toBe('http://127.0.0.1: the answer was cut off');
  });

  test('falls silent', async () => {
    const cluster = await inTrouble((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
      return true;
    });
    expect(await told(ask(cluster, patient({ silence: 100, answer: 1000 })))).toBe('http://127.0.0.1: takes too long to answer');
    expect(cluster.server.asked).toHaveLength(2);
  });

  test('sends a byte now and then', async () => {
    const cluster = await inTrouble((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
      return true;
    });
    expect(await told(ask(cluster, patient({ answer: 200 })))).toBe('http://127.0.0.1: takes too long to answer');
  });

  test('is no server of HTTP', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('SSH-2.0-OpenSSH_9.2\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const cluster = await testCluster();
    cluster.given.write('home/.kube/config', kubeconfig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    expect(await told(ask(cluster))).toMatch(/^http:\/\/127\.0\.0\.1: the connection breaks/);
    server.close();
  });

  test('forbids it is no error', async () => {
    const cluster = await testCluster();
    cluster.server.forbidden.add(PODS);
    expect(await ask(cluster)).toEqual({ status: 403 });
  });
});

describe('TLS', () => {
  test('is refused for a certificate that nobody vouches for, and taken with its CA', async () => {
    const cluster = await testCluster();
    const { key, cert } = selfSigned();
    cluster.given.write('cert.pem', cert);
    const server = await startApiServer({ key, cert });
    server.objects.set(PODS, []);
    cluster.given.write('home/.kube/config', kubeconfig(server.url));
    expect(await told(ask(cluster))).toBe('https://127.0.0.1: TLS fails (DEPTH_ZERO_SELF_SIGNED_CERT)');
    cluster.given.write('home/.kube/config', kubeconfig(server.url, { token: TOKEN }, { 'certificate-authority': '../../cert.pem' }));
    expect(await ask(cluster)).toMatchObject({ status: 200 });
    cluster.given.write('home/.kube/config', kubeconfig(server.url, { token: TOKEN }, { 'certificate-authority-data': Buffer.from(cert).toString('base64') }));
    expect(await ask(cluster)).toMatchObject({ status: 200 });
    await server.stop();
  });

  test('may be left out on this machine alone', async () => {
    const cluster = await testCluster();
    cluster.given.write('home/.kube/config', kubeconfig('http://cluster.example:8080'));
    expect(await told(ask(cluster))).toBe('http://cluster.example:8080: credentials would travel unencrypted');
  });
});

describe('the exec plug-in', () => {
  const withPlugin = async (script: string, command?: string): Promise<TestCluster> => {
    const cluster = await testCluster({ [PODS]: [] });
    const path = cluster.given.write('home/.kube/plugin', `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: command ?? './plugin', args: ['get-token'] };
    cluster.given.write('home/.kube/config', kubeconfig(cluster.server.url, { exec }));
    return cluster;
  };

  test('makes the token, and is told what kubectl tells it', async () => {
    const credential = JSON.stringify({ kind: 'ExecCredential', status: { token: TOKEN } });
    const cluster = await withPlugin(`case "$KUBERNETES_EXEC_INFO" in *v1beta1*) echo '${credential}';; *) exit 1;; esac`);
    expect(await ask(cluster)).toMatchObject({ status: 200 });
  });

  test('is not installed', async () => {
    expect(await told(ask(await withPlugin('', 'aws-of-nobody')))).toBe('http://127.0.0.1: aws-of-nobody, which makes the credentials, is not installed');
  });

  test.each([
    ['with a word', `echo "${TOKEN}" >&2; exit 255`],
    ['without JSON', `echo ${TOKEN}`],
    ['without a token', 'echo {}'],
  ])('fails %s', async (_, script) => {
    expect(await told(ask(await withPlugin(script)))).toBe('http://127.0.0.1: plugin, which makes the credentials, fails');
  });
});

describe('the exec plug-in that', () => {
  const plugged = async (script: string, more: Partial<Patience> = {}): Promise<readonly [TestCluster, () => Promise<unknown>]> => {
    const cluster = await testCluster({ [PODS]: [] });
    chmodSync(cluster.given.write('home/.kube/plugin', `#!/bin/sh\n${script}\n`), 0o755);
    cluster.given.write('home/.kube/config', kubeconfig(cluster.server.url, { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' } }));
    return [cluster, () => ask(cluster, patient(more))];
  };

  test('never ends is ended, with what it has started', async () => {
    const [cluster, asked] = await plugged('trap "" TERM\n(sleep 1; touch "$(dirname "$0")/late") &\nwait', { plugin: 200 });
    expect(await told(asked())).toBe('http://127.0.0.1: plugin, which makes the credentials, does not end');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(existsSync(`${cluster.given.folder}/home/.kube/late`)).toBe(false);
  });

  test('prints for ever is ended', async () => {
    const [, asked] = await plugged('while :; do echo rubbish rubbish rubbish rubbish; done');
    expect(await told(asked())).toBe('http://127.0.0.1: plugin, which makes the credentials, fails');
  });

  test('may not be run', async () => {
    const [cluster, asked] = await plugged('');
    chmodSync(`${cluster.given.folder}/home/.kube/plugin`, 0o644);
    expect(await told(asked())).toBe('http://127.0.0.1: plugin, which makes the credentials, may not be run');
  });

  test('made a token that the server no longer takes is asked again', async () => {
    const token = (of: string): string => JSON.stringify({ kind: 'ExecCredential', status: { token: of } });
    const [cluster, asked] = await plugged(`cd "$(dirname "$0")"; if [ -e twice ]; then echo '${token(TOKEN)}'; else touch twice; echo '${token('old')}'; fi`);
    expect(await asked()).toMatchObject({ status: 200 });
    expect(cluster.server.asked.map(({ authorization }) => authorization)).toEqual(['Bearer old', `Bearer ${TOKEN}`]);
  });
});

describe('the kubeconfig', () => {
  test('is not there', async () => {
    const { io } = await testCluster({}, { env: { HOME: '/nowhere' } });
    expect(await told(openClient(SETTINGS, io))).toBe('no kubeconfig found');
  });

  test('is none', async () => {
    const cluster = await testCluster();
    cluster.given.write('home/.kube/config', `users: [{name: ${TOKEN}, user: {token: ${TOKEN}`);
    expect((await told(openClient(SETTINGS, cluster.io))).replace(cluster.given.folder, '')).toBe('/home/.kube/config: not a kubeconfig');
  });

  test('has another context', async () => {
    const { io } = await testCluster();
    expect(await told(openClient({ ...SETTINGS, context: 'staging' }, io))).toBe('the kubeconfig has no context staging');
  });

  test('may be several, of which the first holds', async () => {
    const cluster = await testCluster({ [PODS]: [] });
    const first = cluster.given.write('a', kubeconfig(cluster.server.url));
    const second = cluster.given.write('b', kubeconfig('http://127.0.0.1:1').replaceAll('production', 'staging'));
    const io = { ...cluster.io, env: { KUBECONFIG: `${first}:${second}:/not/there` } };
    const client = await openClient({ ...SETTINGS, context: 'staging' }, io, patient());
    clients.push(client);
    expect(client.server).toBe(cluster.server.url);
  });

  test('is that of the settings before all others', async () => {
    const cluster = await testCluster({ [PODS]: [] }, { env: { KUBECONFIG: '/not/there' } });
    cluster.given.write('mine.yaml', kubeconfig(cluster.server.url));
    const client = await openClient({ ...SETTINGS, kubeconfig: 'mine.yaml' }, cluster.io, patient());
    clients.push(client);
    expect(await client.get(PODS)).toMatchObject({ status: 200 });
  });
});

test('the clock of the server is compared with this machine’s', async () => {
  const cluster = await testCluster({ [PODS]: [] });
  cluster.server.now = () => new Date('2026-03-15T13:00:00Z');
  const client = await openClient(SETTINGS, cluster.io, patient());
  clients.push(client);
  await client.get(PODS);
  expect(client.skew()).toBe(3600);
});

test('answers are asked for by GET, with the token, and packed', async () => {
  const cluster = await inTrouble((asked, response) => {
    send(response, 200, { kind: 'PodList', method: asked.method, authorization: asked.authorization });
    return true;
  });
  expect(await ask(cluster)).toEqual({ status: 200, body: { kind: 'PodList', method: 'GET', authorization: `Bearer ${TOKEN}` } });
});
