import { clusterDays } from '../cluster-days.ts';
import type { Collector } from '../types.ts';
import { billParts } from './bill-parts.ts';
import { checkDatadog } from './check.ts';
import { connect } from './client.ts';
import { clusterParts } from './cluster.ts';
import { ClusterReader } from './cluster-reader.ts';
import type { DatadogSettings } from './settings.ts';

/** The engine only sorts here, day by day: with so little it spills a day of a very large cluster to disk, and leaves room for the answers. */
const SORT_MEMORY = '128MiB';

/** A cluster's metrics as Datadog keeps them, and Datadog's own bill. */
export const datadog: Collector<DatadogSettings> = {
  permissions: [
    { what: 'timeseries_query', why: 'what containers used and asked for' },
    { what: 'metrics_read', why: 'which metrics there are, so that no other is asked for; it goes without' },
    { what: 'usage_read', why: 'the bill of Datadog, in the parent organisation' },
    { what: 'billing_read', why: 'the bill of Datadog, in the parent organisation' },
  ],

  async *collect(settings, window, context) {
    const { source, io, began, scratch } = context;
    const client = await connect(settings, io);
    const sql = await io.openSql({ scratch });
    try {
      await sql.run(`set memory_limit = '${SORT_MEMORY}'`);
      if (settings.bill) yield* billParts({ client, source, sql, began }, window);
      if (settings.cluster === undefined) return;
      const { cluster, resolution, budget, history } = settings;
      const options = { source, cluster, began, resolution, budget, days: clusterDays(window, began, history), output: io.output };
      yield* clusterParts({ reader: new ClusterReader(client, options), options, sql, host: client.host });
    } finally {
      sql.close();
    }
  },

  async *check(settings, context) {
    yield* checkDatadog(settings, await connect(settings, context.io), context);
  },
};
