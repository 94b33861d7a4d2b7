import type { Io } from '../../io/io.ts';
import { UserError } from '../../io/errors.ts';
import { isSkewed } from '../clock-skew.ts';
import type { Check } from '../types.ts';
import { openClient, type Client } from './client.ts';
import { discover, versionsOf, type Versions } from './list.ts';
import { CONFIG_MAPS, configMapPath, DISCOVERY, fullName, listPath, METRICS_GROUP, RESOURCES, type Resource } from './resources.ts';
import { Version } from './schema.ts';
import type { ClusterSettings } from './settings.ts';

const GRANT = 'tonnage doctor --rbac prints what to grant';

/** What `doctor` says of a cluster: one object of each list at most is read. */
export async function* checkCluster(settings: ClusterSettings, io: Io): AsyncIterable<Check> {
  const client = await openClient(settings, io);
  try {
    yield await checkServer(client, io);
    yield checkClock(client.skew());
    const versions = await discover(client);
    if (versions === undefined)
      yield { name: 'discovery', state: 'warning', detail: `may not get ${DISCOVERY.groups}: custom resources are asked for one by one`, hint: GRANT };
    yield* checkResources(RESOURCES, versions, settings.namespaces?.[0], client);
    yield await checkConfigMaps(client);
    yield checkMetrics(versions);
  } finally {
    await client.close();
  }
}

/** @throws UserError where it cannot be reached */
export async function checkServer(client: Client, io: Io): Promise<Check> {
  const start = io.now().getTime();
  const answer = await client.get(DISCOVERY.version);
  const took = io.now().getTime() - start;
  const version = answer.status === 200 ? Version.safeParse(answer.body).data?.gitVersion : undefined;
  if (answer.status === 200 && version === undefined)
    throw new UserError(`${client.server}: this is no Kubernetes`, 'check `server` of the cluster in the kubeconfig');
  return { name: 'server', state: 'ok', detail: `${client.server}: Kubernetes ${version ?? 'of an unknown version'}, answers in ${took} ms` };
}

export function checkClock(skew: number | undefined): Check {
  if (skew === undefined) return { name: 'clock', state: 'ok', detail: 'the server does not say what time it has' };
  if (!isSkewed(skew)) return { name: 'clock', state: 'ok', detail: `within ${Math.max(1, Math.abs(skew))} s of this machine's` };
  const hint = 'set both clocks by NTP: times of pods and measurements are the cluster’s own';
  return { name: 'clock', state: 'warning', detail: `${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} this machine's`, hint };
}

type Seen = 'readable' | 'forbidden' | 'absent';

/** One line for what can be read, one for each that cannot. */
export async function* checkResources(
  resources: readonly Resource[],
  versions: Versions | undefined,
  namespace: string | undefined,
  client: Client,
): AsyncIterable<Check> {
  const seen: { readonly resource: Resource; readonly state: Seen }[] = [];
  for (const resource of resources) seen.push({ resource, state: await see(resource, versionsOf(resource, versions), namespace, client) });
  const named = (state: Seen, isCustom: boolean): string[] =>
    seen.filter((one) => one.state === state && (one.resource.isCustom ?? false) === isCustom).map(({ resource }) => fullName(resource));
  const readable = named('readable', false);
  if (readable.length > 0) yield { name: 'permissions', state: 'ok', detail: `may list ${readable.join(', ')}` };
  const custom = named('readable', true);
  if (resources.some(({ isCustom }) => isCustom))
    yield { name: 'custom resources', state: 'ok', detail: custom.length === 0 ? 'none of those that are read' : custom.join(', ') };
  for (const { resource, state } of seen) {
    const what = fullName(resource);
    const failing = resource.isNeeded ? 'failed' : 'warning';
    if (state === 'forbidden') yield { name: what, state: failing, detail: `may not list ${what}: ${resource.why}`, hint: GRANT };
    if (state === 'absent' && !resource.isCustom) yield { name: what, state: failing, ...absent(resource) };
  }
}

function absent(resource: Resource): Pick<Check, 'detail' | 'hint'> {
  if (resource.group === METRICS_GROUP) return { detail: 'there is no metrics-server', hint: 'install it, or take Prometheus or Datadog as the source' };
  const detail = `the cluster has no ${fullName(resource)} in version ${resource.version}`;
  return { detail, hint: 'it is too old: Kubernetes 1.23 or newer is read' };
}

async function see(resource: Resource, versions: readonly string[], namespace: string | undefined, client: Client): Promise<Seen> {
  for (const version of versions) {
    const { status } = await client.get(listPath(resource, version, namespace), { limit: '1' });
    if (status === 403) return 'forbidden';
    if (status !== 404) return 'readable';
  }
  return 'absent';
}

async function checkConfigMaps(client: Client): Promise<Check> {
  const names = [CONFIG_MAPS.status, CONFIG_MAPS.priorities];
  const answers = await Promise.all(names.map(async (name) => ({ name, ...(await client.get(configMapPath(name))) })));
  const forbidden = answers.filter(({ status }) => status === 403).map(({ name }) => name);
  const there = answers.filter(({ status }) => status === 200).map(({ name }) => name);
  if (forbidden.length > 0)
    return { name: 'cluster-autoscaler', state: 'warning', detail: `may not get ${forbidden.join(', ')}: ${CONFIG_MAPS.why}`, hint: GRANT };
  return { name: 'cluster-autoscaler', state: 'ok', detail: there.length === 0 ? 'has left no ConfigMap' : there.join(', ') };
}

function checkMetrics(versions: Versions | undefined): Check {
  const isThere = versions?.has(METRICS_GROUP) ?? false;
  if (isThere) return { name: 'metrics-server', state: 'ok', detail: 'is there: a source of kind metrics-server can sample it' };
  return { name: 'metrics-server', state: 'ok', detail: 'is not there, which is fine where Prometheus or Datadog is' };
}
