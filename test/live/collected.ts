import { join } from 'node:path';
import type { Sampling } from '../../src/collectors/types.ts';
import { collectSources } from '../../src/commands/collecting.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openDuckDb } from '../../src/io/duckdb.ts';
import { diskFiles } from '../../src/io/files.ts';
import { filePath, name, type SqlRow } from '../../src/io/sql.ts';
import { CLUSTER_TABLES, type ClusterTable } from '../../src/model/cluster/tables.ts';
import type { Gap } from '../../src/model/facts.ts';
import { clusterParts, openSnapshot, type Snapshot } from '../../src/snapshot/snapshot.ts';
import type { TestIo } from '../io/test-io.ts';

/** What a collect has brought. */
export interface Collected {
  readonly snapshot: Snapshot;
  readonly gaps: readonly Gap[];
  /** Asks the snapshot, in which each table of the clusters has its own name. */
  readonly rows: (query: string) => Promise<readonly SqlRow[]>;
}

/** Collects the sources of a configuration as the command does. `sources`: as they stand in it. */
export async function collectInto(store: string, sources: readonly object[], given: TestIo, sampling?: Sampling): Promise<Collected> {
  const file = given.write(`${store}.yaml`, JSON.stringify({ sources }));
  const config = await loadConfig(file, given.io);
  const window = { first: undefined, last: undefined };
  const { snapshot } = await collectSources(config.sources, { window, sampling }, { folder: join(given.folder, store), isKept: true }, given.io);
  return collected(snapshot, given);
}

/** What lies in a store. */
export const openStore = async (folder: string, given: TestIo): Promise<Collected> => collected(await openSnapshot(folder, diskFiles), given);

function collected(snapshot: Snapshot, given: TestIo): Collected {
  return {
    snapshot,
    gaps: [...snapshot.gaps, ...snapshot.parts.flatMap(({ facts }) => facts.gaps)],
    rows: async (query) => {
      const sql = await openDuckDb({ scratch: given.folder });
      try {
        for (const table of Object.keys(CLUSTER_TABLES) as ClusterTable[]) await sql.run(viewOf(snapshot, table));
        return await sql.rows(query);
      } finally {
        sql.close();
      }
    },
  };
}

function viewOf(snapshot: Snapshot, table: ClusterTable): string {
  const files = clusterParts(snapshot, table).map(({ file }) => filePath(join(snapshot.folder, file)));
  const empty = `select ${Object.entries(CLUSTER_TABLES[table])
    .map(([column, type]) => `null::${type} as ${name(column)}`)
    .join(', ')} where false`;
  return `create view ${table} as ${files.length === 0 ? empty : `select * from read_parquet([${files.join(', ')}])`}`;
}

/** Names and digests of all parts: what two snapshots must have in common to be the same. */
export const partsOf = ({ parts }: Snapshot): readonly string[] => parts.map(({ file, sha256 }) => `${file} ${sha256}`);
