import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Context, Window } from '../../../src/collectors/types.ts';
import { kubernetes } from '../../../src/collectors/kubernetes/index.ts';
import { openDuckDb } from '../../../src/io/duckdb.ts';
import type { Io } from '../../../src/io/io.ts';
import { text, type SqlRow } from '../../../src/io/sql.ts';
import type { ClusterFacts, Gap, Part } from '../../../src/model/facts.ts';
import { testIo, type TestIo } from '../../io/test-io.ts';
import { startApiServer, type ApiServer, type Thing } from './api-server.ts';
import { kubeconfig } from './cluster-config.ts';

const servers: ApiServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
});

export interface TestCluster {
  readonly server: ApiServer;
  readonly given: TestIo;
  readonly io: Io;
}

/** A server of its own, with a kubeconfig for it under HOME. */
export async function testCluster(
  objects: Readonly<Record<string, readonly Thing[]>> = {},
  overrides: Parameters<typeof testIo>[0] = {},
): Promise<TestCluster> {
  const server = await startApiServer();
  servers.push(server);
  for (const [path, those] of Object.entries(objects)) server.objects.set(path, [...those]);
  const given = testIo(overrides);
  given.write('home/.kube/config', kubeconfig(server.url));
  return { server, given, io: given.io };
}

export const BEGAN = new Date('2026-03-15T12:02:03Z');
export const ALWAYS: Window = { first: undefined, last: undefined };

export function contextOf({ io, given }: Pick<TestCluster, 'io' | 'given'>, more: Partial<Context> = {}): Context {
  return {
    source: 'kubernetes',
    io,
    began: BEGAN,
    known: [],
    isCurrent: () => false,
    maySpend: false,
    scratch: given.folder,
    downloads: given.folder,
    ...more,
  };
}

export interface Written {
  readonly part: Part;
  readonly facts: ClusterFacts;
  readonly file: string;
  readonly rows: readonly SqlRow[];
}

/** Writes each part, and reads it back. */
export async function written(parts: AsyncIterable<Part>, folder: string): Promise<readonly Written[]> {
  const all: Written[] = [];
  for await (const part of parts) {
    if (!('day' in part)) throw new Error('no charges here');
    const file = join(folder, `${part.table}-${all.length}-${Math.random().toString(36).slice(2)}.parquet`);
    const facts = await part.write(file);
    all.push({ part, facts, file, rows: await rowsOf(file) });
  }
  return all;
}

async function rowsOf(file: string): Promise<readonly SqlRow[]> {
  const sql = await openDuckDb({ scratch: '' });
  try {
    return await sql.rows(`select * from read_parquet(${text(file)})`);
  } finally {
    sql.close();
  }
}

export interface Collected {
  readonly rows: (table: string) => readonly SqlRow[];
  readonly gaps: readonly Gap[];
  readonly all: readonly Written[];
}

export async function collect(
  cluster: TestCluster,
  settings: { readonly namespaces?: string[]; readonly context?: string; readonly kubeconfig?: string } = {},
): Promise<Collected> {
  const parts = kubernetes.collect({ kind: 'kubernetes', cluster: 'production', ...settings }, ALWAYS, contextOf(cluster));
  const all = await written(parts, cluster.given.folder);
  return { all, rows: (table) => all.find(({ part }) => part.table === table)?.rows ?? [], gaps: all.flatMap(({ facts }) => facts.gaps) };
}

/** The columns named, of rows. */
export function pick(rows: readonly SqlRow[], ...columns: readonly string[]): unknown[][] {
  return rows.map((row) => columns.map((column) => row[column]));
}

let uids = 0;

export function meta(name: string, more: Thing = {}): Thing {
  uids += 1;
  return { name, namespace: 'web', uid: `uid-${name}-${uids}`, creationTimestamp: '2026-03-01T00:00:00Z', ...more };
}

export function ownedBy(owner: Thing, kind: string): Thing {
  const metadata = owner['metadata'] as { name: string; uid: string };
  return { ownerReferences: [{ apiVersion: 'v1', kind, name: metadata.name, uid: metadata.uid, controller: true }] };
}
