import { z } from 'zod';
import { addDays } from '../../model/day.ts';
import type { Day } from '../../model/facts.ts';
import { ask, get, query, queryOf, seconds, type ApiAnswer } from './api.ts';
import type { Client } from './client.ts';
import { RequestFailed } from './failure.ts';
import type { Matcher } from './remote-read/request.ts';
import { remoteRead } from './remote-read/read.ts';
import { rawSamples } from './samples.ts';
import { selector, type Read, type SeriesQuery } from './selection.ts';
import type { PrometheusSettings } from './settings.ts';
import { CONTAINERS, USAGE_METRICS } from './usage/metrics.ts';

export type Way = 'remote-read' | 'samples' | 'aggregate';

const Build = z.object({ version: z.string().optional(), application: z.string().optional() });
const Names = z.array(z.string());
const Vector = z.object({
  resultType: z.literal('vector'),
  result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
});

export interface Server {
  /** As it calls itself: `Prometheus`, `Grafana Mimir`, ... */
  readonly flavour: string;
  readonly version?: string | undefined;
  /** Its clock less ours, in seconds; undefined where it does not say. */
  readonly skew: number | undefined;
}

/** What the server is. Where it cannot say so, it is reached all the same. @throws RequestFailed */
export async function serverOf(client: Client, now: () => Date): Promise<Server> {
  const before = now().getTime();
  const answer = await buildInfo(client);
  const after = now().getTime();
  const build = Build.safeParse(answer.data);
  const { version, application } = build.success ? build.data : {};
  const skew = answer.date === undefined ? undefined : Math.trunc((answer.date.getTime() + 500 - (before + after) / 2) / 1000);
  return { ...nameOf(answer, application, client.place), skew, ...(isVictoria(answer) ? {} : { version }) };
}

/** What is said to be version 2.24 is there for Grafana's sake. */
const isVictoria = ({ header }: ApiAnswer): boolean => header('x-server-hostname') !== undefined;

function nameOf(answer: ApiAnswer, application: string | undefined, place: string): Pick<Server, 'flavour'> {
  if (isVictoria(answer)) return { flavour: 'VictoriaMetrics' };
  if (application !== undefined) return { flavour: application };
  const { hostname } = new URL(place);
  if (hostname.startsWith('aps-workspaces.')) return { flavour: 'Amazon Managed Service for Prometheus' };
  return { flavour: hostname.endsWith('.grafana.net') ? 'Grafana Cloud' : 'Prometheus' };
}

async function buildInfo(client: Client): Promise<ApiAnswer> {
  try {
    return await get(client, 'status/buildinfo');
  } catch (error) {
    // Amazon's and others have no such page; whether this is a Prometheus at all, a query says.
    if (error instanceof RequestFailed && ['not-found', 'rejected', 'failed', 'denied', 'no-json'].includes(error.kind))
      return ask(client, 'query', { query: 'vector(1)' });
    throw error;
  }
}

/** The cheapest way that the server offers, or the one that is asked for. @throws RequestFailed where that one is not to be had */
export async function wayOf(client: Client, read: PrometheusSettings['read'], now: number): Promise<Way> {
  if (read === 'aggregate') return read;
  if (read === 'auto' || read === 'remote-read') {
    const failure = await attempt(() => tiny(remoteRead(client), now));
    if (failure === undefined) return 'remote-read';
    if (read === 'remote-read') throw failure;
  }
  const failure = await attempt(() => tiny(rawSamples(client), now));
  if (failure === undefined) return 'samples';
  if (read === 'samples') throw failure;
  return 'aggregate';
}

async function tiny(read: Read, now: number): Promise<void> {
  const sink = { begin() {}, run() {} };
  await read({ queries: [{ metrics: ['tonnage_probe'], matchers: [] }], from: now - 1000, to: now }, () => sink);
}

/** The failure of a way that is not offered; what fails for another reason is thrown. */
async function attempt(act: () => Promise<void>): Promise<RequestFailed | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof RequestFailed && ['not-found', 'rejected', 'failed', 'denied', 'no-json', 'redirected'].includes(error.kind)) return error;
    throw error;
  }
}

