import type { Collector } from '../types.ts';
import type { Sql } from '../../io/sql.ts';
import { check } from './check.ts';
import { Days } from './days.ts';
import { partsOf } from './parts.ts';
import { smallYoungGeneration } from './memory.ts';
import { planOf } from './plan.ts';
import { openSession, type Session } from './session.ts';
import type { PrometheusSettings } from './settings.ts';
import type { Context, Window } from '../types.ts';
import type { Plan } from './days.ts';

/** Prometheus, and what speaks its API: what containers used, from cAdvisor; what ran and was asked for, from kube-state-metrics. */
export const prometheus: Collector<PrometheusSettings> = {
  permissions: [
    { what: 'query the API (`/api/v1/query`, `query_range`, `series`, `label/__name__/values`)', why: 'it says what there is, and gives aggregates' },
    { what: 'remote_read (`/api/v1/read`)', why: 'reads all samples at a fraction of the cost; without it they are queried' },
  ],

  async *collect(settings, window, context) {
    const session = await openSession(settings, context);
    const sql = await openEngine(context);
    const memory = smallYoungGeneration();
    let days: Days | undefined;
    try {
      const plan = await planned(session, settings, window, context);
      days = new Days(session, context.source, plan, settings.requests - 1);
      for (let at = 0; at < plan.days.length; at += 1) yield* partsOf({ session, settings, context, plan, days, sql }, at);
      context.io.output.note(`${context.source}: ${session.client.requests} requests`);
    } finally {
      days?.stop();
      sql.close();
      memory.release();
      await session.client.close();
    }
  },

  check,
};

/** Rows come in order, and are written as they come; the other core decodes what comes next. So memory stays small, whatever the cluster's size. */
async function openEngine({ io, scratch }: Context): Promise<Sql> {
  const sql = await io.openSql({ scratch });
  await sql.run(`set threads = 1`);
  await sql.run(`set preserve_insertion_order = true`);
  await sql.run(`set memory_limit = '64MiB'`);
  return sql;
}

async function planned(session: Session, settings: PrometheusSettings, window: Window, context: Context): Promise<Plan> {
  try {
    return await planOf(session, settings, window, context);
  } catch (error) {
    throw session.client.explain(error);
  }
}
