import { z } from 'zod';
import { SourceName } from '../source-name.ts';

/** What a run may ask by default: a cluster of up to some 1,000 containers takes about 222 calls for 15 days. */
const BUDGET = 500;

export const DatadogSettings = z.strictObject({
  kind: z.literal('datadog').describe('Datadog: what containers used and asked for, and Datadog’s own bill; keys from DD_API_KEY and DD_APP_KEY'),
  name: SourceName.optional().describe('name of this source in reports; default: its kind'),
  cluster: SourceName.optional().describe('the value of the tag kube_cluster_name, and the cluster’s name here; without it only the bill of Datadog is read'),
  site: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'expected a site such as datadoghq.eu or us5.datadoghq.com, without https:// and path')
    .optional()
    .describe('Datadog’s site; default: DD_SITE, else datadoghq.com'),
  history: z.int().min(1).max(455).default(15).describe('days to read, where no month is asked for; Datadog keeps 15 months'),
  resolution: z
    .union([z.literal(60), z.literal(300)])
    .default(300)
    .describe('seconds between two points of CPU usage: 60 tells more precisely when a container began and ended, in five times the data'),
  budget: z.int().min(1).default(BUDGET).describe('calls that a run may make; when it needs more, it says so before it asks for the data, and stops'),
  bill: z.boolean().default(true).describe('whether Datadog’s own bill is read (the parent organisation alone may)'),
});
export type DatadogSettings = z.infer<typeof DatadogSettings>;
