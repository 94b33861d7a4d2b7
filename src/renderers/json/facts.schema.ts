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
        metric: z.enum(['billed', 'effective', 'list', 'contracted']).describe('The amount that is missing'),
        lines,
        billed: money('What the same charges were billed at; null where that is what is not known').nullable(),
        currency,
      })
      .describe('Charges without a value for the metric asked for: left out of every sum'),
    z
      .strictObject({ code: gapCode('other-currency'), source, month, currency: z.string().describe('Their currency'), lines })
      .describe('Lines in another currency than the report: left out of every sum'),
    z.strictObject({ code: gapCode('source-failed'), source, reason: z.string().describe('Why, in words') }).describe('A source that could not be read'),
  ])
  .describe('What is not known');