/** Which of the metrics there are in a time. Answered from the index alone. */
export async function presentMetrics(client: Client, series: SeriesQuery, start: number, end: number): Promise<ReadonlySet<string>> {
  const { data } = await get(client, 'label/__name__/values', { 'match[]': selector(series), start: seconds(start), end: seconds(end) });
  const names = Names.safeParse(data ?? []);
  if (!names.success) throw new RequestFailed('no-json', 'does not answer as Prometheus does');
  return new Set(names.data.filter((name) => series.metrics.includes(name)));
}

/** Containers, a namespace at a time, at an instant. */
export async function containersByNamespace(client: Client, matchers: readonly Matcher[], time: number): Promise<ReadonlyMap<string, number>> {
  const data = await query(client, `count by (namespace) (${selector({ metrics: [USAGE_METRICS.memory], matchers: [...CONTAINERS, ...matchers] })})`, time);
  return new Map(vectorOf(data).map(({ metric, value }) => [metric['namespace'] ?? '', value]));
}

/** The first of the days of which the server has series of containers, or of whatever else is named; undefined where it has none in any of them. */
export async function oldestDay(client: Client, series: SeriesQuery, days: readonly Day[], now: number): Promise<Day | undefined> {
  const [first] = days;
  if (first === undefined) return undefined;
  const start = Date.parse(first);
  // What is there from the first day to the end of another one is there to the end of every later one, too.
  const has = (at: number): Promise<boolean> => hasSeries(client, series, start, Math.min(now, Date.parse(addDays(days[at] ?? first, 1))));
  if (await has(0)) return first;
  if (!(await has(days.length - 1))) return undefined;
  let without = 0;
  let within = days.length - 1;
  while (within - without > 1) {
    const middle = Math.floor((without + within) / 2);
    if (await has(middle)) within = middle;
    else without = middle;
  }
  return days[within];
}

const SEEN = 4096;

/** Looks at the begin of the answer alone, and takes no samples: this is from the index, to the chunk of two hours or so. */
async function hasSeries(client: Client, series: SeriesQuery, start: number, end: number): Promise<boolean> {
  const parameters = { 'match[]': selector(series), start: seconds(start), end: seconds(end - 1), limit: '1' };
  const request = { path: `/api/v1/series${queryOf(parameters)}`, method: 'GET' } as const;
  return client.retrying(() =>
    client.read(request, async ({ body }) => {
      let seen = '';
      for await (const part of body as AsyncIterable<Buffer>) {
        seen += part.toString('latin1');
        const data = /"data"\s*:\s*(\[\s*\S|null)/.exec(seen)?.[1];
        if (data !== undefined) return data.endsWith('{');
        if (seen.length > SEEN) break;
      }
      throw new RequestFailed(seen.trimStart().startsWith('<') ? 'web-page' : 'no-json', 'does not answer as Prometheus does');
    }),
  );
}

/** @throws RequestFailed where it is no vector */
export function vectorOf(data: unknown): { readonly metric: Readonly<Record<string, string>>; readonly value: number }[] {
  const vector = Vector.safeParse(data);
  if (!vector.success) throw new RequestFailed('no-json', 'does not answer as Prometheus does');
  return vector.data.result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
}

/** Seconds between scrapes of the kubelet, typically, in the hour before a time; undefined where there were none. */
export async function scrapeInterval(client: Client, matchers: readonly Matcher[], time: number): Promise<number | undefined> {
  const series = selector({ metrics: [USAGE_METRICS.memory], matchers: [...CONTAINERS, ...matchers] });
  // From one sample to another by their number, for a container that was there an hour ago, or ten minutes; the number alone where scrapes are rarer than any look back.
  const between = (range: string): string => `(timestamp(${series}) - timestamp(${series} offset ${range})) / count_over_time(${series}[${range}])`;
  const interval = `(${between('1h')}) or (${between('10m')}) or (3600 / count_over_time(${series}[1h]))`;
  const [median] = vectorOf(await query(client, `quantile(0.5, ${interval})`, time));
  return median !== undefined && median.value > 0 ? Math.round(median.value) : undefined;
}
