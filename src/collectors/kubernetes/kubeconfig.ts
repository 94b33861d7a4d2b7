import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Cluster, Context as ConfigContext, KubeConfig, User } from '@kubernetes/client-node';
import { UserError } from '../../io/errors.ts';
import type { Io } from '../../io/io.ts';
import { commandOf, execPlugin, type Plugin } from './exec-plugin.ts';
import type { ClusterSettings } from './settings.ts';

/** A cluster's address and one's credentials for it, as the ecosystem's own library knows them. */
export interface Access {
  readonly config: KubeConfig;
  readonly server: string;
  /** The exec plug-in that makes the credentials, where there is one. */
  readonly plugin: Pick<Plugin, 'command' | 'forget'> | undefined;
}

interface Entries {
  readonly clusters: Cluster[];
  readonly contexts: ConfigContext[];
  readonly users: User[];
  current: string | undefined;
}

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * What kubectl would take: the kubeconfig named, those of KUBECONFIG (what comes first holds), `~/.kube/config`, else the account of the pod that this runs in.
 * @param timeout milliseconds for an exec plug-in
 * @throws UserError
 */
export async function findAccess(settings: ClusterSettings, io: Io, timeout: number): Promise<Access> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const paths = await kubeconfigs(settings, io);
  const isInside = paths.length === 0 && settings.context === undefined && Boolean(io.env['KUBERNETES_SERVICE_HOST']);
  if (paths.length === 0 && !isInside)
    throw new UserError('no kubeconfig found', 'set KUBECONFIG, or `kubeconfig` of the source; kubectl config view shows what is there');
  const entries: Entries = isInside ? accountOfPod(io.env) : { clusters: [], contexts: [], users: [], current: undefined };
  for (const path of paths) addFile(entries, path, await io.files.read(path), new KubeConfig());

  const name = settings.context ?? entries.current;
  const context = entries.contexts.find((one) => one.name === name);
  if (context === undefined) throw unknownContext(name, entries.contexts, paths);
  const cluster = entries.clusters.find((one) => one.name === context.cluster);
  if (cluster === undefined)
    throw new UserError(`context ${name}: the kubeconfig has no cluster ${context.cluster}`, 'mend the kubeconfig: kubectl config view shows it');
  return accessTo(context, withoutTls(cluster), entries.users.find((one) => one.name === context.user) ?? { name: 'nobody' }, new KubeConfig(), timeout);
}

function unknownContext(name: string | undefined, contexts: readonly ConfigContext[], paths: readonly string[]): UserError {
  const there = contexts.map((one) => one.name).join(', ');
  const hint = there === '' ? `there is none in ${paths.join(', ')}` : `set \`context\` to one of ${there}`;
  return new UserError(name === undefined ? 'the kubeconfig has no current context' : `the kubeconfig has no context ${name}`, hint);
}

async function kubeconfigs({ kubeconfig }: ClusterSettings, io: Io): Promise<readonly string[]> {
  if (kubeconfig !== undefined) return [resolve(io.directory, kubeconfig)];
  const given = (io.env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  const usual = given.length > 0 || io.env['HOME'] === undefined ? given : [join(io.env['HOME'], '.kube', 'config')];
  const paths = usual.map((path) => resolve(io.directory, path));
  const there = await Promise.all(paths.map((path) => io.files.exists(path)));
  return paths.filter((_, at) => there[at]);
}

/** Paths in a kubeconfig are taken from where it lies; an entry of an earlier file holds. */
function addFile(entries: Entries, path: string, text: string, config: KubeConfig): void {
  try {
    config.loadFromString(text);
  } catch {
    // The library's own error quotes the file, which holds secrets.
    throw new UserError(`${path}: not a kubeconfig`, 'kubectl config view --kubeconfig shows what is wrong with it');
  }
  config.makePathsAbsolute(dirname(path));
  add(entries.clusters, config.getClusters());
  add(entries.contexts, config.getContexts());
  add(entries.users, config.getUsers().map(commandFrom(dirname(path))));
  entries.current ??= config.getCurrentContext() || undefined;
}

function add<Entry extends { readonly name: string }>(to: Entry[], more: readonly Entry[]): void {
  to.push(...more.filter(({ name }) => !to.some((one) => one.name === name)));
}

const commandFrom =
  (folder: string) =>
  (user: User): User => {
    const command: unknown = user.exec?.command;
    if (typeof command !== 'string' || isAbsolute(command) || !command.includes('/')) return user;
    return { ...user, exec: { ...user.exec, command: join(folder, command) } };
  };

/** Tokens travel in the clear over plain HTTP: to this machine alone (kubectl proxy), or where the kubeconfig says that it may be so. */
function withoutTls(cluster: Cluster): Cluster {
  const { protocol, hostname } = addressOf(cluster.server);
  if (protocol !== 'http:' || cluster.skipTLSVerify) return cluster;
  if (['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return { ...cluster, skipTLSVerify: true };
  throw new UserError(
    `${cluster.server}: credentials would travel unencrypted`,
    'use https, or insecure-skip-tls-verify: true for this cluster in the kubeconfig',
  );
}

function addressOf(server: string): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new UserError('the cluster’s server in the kubeconfig is no https address', 'mend it: kubectl config view shows it');
  return url;
}

function accountOfPod(env: Io['env'], folder = ACCOUNT): Entries {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`;
  const name = 'in-cluster';
  return {
    clusters: [{ name, server, caFile: `${folder}/ca.crt`, skipTLSVerify: false }],
    users: [{ name, authProvider: { name: 'tokenFile', config: { tokenFile: `${folder}/token` } } }],
    contexts: [{ name, cluster: name, user: name }],
    current: name,
  };
}

async function accessTo(context: ConfigContext, cluster: Cluster, user: User, config: KubeConfig, timeout: number): Promise<Access> {
  const exec: unknown = user.exec ?? user.authProvider?.config?.exec;
  const { origin, pathname } = addressOf(cluster.server);
  const server = `${origin}${pathname.replace(/\/$/, '')}`;
  const command = commandOf(exec);
  const plugin = command === undefined ? undefined : await execPlugin(exec, command, cluster, timeout);
  const known = plugin === undefined ? user : { name: user.name, authProvider: plugin.authProvider };
  if (plugin !== undefined) config.addAuthenticator(plugin.authenticator);
  config.loadFromOptions({ clusters: [cluster], users: [known], contexts: [{ ...context, user: known.name }], currentContext: context.name });
  return { config, server, plugin };
}
