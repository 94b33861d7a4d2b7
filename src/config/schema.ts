import { z } from 'zod';
import type { SourceKind } from '../collectors/index.ts';
import { sourceSettings } from '../collectors/settings.ts';

type SettingsSchema = (typeof sourceSettings)[SourceKind];

const text = z.string().min(1);

/** One text, or a list of them; read as a list. */
const texts = z.union([text, z.array(text).min(1)]).transform((given) => (typeof given === 'string' ? [given] : given));

const tags = z.record(text, texts).refine((tag) => Object.keys(tag).length > 0, 'needs at least one tag');

const match = z
  .strictObject({
    account: texts.optional().describe('account id, in quotes'),
    service: texts.optional().describe('name of the service as the report prints it'),
    region: texts.optional().describe('region id, such as `eu-west-1`'),
    tag: tags.optional().describe('tag keys, each with the value or values it must have'),
  })
  .refine((rule) => Object.keys(rule).length > 0, 'needs at least one of account, service, region, tag');

const RULES = 'The first rule that matches wins; all keys of a match must agree, and of a list one entry; `*` stands for any characters';

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
  environments: z
    .array(z.strictObject({ environment: text.describe('name of the environment'), match: match.describe('which charges belong to it') }))
    .prefault([])
    .describe(`which environment a cost belongs to. ${RULES}`),
});

export type Config = z.output<typeof ConfigSchema>;
export type MatchRule = Config['teams'][number]['match'];

function idOf(source: { readonly kind: string; readonly name?: string | undefined }): string {
  return source.name ?? source.kind;
}

function settingsOfAll(): [SettingsSchema, ...SettingsSchema[]] {
  const [first, ...others] = Object.values(sourceSettings);
  if (first === undefined) throw new Error('no collectors');
  return [first, ...others];
}
