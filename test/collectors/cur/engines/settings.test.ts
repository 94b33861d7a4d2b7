import { expect, test } from 'vitest';
import { CurSettings } from '../../../../src/collectors/cur/settings.ts';

const problems = (settings: object): string[] =>
  (CurSettings.safeParse({ kind: 'cur', ...settings }).error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);

test.each([
  [{ engine: 'athena', table: 'cur.lines' }],
  [{ engine: 'athena', table: 'awsdatacatalog.cur.lines', workgroup: 'finance', results: 's3://acme/athena/', region: 'eu-west-1' }],
  [{ engine: 'trino', table: 'hive.cur."my lines"', url: 'https://trino.acme.example:8443' }],
])('%j is taken', (settings) => {
  expect(problems(settings)).toEqual([]);
});

test.each([
  [{ engine: 'athena' }, 'table is missing: the engine athena reads a table'],
  [{ engine: 'athena', table: 'lines' }, 'table is DATABASE.TABLE'],
  [{ engine: 'athena', table: 'cur.lines', url: 'https://trino.acme.example' }, 'url only with engine trino'],
  [{ engine: 'athena', table: 'cur.lines', results: 'acme/athena' }, 'results is s3://BUCKET/PREFIX'],
  [{ engine: 'athena', table: 'cur.lines', path: 's3://acme/cur' }, 'path the engine athena reads a table, not a path'],
  [{ engine: 'trino', table: 'cur.lines', url: 'https://trino.acme.example' }, 'table is CATALOG.SCHEMA.TABLE'],
  [{ engine: 'trino', table: 'hive.cur.lines' }, 'url is missing: where is Trino?'],
  [{ engine: 'trino', table: 'hive.cur.lines', url: 'https://trino.acme.example', workgroup: 'primary' }, 'workgroup only with engine athena'],
  [{ path: 'bill', table: 'cur.lines' }, 'table only with engine athena or trino'],
])('%j is refused', (settings, problem) => {
  expect(problems(settings)).toEqual([problem]);
});
