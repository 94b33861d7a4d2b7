import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { testIo } from './io/test-io.ts';
import { samples } from './reports/samples.ts';

describe('the samples in reports/', () => {
  let rendered: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const { io, folder } = testIo();
    rendered = await samples(folder, io);
  }, 60_000);

  it.each(['cost-report.html', 'cost-report.md', 'cost-report.txt', 'cost-report.csv', 'cost-report.json'])(
    '%s is what the demo renders now (npm run samples)',
    async (name) => {
      const committed = await readFile(resolve(import.meta.dirname, '../reports', name), 'utf8');

      expect(rendered.get(name)).toBe(committed);
    },
  );
});
