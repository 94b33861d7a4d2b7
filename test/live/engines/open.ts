import { openAthena } from '../../../src/collectors/cur/engines/athena.ts';
import type { RemoteEngine } from '../../../src/collectors/cur/engines/remote-engine.ts';
import { openTrino } from '../../../src/collectors/cur/engines/trino.ts';
import type { CurSettings } from '../../../src/collectors/cur/settings.ts';
import { testIo, type TestIo } from '../../io/test-io.ts';

/** Both ways to one Trino: by its own protocol, and by Athena's. */
export type EngineName = 'trino' | 'athena';

export interface Servers {
  readonly trino: string;
  readonly athena: string;
}

export function settingsOf(name: EngineName, table: string, servers: Servers): CurSettings {
  if (name === 'trino') return { kind: 'cur', engine: 'trino', table: `hive.cur.${table}`, url: servers.trino };
  return { kind: 'cur', engine: 'athena', table: `cur.${table}`, region: 'eu-west-1', results: 's3://acme-athena/' };
}

export const ioFor = ({ athena }: Servers): TestIo =>
  testIo({ env: { AWS_ENDPOINT_URL: athena, AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test' } });

export async function openEngine(name: EngineName, servers: Servers): Promise<RemoteEngine> {
  const { io } = ioFor(servers);
  const settings = settingsOf(name, 'none', servers);
  return name === 'trino' ? openTrino(settings, io) : openAthena(settings, io);
}
