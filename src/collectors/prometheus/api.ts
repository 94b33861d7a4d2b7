import { z } from 'zod';
import type { Answer, Client } from './client.ts';
import { RequestFailed } from './failure.ts';

/** The HTTP API of Prometheus, of which these answers are read. */
const Envelope = z.object({ status: z.string().optional(), data: z.unknown(), error: z.string().optional(), warnings: z.array(z.string()).nullish() });

/** Thanos answers with what it has where stores are down, and VictoriaMetrics at other times than it is asked for, unless told not to; others do not know these. */
const WHOLE_ANSWERS = { dedup: 'true', partial_response: 'false', max_source_resolution: '0s', nocache: '1' };

export interface ApiAnswer {
  readonly data: unknown;
  /** The server's clock, where it says so (whole seconds). */
  readonly date: Date | undefined;
  readonly header: Answer['header'];
}

/** Asks the API, as a form, and again where that fails in a way that passes. @throws RequestFailed */
export async function ask(
  client: Client,
  path: string,
  parameters: Readonly<Record<string, string | readonly string[]>>,
  signal?: AbortSignal,
): Promise<ApiAnswer> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) for (const one of typeof value === 'string' ? [value] : value) form.append(name, one);
  const request = {
    path: `/api/v1/${path}`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new TextEncoder().encode(form.toString()),
    signal,
  } as const;
  return client.retrying(() => client.read(request, (answer) => jsonOf(client, answer)), signal);
}

/** The same of what is only to be had by GET. */
export async function get(client: Client, path: string, parameters: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> {
  const request = { path: `/api/v1/${path}${queryOf(parameters)}`, method: 'GET', headers: { accept: 'application/json' } } as const;
  return client.retrying(() => client.read(request, (answer) => jsonOf(client, answer)));
}

/** With `%20` for spaces, as AWS signs them. */
export function queryOf(parameters: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(parameters).toString().replaceAll('+', '%20');
  return text === '' ? '' : `?${text}`;
}

export async function query(client: Client, expression: string, time: number, signal?: AbortSignal): Promise<unknown> {
  return (await ask(client, 'query', { query: expression, time: seconds(time), ...WHOLE_ANSWERS }, signal)).data;
}

/** Milliseconds. */
export interface Grid {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

export async function queryRange(client: Client, expression: string, { start, end, step }: Grid, signal?: AbortSignal): Promise<unknown> {
  const times = { start: seconds(start), end: seconds(end), step: seconds(step) };
  return (await ask(client, 'query_range', { query: expression, ...times, ...WHOLE_ANSWERS }, signal)).data;
}

/** As the API takes times and steps: milliseconds as seconds. */
export const seconds = (milliseconds: number): string => String(milliseconds / 1000);

async function jsonOf(client: Client, answer: Answer): Promise<ApiAnswer> {
  const text = await client.text(answer);
  if (text.trimStart().startsWith('<')) throw new RequestFailed('web-page', 'answers with a web page instead of JSON');
  const parsed = Envelope.safeParse(parse(text));
  if (!parsed.success || parsed.data.status === undefined) throw new RequestFailed('no-json', 'does not answer as Prometheus does');
  if (parsed.data.status !== 'success') throw new RequestFailed('rejected', 'answers with an error');
  const date = new Date(answer.header('date') ?? '');
  return { data: parsed.data.data, date: Number.isNaN(date.getTime()) ? undefined : date, header: answer.header };
}

/** An answer that breaks off in the middle was cut; one that never was JSON is something else's. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (/^\s*[{[]/.test(text)) throw new RequestFailed('cut', 'the answer was cut off or damaged');
    throw new RequestFailed('no-json', 'does not answer with JSON');
  }
}
