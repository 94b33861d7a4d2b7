import type { Context } from '../types.ts';
import { Client } from './client.ts';
import { serverOf, wayOf, type Server, type Way } from './probe.ts';
import type { Matcher } from './remote-read/request.ts';
import { anyOf } from './selection.ts';
import type { PrometheusSettings } from './settings.ts';

/** A server that was reached, and how it is read. */
export interface Session {
  readonly client: Client;
  readonly server: Server;
  readonly way: Way;
  /** What all series of the cluster must have. */
  readonly matchers: readonly Matcher[];
}

/** Opens a connection, and finds out what there is at its other end. @throws UserError */
export async function openSession(settings: PrometheusSettings, { io }: Pick<Context, 'io'>): Promise<Session> {
  const client = await Client.open(settings, io);
  try {
    const server = await serverOf(client, io.now);
    return { client, server, way: await wayOf(client, settings.read, io.now().getTime()), matchers: matchersOf(settings) };
  } catch (error) {
    await client.close();
    throw client.explain(error);
  }
}

function matchersOf({ match = {} }: PrometheusSettings): readonly Matcher[] {
  return Object.entries(match).map(([name, value]) => ({ type: '=', name, value }));
}

/** Of the namespaces alone, and of what is in none: nodes. */
export function namespaceMatchers(namespaces: readonly string[] | undefined): readonly Matcher[] {
  return namespaces === undefined ? [] : [anyOf('namespace', [...namespaces, ''])];
}
