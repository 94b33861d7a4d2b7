import { z } from 'zod';

/** A page of Trino's answer: https://trino.io/docs/current/develop/client-protocol.html */
export const TrinoPage = z.object({
  id: z.string(),
  nextUri: z.string().optional(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).nullish(),
  data: z.array(z.array(z.unknown())).nullish(),
  stats: z.object({ progressPercentage: z.number().nullish() }).optional(),
  error: z.object({ message: z.string(), errorName: z.string(), errorType: z.string().optional() }).nullish(),
});
export type TrinoPage = z.output<typeof TrinoPage>;
