import { z } from 'zod';
import type { SourceKind } from '../collectors/index.ts';
import { sourceSettings } from '../collectors/settings.ts';
import { type AllocationSettings, DEFAULT_ALLOCATION, IDLE_MODES, SHARED_METHODS, WEIGHTS } from '../model/cost/allocation-settings.ts';

type SettingsSchema = (typeof sourceSettings)[SourceKind];

const text = z.string().min(1);

/** One text, or a list of them; read as a list. */
const texts = z.union([text, z.array(text).min(1)]).transform((given) => (typeof given === 'string' ? [given] : given));

const tags = z.record(text, texts).refine((tag) => Object.keys(tag).length > 0, 'needs at least one tag');

const MATCH_KEYS = {
  account: texts.optional().describe('account id, in quotes'),
  service: texts.optional().describe('name of the service as the report prints it'),
  region: texts.optional().describe('region id, such as `eu-west-1`'),
  provider: texts.optional().describe('who provides it: `AWS`, `Heroku`, `Datadog`, ...'),
  cluster: texts.optional().describe('name of a cluster, as its source has it'),
  namespace: texts.optional().describe('namespace of the workload that it pays for'),
  workload: texts.optional().describe('the workload that it pays for: `Deployment/api`, or `api` of any kind'),
  loadBalancer: texts.optional().describe('name of an ALB, NLB or classic load balancer'),
  label: tags.optional().describe('labels of the workload’s pods, each with the value or values it must have'),
  tag: tags.optional().describe('tag keys, each with the value or values it must have'),
};

const match = z.strictObject(MATCH_KEYS).refine((rule) => Object.keys(rule).length > 0, 'needs at least one key, as in { namespace: search }');

const sharedMatch = z
  .strictObject({
    ...MATCH_KEYS,
    meter: texts.optional().describe('what is metered (FOCUS SkuMeter), such as `*NatGateway*`'),
    resource: texts.optional().describe('the resource (FOCUS ResourceId), such as `*:log-group:/eks/*`'),
  })
  .refine((rule) => Object.keys(rule).length > 0, 'needs at least one key, as in { meter: "*NatGateway*" }');

const RULES = 'The first rule that matches wins; all keys of a match must agree, and of a list one entry; `*` stands for any characters';

const sharedRule = z
  .strictObject({
    match: sharedMatch.describe('which charges are shared'),
    cluster: text.optional().describe('the cluster whose workloads share them; default: all clusters, by what their nodes cost'),
    method: z
      .enum(SHARED_METHODS)
      .describe(
        'by what each namespace is charged: what else it costs (proportional), the same for each (even), parts that are given (fixed), or its measured cpu, memory or pods',
      ),
    parts: z.record(text, z.number().positive()).optional().describe('with `fixed`: namespaces, each with its part; parts are of their sum'),
  })
  .refine(({ method, parts }) => method !== 'fixed' || parts !== undefined, 'the method fixed needs parts, as in parts: { web: 2, search: 1 }')
  .refine(({ method, parts }) => method === 'fixed' || parts === undefined, { path: ['parts'], message: 'only with method: fixed' });

const allocation = z
  .strictObject({
    weights: z
      .enum(WEIGHTS)
      .prefault(DEFAULT_ALLOCATION.weights)
      .describe('what a core costs beside a GiB: 9 to 1 as AWS splits, 7.46 as OpenCost does, or fitted to what the instance types of the bill cost'),
    idle: z
      .enum(IDLE_MODES)
      .prefault(DEFAULT_ALLOCATION.idle)
      .describe('what nobody used of a node: on lines of its own, or shared by those on the node or in the cluster'),
    shared: z
      .array(sharedRule)
      .prefault([])
      .describe('charges that serve several workloads. The first rule that matches wins; the control plane of a cluster is shared proportionally without one'),
  })
  .prefault({})
  .describe('how the cost of a cluster is split over its workloads');

/** All of `tonnage.yaml`: the type, the check, the reference and the JSON Schema. Each key has a description, for all of them print it. */
export const ConfigSchema = z.strictObject({
  organisation: text.optional().describe('name that reports are headed with'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'expected a currency code of three capital letters, such as USD')
    .optional()
    .describe('ISO code of the currency that reports are in; default: the one currency of the bill'),
  sources: z
    .array(z.discriminatedUnion('kind', settingsOfAll()))
    .check(({ value, issues }) => {
      value.forEach((source, index) => {
        const first = value.findIndex((other) => idOf(other) === idOf(source));
        if (first !== index)
          issues.push({ code: 'custom', input: value, path: [index], message: `has the same name as sources[${first}]; give it a name of its own (name: …)` });
      });
    })
    .prefault([])
    .describe('what is read; each entry has a `kind`, and a `name` where there are several of a kind'),
  teams: z
    .array(z.strictObject({ team: text.describe('name of the team'), match: match.describe('which charges are the team’s') }))
    .prefault([])
    .describe(`whose cost it is. ${RULES}`),
  allocation,
  environments: z
    .array(z.strictObject({ environment: text.describe('name of the environment'), match: match.describe('which charges belong to it') }))
    .prefault([])
    .describe(`which environment a cost belongs to. ${RULES}`),
});

export type Config = Omit<z.output<typeof ConfigSchema>, 'allocation'> & { readonly allocation: AllocationSettings };
export type MatchRule = Config['teams'][number]['match'];

function idOf(source: { readonly kind: string; readonly name?: string | undefined }): string {
  return source.name ?? source.kind;
}

function settingsOfAll(): [SettingsSchema, ...SettingsSchema[]] {
  const [first, ...others] = Object.values(sourceSettings);
  if (first === undefined) throw new Error('no collectors');
  return [first, ...others];
}
