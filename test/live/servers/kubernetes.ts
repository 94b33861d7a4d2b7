import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { command } from '../components/command.ts';
import { applet } from '../components/kubernetes.ts';
import { AUDIT_POLICY, AuditEvent } from './audit.ts';
import { ISSUER, signedToken } from './account-token.ts';
import { freePorts, start, untilReady } from './process.ts';

export interface Kubernetes {
  readonly url: string;
  /** Of the server's certificate. */
  readonly authority: string;
  readonly pid: number;
  /** Runs kubectl as an administrator. */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>;
  /** A request of an administrator. @throws Error unless it succeeds */
  readonly send: (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<unknown>;
  /** A token of a ServiceAccount, as a pod of it has one. */
  readonly token: (namespace: string, name: string) => Promise<string>;
  /** One that the server has signed, and that ended an hour ago. */
  readonly expiredToken: (namespace: string, name: string) => string;
  /** Writes a kubeconfig with one context, `live`. @param user a token, or what else a user of a kubeconfig has @returns its path */
  readonly kubeconfig: (user: string | object, server?: string) => Promise<string>;
  /** What ServiceAccounts have asked for since the last look. */
  readonly audit: () => Promise<readonly AuditEvent[]>;
  readonly close: () => Promise<void>;
}

/** etcd and kube-apiserver with RBAC and an audit log: a cluster without controllers or nodes, in which things are what they are created as. */
export async function startKubernetes({ flags = [] }: { readonly flags?: readonly string[] } = {}): Promise<Kubernetes> {
  const folder = await mkdtemp(join(tmpdir(), 'tonnage-kubernetes-'));
  const file = (name: string): string => join(folder, name);
  const [clients = 0, peers = 0, secure = 0] = await freePorts(3);
  const key = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const admin = randomBytes(16).toString('hex');
  await writeFile(file('account.key'), key.privateKey);
  await writeFile(file('account.pub'), key.publicKey);
  await writeFile(file('tokens.csv'), `${admin},admin,admin,system:masters\n`);
  await writeFile(file('audit.yaml'), AUDIT_POLICY);
  await writeFile(file('audit.log'), '');

  const etcd = start(program('etcd'), [
    '--name',
    'live',
    '--data-dir',
    file('etcd'),
    '--log-level',
    'warn',
    '--unsafe-no-fsync',
    '--listen-client-urls',
    `http://127.0.0.1:${clients}`,
    '--advertise-client-urls',
    `http://127.0.0.1:${clients}`,
    '--listen-peer-urls',
    `http://127.0.0.1:${peers}`,
    '--initial-advertise-peer-urls',
    `http://127.0.0.1:${peers}`,
    '--initial-cluster',
    `live=http://127.0.0.1:${peers}`,
  ]);
  const url = `https://127.0.0.1:${secure}`;
  const server = start(program('kube-apiserver'), [
    `--etcd-servers=http://127.0.0.1:${clients}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${secure}`,
    `--cert-dir=${file('certs')}`,
    '--authorization-mode=RBAC',
    `--token-auth-file=${file('tokens.csv')}`,
    `--service-account-issuer=${ISSUER}`,
    `--service-account-key-file=${file('account.pub')}`,
    `--service-account-signing-key-file=${file('account.key')}`,
    // Nothing makes the default account of a namespace, which this would wait for.
    '--disable-admission-plugins=ServiceAccount',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--endpoint-reconciler-type=none',
    '--allow-privileged=true',
    '--profiling=false',
    `--audit-policy-file=${file('audit.yaml')}`,
    `--audit-log-path=${file('audit.log')}`,
    '--audit-log-mode=blocking',
    ...flags,
  ]);
  const close = async (): Promise<void> => {
    await server.stop();
    await etcd.stop();
    await rm(folder, { recursive: true, force: true });
  };

  const certificate = file('certs/apiserver.crt');
  let agent: Agent | undefined;
  const send: Kubernetes['send'] = async (method, path, body) => {
    agent ??= new Agent({ connections: 32, connect: { ca: await readFile(certificate, 'utf8') } });
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers = { authorization: `Bearer ${admin}`, accept: 'application/json', 'content-type': type };
    const answer = await request(url + path, { method, headers, dispatcher: agent, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return text.startsWith('{') ? JSON.parse(text) : text;
  };
  try {
    await untilReady('kube-apiserver', server, async () => {
      if (etcd.hasEnded()) throw new Error(`etcd did not start:\n${etcd.log()}`);
      return (await send('GET', '/readyz')) === 'ok';
    });
  } catch (error) {
    await close();
    throw new Error(`${String(error)}\netcd:\n${etcd.log().slice(-2000)}`, { cause: error });
  }

  const kubeconfig: Kubernetes['kubeconfig'] = async (user, address = url) => {
    const path = file(`${randomBytes(6).toString('hex')}.kubeconfig`);
    await writeFile(path, configuration(address, certificate, typeof user === 'string' ? { token: user } : user));
    return path;
  };
  const administrators = await kubeconfig(admin);
  let read = 0;
  return {
    url,
    authority: await readFile(certificate, 'utf8'),
    pid: server.pid,
    send,
    kubeconfig,
    kubectl: async (args, input) =>
      command(program('kubectl'), ['--kubeconfig', administrators, ...args], { env: { HOME: folder }, ...(input === undefined ? {} : { input }) }),
    token: async (namespace, name) => {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
      const answer = await send('POST', path, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } });
      return z.object({ status: z.object({ token: z.string() }) }).parse(answer).status.token;
    },
    expiredToken: (namespace, name) => signedToken(key.privateKey, namespace, name, Math.floor(Date.now() / 1000) - 3600),
    async audit() {
      const lines = (await readFile(file('audit.log'), 'utf8')).split('\n').filter((line) => line !== '');
      const events = lines.slice(read).map((line) => AuditEvent.parse(JSON.parse(line)));
      read = lines.length;
      return events;
    },
    async close() {
      await agent?.destroy();
      await close();
    },
  };
}

function program(name: Parameters<typeof applet>[0]): string {
  const path = applet(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}

const configuration = (server: string, certificate: string, user: object): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'live', cluster: server.startsWith('https:') ? { server, 'certificate-authority': certificate } : { server, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'live', user }],
    contexts: [{ name: 'live', context: { cluster: 'live', user: 'live' } }],
    'current-context': 'live',
  });
