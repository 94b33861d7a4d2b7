import { z } from 'zod';
import type { Gap } from '../../model/facts.ts';

/** The nouns that every document shares. An amount is an unrounded number of the currency that stands beside it. */
export const money = (description: string) => z.number().describe(description);
export const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .describe('Calendar month, YYYY-MM, UTC');
const timestamp = z.iso.datetime().describe('Instant, ISO 8601 with Z');
export const source = z.string().describe('The source, as the configuration names it');
const lines = z.int().nonnegative().describe('Lines of the bill that this is about');
const currency = z.string().describe('Currency of the amounts, ISO 4217');

export const period = z
  .strictObject({ start: timestamp.describe('First instant'), end: timestamp.describe('First instant that no longer belongs to it') })
  .describe('[start, end), UTC');

const gapCode = <Code extends Gap['code']>(code: Code) => z.literal(code).describe('What kind of gap this is');

export const gap = z
  .discriminatedUnion('code', [
    z
      .strictObject({
        code: gapCode('unknown-line-type'),
        source,
        month,
        lineType: z.string().describe('The type, as the bill names it'),
        lines,
        cost: money('Billed amount of these lines'),
        currency,
      })
      .describe('Lines of a type that tonnage does not know'),
    z
      .strictObject({
        code: gapCode('unknown-cost'),
        source,
        month,
        metric: z.enum(['billed', 'effective', 'netEffective', 'list', 'contracted']).describe('The amount that is missing'),
        lines,
        billed: money('What the same charges were billed at; null where that is what is not known').nullable(),
        currency,
      })
      .describe('Charges without a value for the metric asked for: left out of every sum'),
    z
      .strictObject({ code: gapCode('split-without-parent'), source, month, lines, cost: money('What they say that they cost: it is in no sum'), currency })
      .describe('Rows of split cost allocation data whose parent is not in the bill'),
    z
      .strictObject({ code: gapCode('other-currency'), source, month, currency: z.string().describe('Their currency'), lines })
      .describe('Lines in another currency than the report: left out of every sum'),
    z
      .strictObject({ code: gapCode('forbidden'), source, what: z.string().describe('What it may not do, as in `list pods`') })
      .describe('The source does not let its account read this'),
    z
      .strictObject({
        code: gapCode('missing-metric'),
        source,
        metric: z.string().describe('Its name in the source'),
        unknown: z.string().describe('What cannot be said without it'),
      })
      .describe('A metric that the source does not have'),
    z
      .strictObject({
        code: gapCode('unread-period'),
        source,
        what: z.string().describe('What was to be read'),
        period,
        reason: z.string().describe('Why, in words'),
      })
      .describe('A stretch of time that could not be read'),
    z
      .strictObject({
        code: gapCode('unreadable-value'),
        source,
        object: z.string().describe('Where it stands'),
        field: z.string().describe('Which field'),
        value: z.string().describe('As it stands there'),
      })
      .describe('A value that makes no sense, and counts as not given'),
    z
      .strictObject({
        code: gapCode('unknown-owner'),
        source,
        pods: z.int().positive().describe('How many'),
        example: z.string().describe('One of them, namespace/name'),
      })
      .describe('Pods of which nothing says what they belong to'),
    z
      .strictObject({ code: gapCode('clock-skew'), source, seconds: z.number().describe('The source’s clock less this machine’s') })
      .describe('Clocks that differ'),
    z.strictObject({ code: gapCode('source-failed'), source, reason: z.string().describe('Why, in words') }).describe('A source that could not be read'),
  ])
  .describe('What is not known');
