import type { RequestContext } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/index.js';
import type { z } from 'zod';
import { UserError } from '../../io/errors.ts';
import type { Io } from '../../io/io.ts';
import type { Month } from '../../model/facts.ts';
import { DatadogError, oneLine } from './explain.ts';
import { ActiveMetrics, CostAnswer, QueryAnswer, Validation } from './schema.ts';
import { Transport, type RateLimit, type TransportOptions } from './transport.ts';
import type { DatadogSettings } from './settings.ts';

/** What is asked of Datadog. Times in seconds since 1970. */
export interface Datadog {
  readonly host: string;
  /** @throws DatadogError also where an answer with HTTP 200 says that it is an error */
  query(from: number, to: number, query: string): Promise<QueryAnswer>;
  /** Names of the metrics that came in since then with a tag (`key:value`). */
  activeMetrics(from: number, tag: string): Promise<ReadonlySet<string>>;
  /** Whether the API key is one. */
  validate(): Promise<boolean>;
  /** What a month cost by product: as invoiced, or as far as is known. */
  cost(kind: 'historical' | 'estimated', month: Month): Promise<CostAnswer>;
  /** Calls made so far, and what the last answer said is left. */
  readonly calls: () => number;
  readonly limit: () => RateLimit | undefined;
  /** Datadog's clock less this machine's, in seconds. */
  readonly skew: () => number | undefined;
}

export interface Keys {
  readonly api: string;
  readonly application: string;
}

/** @throws UserError where one is missing */
export function keysOf(env: Io['env']): Keys {
  const api = env['DD_API_KEY']?.trim() ?? '';
  const application = (env['DD_APP_KEY'] || env['DD_APPLICATION_KEY'])?.trim() ?? '';
  if (api === '') throw new UserError('DD_API_KEY is not set', 'set DD_API_KEY and DD_APP_KEY to keys of this Datadog site');
  if (application === '') throw new UserError('DD_APP_KEY is not set', 'set it to an application key with the scope timeseries_query');
  // A header cannot hold it, and the error of `fetch` would repeat it.
  if (!/^[\x21-\x7e]+$/.test(api + application)) throw new UserError('DD_API_KEY or DD_APP_KEY has a character that no key has', 'copy them again');
  return { api, application };
}

/** DATADOG_HOST is the address of the API in full, as Datadog's Agent and its Python client read it. */
export function addressOf(site: string | undefined, env: Io['env']): URL {
  const host = env['DATADOG_HOST'];
  const given = host === undefined || host === '' ? `https://api.${site ?? (env['DD_SITE'] || 'datadoghq.com')}` : host;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '') {
    const which = host ? 'DATADOG_HOST' : 'DD_SITE';
    throw new UserError(`${which} is no address`, which === 'DD_SITE' ? 'it is a name such as datadoghq.eu' : 'it is one such as https://api.datadoghq.eu');
  }
  return url;
}

/** One API of the vendor's client, and not the package: that takes seconds and 200 MB. v2 alone loads all its models, so its two paths are asked for by hand. */
export async function connect(
  settings: Pick<DatadogSettings, 'site' | 'budget'>,
  io: Io,
  patience: Pick<TransportOptions, 'timeout' | 'pause'> = {},
): Promise<Datadog> {
  const keys = keysOf(io.env);
  const url = addressOf(settings.site, io.env);
  const [common, { MetricsApiRequestFactory }] = await Promise.all([
    import('@datadog/datadog-api-client/dist/packages/datadog-api-client-common/index.js'),
    import('@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/MetricsApi.js'),
  ]);
  const configuration = common.createConfiguration({
    baseServer: new common.BaseServerConfiguration(url.origin + url.pathname.replace(/\/$/, ''), {}),
    authMethods: { apiKeyAuth: keys.api, appKeyAuth: keys.application },
  });
  const requests = new MetricsApiRequestFactory(configuration);
  const secrets = [keys.api, keys.application];
  const transport = new Transport({ ...patience, budget: settings.budget, secrets, now: io.now, note: io.output.note });

  const get = (path: string, parameters: Readonly<Record<string, string>>): RequestContext => {
    const request = configuration.getServer('').makeRequestContext(path, common.HttpMethod.GET);
    for (const [name, value] of Object.entries(parameters)) request.setQueryParam(name, value, '');
    configuration.authMethods.apiKeyAuth?.applySecurityAuthentication(request);
    configuration.authMethods.appKeyAuth?.applySecurityAuthentication(request);
    return request;
  };
  const ask = async <T>(schema: z.ZodType<T>, request: RequestContext): Promise<T> => {
    const read = schema.safeParse(await transport.send(request));
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    throw new DatadogError(
      200,
      `${url.host}: not an answer of Datadog: ${issue?.path.map(String).join('.')}: ${issue?.message}`,
      'check `site`, DD_SITE and DATADOG_HOST',
    );
  };

  return {
    host: url.host,
    calls: () => transport.calls,
    limit: () => transport.limit,
    skew: () => transport.skew,
    async query(from, to, query) {
      const answer = await noData(ask(QueryAnswer, await requests.queryMetrics(from, to, query)));
      if (answer.status !== 'error' && !answer.error) return answer;
      const said = oneLine(answer.error ?? 'it does not say why', secrets);
      const status = /time.?out|too many|too large/i.test(said) ? 504 : 400;
      throw new DatadogError(status, `${url.host} cannot answer a query: ${said}`, 'a smaller `history` asks for less; if it stays, report it with this line');
    },
    async activeMetrics(from, tag) {
      return new Set((await ask(ActiveMetrics, await requests.listActiveMetrics(from, undefined, tag))).metrics);
    },
    async validate() {
      try {
        return (await ask(Validation, get('/api/v1/validate', {}))).valid;
      } catch (error) {
        if (error instanceof DatadogError && (error.status === 401 || error.status === 403)) return false;
        throw error;
      }
    },
    async cost(kind, month) {
      return ask(CostAnswer, get(`/api/v2/usage/${kind}_cost`, { start_month: month, end_month: month, view: 'sub-org' }));
    },
  };
}

/** 422 is Datadog's word for a metric or tag that has no data there. */
async function noData(answer: Promise<QueryAnswer>): Promise<QueryAnswer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DatadogError && error.status === 422) return { status: 'ok', series: [] };
    throw error;
  }
}
