import type { Sql } from '../../io/sql.ts';
import { clusterAutoscalerFact } from './autoscalers.ts';
import type { Client } from './client.ts';
import { Gaps } from './gaps.ts';
import { discover, list, versionsOf, type Outcome } from './list.ts';
import { beginLook, type Look } from './look.ts';
import { reducerOf, type Findings, type Reduce } from './reduce.ts';
import { CONFIG_MAPS, configMapPath, fullName, listPath, RESOURCES, type Resource } from './resources.ts';
import type { Fact } from './rows.ts';
import { ConfigMap, Named } from './schema.ts';
import { Spool, type ListedTable } from './spool.ts';

/** What a listing has found, beside the rows that lie in the engine. */
export interface Listing {
  readonly gaps: Gaps;
  /** Resources that were read, by table, as kubectl names them. */
  readonly read: ReadonlyMap<ListedTable, readonly string[]>;
  readonly objects: number;
  readonly orphans: readonly string[];
}

export interface Counter {
  count: number;
}

/**
 * Lists a cluster once, into the engine.
 * @throws UserError
 */
export async function lookAtCluster(
  client: Client,
  sql: Sql,
  { source, began, namespaces }: { readonly source: string; readonly began: Date; readonly namespaces: readonly string[] | undefined },
  counter: Counter,
): Promise<Listing> {
  const gaps = new Gaps(source);
  const look = beginLook(began, gaps.doubt);
  const spool = await Spool.open(sql);
  const versions = await discover(client);
  if (versions === undefined) gaps.forbidden('autoscalers', 'get /apis, which says what custom resources there are');
  const read = new Map<ListedTable, string[]>();
  const found: Findings = { clusterAutoscalers: [], orphans: [] };
  let batch = 0;
  for (const resource of RESOURCES) {
    const table = listedTable(resource);
    for (const namespace of resource.isNamespaced && namespaces !== undefined ? namespaces : [undefined]) {
      batch += 1;
      const reading = { client, spool, look, found, gaps, counter, batch, keeps: namesKept(resource, namespaces) };
      const outcome = await readVersions(resource, versionsOf(resource, versions), namespace, reading);
      if (outcome === 'forbidden') gaps.forbidden(table, `list ${fullName(resource)}${namespace === undefined ? '' : ` in namespace ${namespace}`}`);
      if (outcome === 'read') read.set(table, [...new Set([...(read.get(table) ?? []), fullName(resource)])]);
    }
  }
  await readClusterAutoscaler(client, spool, found, gaps);
  await spool.finish(look.began);
  return { gaps, read, objects: counter.count, orphans: found.orphans };
}

function listedTable({ table }: Resource): ListedTable {
  return table === 'usage' ? 'pods' : table;
}

/** Namespaces are listed whole, for there is no other way to see several. */
function namesKept({ kind }: Resource, namespaces: readonly string[] | undefined): (object: unknown) => boolean {
  if (kind !== 'Namespace' || namespaces === undefined) return () => true;
  return (object) => namespaces.includes(Named.safeParse(object).data?.metadata.name ?? '');
}

interface Reader {
  readonly client: Client;
  readonly spool: Spool;
  readonly look: Look;
  readonly found: Findings;
  readonly gaps: Gaps;
  readonly counter: Counter;
  readonly batch: number;
  readonly keeps: (object: unknown) => boolean;
}

/** A group may have a kind in another of its versions than the one it prefers. */
async function readVersions(resource: Resource, versions: readonly string[], namespace: string | undefined, reader: Reader): Promise<Outcome> {
  for (const version of versions) {
    const outcome = await readList(resource, version, namespace, reader);
    if (outcome !== 'absent') return outcome;
  }
  return 'absent';
}

async function readList(resource: Resource, version: string, namespace: string | undefined, reader: Reader): Promise<Outcome> {
  const { client, spool, look, found, gaps, counter, batch, keeps } = reader;
  const before = counter.count;
  const own: Findings = { clusterAutoscalers: [], orphans: [] };
  const reduce = reducerOf(resource, version, look, own);
  const outcome = await list(client, resource, version, namespace, {
    async page(objects) {
      const kept = objects.filter(keeps);
      await spool.add(
        kept.flatMap((object) => factsOf(object, resource, reduce, gaps)),
        batch,
      );
      counter.count += kept.length;
    },
    async restart() {
      await spool.drop(batch);
      counter.count = before;
      own.clusterAutoscalers.length = 0;
      own.orphans.length = 0;
    },
  });
  found.clusterAutoscalers.push(...own.clusterAutoscalers);
  found.orphans.push(...own.orphans);
  // What comes with Kubernetes is always there, but for old versions of it.
  if (outcome === 'absent' && !resource.isCustom) gaps.absent(listedTable(resource), listPath(resource, version, undefined), resource.why);
  return outcome;
}

/** An object that is not what it should be is left out, and noted. */
function factsOf(object: unknown, { kind }: Resource, reduce: Reduce, gaps: Gaps): readonly Fact[] {
  const facts = reduce(object);
  if (typeof facts !== 'string') return facts;
  const { metadata } = Named.safeParse(object).data ?? {};
  gaps.doubt(
    `${kind.toLowerCase()} ${metadata?.namespace ? `${metadata.namespace}/` : ''}${metadata?.name ?? 'without a name'}`,
    facts,
    'a value of another type',
  );
  return [];
}

/** Two ConfigMaps by their names, and no other. */
async function readClusterAutoscaler(client: Client, spool: Spool, { clusterAutoscalers }: Findings, gaps: Gaps): Promise<void> {
  const status = await configMap(client, CONFIG_MAPS.status, gaps);
  const priorities = await configMap(client, CONFIG_MAPS.priorities, gaps);
  const isRunElsewhere = clusterAutoscalers.length === 0 && status?.['status'] !== undefined;
  const unseen = { namespace: CONFIG_MAPS.namespace, name: 'cluster-autoscaler', created: null, flags: {} };
  const all = isRunElsewhere ? [unseen] : clusterAutoscalers;
  await spool.add(
    all.map((scaler) => clusterAutoscalerFact(scaler, priorities?.['priorities'], status?.['status'])),
    0,
  );
}

async function configMap(client: Client, name: string, gaps: Gaps): Promise<Readonly<Record<string, string>> | undefined> {
  const answer = await client.get(configMapPath(name));
  if (answer.status === 403) gaps.forbidden('autoscalers', `get the ConfigMap ${name} in ${CONFIG_MAPS.namespace}`);
  if (answer.status !== 200) return undefined;
  return ConfigMap.safeParse(answer.body).data?.data ?? undefined;
}
