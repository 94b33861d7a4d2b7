import { z } from 'zod';

/** What is read of Datadog's answers, and no more. https://docs.datadoghq.com/api/latest/ */

/** Points as they come, milliseconds and value. Looked at, not copied: a large answer has half a million of them. */
export type Points = readonly (readonly [number, number | null])[];

function isPoints(value: unknown): value is Points {
  return (
    Array.isArray(value) && value.every((point) => Array.isArray(point) && typeof point[0] === 'number' && (point[1] === null || typeof point[1] === 'number'))
  );
}

/** v1 `GET /query`. An answer with HTTP 200 may say `status: "error"`. */
export const QueryAnswer = z.object({
  status: z.string().optional(),
  error: z.string().nullish(),
  series: z
    .array(
      z.object({
        /** Seconds, though the documentation says milliseconds. It may be longer than the one asked for. */
        interval: z.number().nullish(),
        tag_set: z.array(z.string()).nullish(),
        scope: z.string().nullish(),
        pointlist: z.custom<Points>(isPoints, 'expected pairs of a time and a number'),
      }),
    )
    .nullish(),
});
export type QueryAnswer = z.infer<typeof QueryAnswer>;

/** v1 `GET /metrics`. */
export const ActiveMetrics = z.object({ metrics: z.array(z.string()) });

/** v1 `GET /validate`. */
export const Validation = z.object({ valid: z.boolean() });

/** v2 `GET /usage/historical_cost`, `/usage/estimated_cost`, `/usage/projected_cost`, and the old `/usage/cost_by_org`. */
export const CostAnswer = z.object({
  data: z.array(
    z.object({
      attributes: z.object({
        account_name: z.string().nullish(),
        account_public_id: z.string().nullish(),
        org_name: z.string().nullish(),
        public_id: z.string().nullish(),
        region: z.string().nullish(),
        date: z.string(),
        total_cost: z.number().nullish(),
        charges: z.array(z.object({ product_name: z.string(), charge_type: z.string(), cost: z.number().nullable() })).nullish(),
      }),
    }),
  ),
});
export type CostAnswer = z.infer<typeof CostAnswer>;

/** What an answer that is no 200 says. */
export const ErrorAnswer = z.object({ errors: z.array(z.union([z.string(), z.object({ detail: z.string() }).transform(({ detail }) => detail)])) });
