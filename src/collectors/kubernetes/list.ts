import type { Client } from './client.ts';
import { explain } from './explain.ts';
import { DISCOVERY, fullName, listPath, type Resource } from './resources.ts';
import { Groups, Identity, Page } from './schema.ts';

/** How many objects a page has: what kubectl takes. */
const PAGE = '500';
const ATTEMPTS = 5;
/** So many pages in a row with nothing new: the list goes round in circles. */
const MOST_OLD_PAGES = 10;
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** The versions of each group that the server has, the best first. */
export type Versions = ReadonlyMap<string, readonly string[]>;

/** @throws UserError; undefined where one may not ask */
export async function discover(client: Client): Promise<Versions | undefined> {
  const answer = await client.get(DISCOVERY.groups);
  if (answer.status !== 200) return undefined;
  const { success, data } = Groups.safeParse(answer.body);
  if (!success) throw explain({ kind: 'shape', what: DISCOVERY.groups }, client.server);
  return new Map(
    data.groups.map(({ name, versions, preferredVersion }) => {
      const preferred = preferredVersion?.version;
      const rest = versions.map(({ version }) => version).filter((version) => version !== preferred);
      return [name, preferred === undefined ? rest : [preferred, ...rest]];
    }),
  );
}

/** Which versions of a resource to ask for; none where its group is not there. Of what comes with Kubernetes the shape is known for one version. */
export function versionsOf(resource: Resource, versions: Versions | undefined): readonly string[] {
  if (!resource.isCustom || versions === undefined) return [resource.version];
  return versions.get(resource.group) ?? [];
}

/** What one list was: read to its end, or not there in this version, or not to be seen. */
export type Outcome = 'read' | 'absent' | 'forbidden';

export interface Reading {
  /** A page; what it holds is dropped if the list begins again. */
  page(objects: readonly unknown[]): Promise<void>;
  /** The token to go on with is too old: the list begins again, and what was read of it does not count. */
  restart(): Promise<void>;
}

/**
 * Reads a list in pages, so that neither side holds all of it.
 * @throws UserError
 */
export async function list(client: Client, resource: Resource, version: string, namespace: string | undefined, reading: Reading): Promise<Outcome> {
  const path = listPath(resource, version, namespace);
  let token: string | undefined;
  let attempts = 1;
  let seen = new Set<string>();
  let oldPages = 0;
  for (;;) {
    const answer = await client.get(
      path,
      { limit: PAGE, ...(token === undefined ? {} : { continue: token }) },
      resource.isMetadataOnly ? METADATA_ONLY : undefined,
    );
    if (answer.status === 410) {
      if (attempts === ATTEMPTS) throw explain({ kind: 'expires', what: fullName(resource) }, client.server);
      attempts += 1;
      token = undefined;
      seen = new Set();
      oldPages = 0;
      await reading.restart();
      continue;
    }
    if (answer.status !== 200) return answer.status === 403 ? 'forbidden' : 'absent';
    const { success, data } = Page.safeParse(answer.body);
    if (!success || data.items === undefined) throw explain({ kind: 'shape', what: path }, client.server);
    const fresh = (data.items ?? []).filter((object) => isNew(object, seen));
    await reading.page(fresh);
    token = data.metadata?.continue || undefined;
    if (token === undefined) return 'read';
    oldPages = fresh.length === 0 ? oldPages + 1 : 0;
    if (oldPages === MOST_OLD_PAGES) throw explain({ kind: 'endless', what: fullName(resource) }, client.server);
  }
}

/** An object that changes while its list is read may stand on two pages: the first one counts. */
function isNew(object: unknown, seen: Set<string>): boolean {
  const { metadata } = Identity.safeParse(object).data ?? {};
  if (metadata === undefined) return true;
  const key = metadata.uid ?? `${metadata.namespace ?? ''}/${metadata.name}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}
