import { z } from 'zod';
import { SourceName } from '../source-name.ts';

const Text = z.string().min(1);

export const PrometheusSettings = z
  .strictObject({
    kind: z
      .literal('prometheus')
      .describe('Prometheus, or what speaks its API: Thanos, Mimir, Cortex, VictoriaMetrics, Amazon Managed Service for Prometheus, Grafana Cloud'),
    name: SourceName.optional().describe('name of this source in reports; default: its kind'),
    cluster: SourceName.describe('the cluster whose metrics these are'),
    url: z
      .url({ protocol: /^https?$/ })
      .describe('where its API is, without /api/v1: `${PROMETHEUS_URL}`; Mimir and Grafana Cloud have theirs below /prometheus or /api/prom'),
    match: z
      .record(Text, z.string())
      .optional()
      .describe('labels that the series of this cluster have, where one server keeps many clusters: `{ cluster: production }`'),
    namespaces: z.array(Text).min(1).optional().describe('read these namespaces alone; default: all'),
    bearer: Text.optional().describe('a bearer token: `${PROMETHEUS_TOKEN}`'),
    basic: z
      .strictObject({ username: z.string().describe('user name'), password: z.string().describe('password, from the environment') })
      .optional()
      .describe('user name and password: `${PROMETHEUS_PASSWORD}`'),
    sigv4: z
      .strictObject({
        region: Text.describe('region of the workspace'),
        profile: Text.optional().describe('profile in the AWS configuration; default: the usual chain of credentials'),
        roleArn: Text.optional().describe('role to assume'),
        service: Text.default('aps').describe('service that requests are signed for'),
      })
      .optional()
      .describe('sign requests with AWS credentials: Amazon Managed Service for Prometheus'),
    headers: z.record(Text, z.string()).optional().describe('headers of every request: `{ X-Scope-OrgID: acme }`'),
    ca: Text.optional().describe('file of the certificates (PEM) that the server’s is checked with; default: those that Node trusts'),
    history: z.int().min(1).max(400).default(35).describe('days to collect where no month is asked for'),
    read: z
      .enum(['auto', 'remote-read', 'samples', 'aggregate'])
      .default('auto')
      .describe(
        'how: the samples as the server stores them, as its queries give them, or 5-minute aggregates; default: the first of these that the server can do',
      ),
    requests: z.int().min(1).max(16).default(2).describe('requests at the same time'),
  })
  .refine(({ bearer, basic, sigv4 }) => [bearer, basic, sigv4].filter((way) => way !== undefined).length <= 1, {
    error: 'only one of `bearer`, `basic` and `sigv4` can be used',
  });
export type PrometheusSettings = z.infer<typeof PrometheusSettings>;
