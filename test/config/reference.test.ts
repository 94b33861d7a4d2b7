import { expect, test } from 'vitest';
import { configReference } from '../../src/config/reference.ts';

const lines = configReference().split('\n');

test('the reference is a Markdown table', () => {
  expect(lines.slice(0, 2)).toEqual(['| Key | Type | Default | Description |', '|---|---|---|---|']);
});

test.each([
  '| `organisation` | text |  | name that reports are headed with |',
  '| `sources` | list of maps | `[]` | what is read; each entry has a `kind`, and a `name` where there are several of a kind |',
  '| `sources[].kind` (cur) | `cur` | required | an AWS Cost and Usage Report (legacy or 2.0), or a FOCUS export of any provider: on disk, in S3, or as a table of Athena or Trino |',
  '| `teams[].match.region` | text or list of texts |  | region id, such as `eu-west-1` |',
])('the reference has the row %s', (row) => {
  expect(lines).toContain(row);
});
