import { z } from 'zod';
import { SourceName } from '../source-name.ts';
import { parseTableName } from './engines/table-name.ts';

const text = z.string().min(1);

function isTable(spelled: string, needsCatalog: boolean): boolean {
  const named = parseTableName(spelled);
  return named !== undefined && (named.catalog !== undefined || !needsCatalog);
}

export const CurSettings = z
  .strictObject({
    kind: z
      .literal('cur')
      .describe('an AWS Cost and Usage Report (legacy or 2.0), or a FOCUS export of any provider: on disk, in S3, or as a table of Athena or Trino'),
    name: SourceName.optional().describe('name of this source in reports; default: its kind'),
    path: text
      .optional()
      .describe('a Parquet or CSV file, a folder of them, a copy of the report’s S3 layout with its manifests, or that layout itself: s3://BUCKET/PREFIX'),
    engine: z
      .enum(['duckdb', 'athena', 'trino'])
      .optional()
      .describe('where the lines are added up: here (duckdb, the default), or beside the bill; then name its `table`'),
    table: text.optional().describe('the table of the bill: DATABASE.TABLE (athena) or CATALOG.SCHEMA.TABLE (trino)'),
    region: text.optional().describe('AWS region of the bucket or of Athena; default: as the AWS tools find it'),
    workgroup: text.optional().describe('workgroup of Athena; default: primary'),
    results: text.optional().describe('s3://BUCKET/PREFIX for what Athena answers, where its workgroup does not say'),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('address of Trino; its user and password come from TRINO_USER and TRINO_PASSWORD'),
  })
  .check(({ value, issues }) => {
    const given = (key: 'path' | 'table' | 'url' | 'workgroup' | 'results'): boolean => value[key] !== undefined;
    const complain = (key: string, message: string): void => void issues.push({ code: 'custom', input: value, path: [key], message });
    if (value.engine === undefined || value.engine === 'duckdb') {
      if (!given('path')) complain('path', 'is missing: where is the bill?');
      for (const key of ['table', 'url', 'workgroup', 'results'] as const) if (given(key)) complain(key, 'only with engine athena or trino');
      return;
    }
    if (!given('table')) complain('table', `is missing: the engine ${value.engine} reads a table`);
    if (given('path')) complain('path', `the engine ${value.engine} reads a table, not a path`);
    if (given('table') && !isTable(value.table ?? '', value.engine === 'trino')) {
      complain('table', value.engine === 'trino' ? 'is CATALOG.SCHEMA.TABLE' : 'is DATABASE.TABLE');
    }
    if (value.engine === 'trino') {
      if (!given('url')) complain('url', 'is missing: where is Trino?');
      for (const key of ['workgroup', 'results'] as const) if (given(key)) complain(key, 'only with engine athena');
    } else if (given('url')) complain('url', 'only with engine trino');
    if (given('results') && !/^s3:\/\/[^/]+/.test(value.results ?? '')) complain('results', 'is s3://BUCKET/PREFIX');
  });
export type CurSettings = z.output<typeof CurSettings>;

/** Whether a source's lines are added up beside the bill, by an engine that is not here. */
export const isRemote = ({ engine }: CurSettings): boolean => engine !== undefined && engine !== 'duckdb';
