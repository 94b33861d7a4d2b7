import { expect, test } from 'vitest';
import { renderers } from '../../src/renderers/index.ts';
import { sampleReport } from './sample-report.ts';

test.each(Object.entries(renderers))('%s ends with a line end, gives the same text twice, and leaves the report alone', async (_, load) => {
  const render = await load();
  const report = sampleReport();
  const text = render(report, { color: true, columns: 80, chartLibrary: 'var Chart;' });
  expect(text.endsWith('\n')).toBe(true);
  expect(render(sampleReport(), { color: true, columns: 80, chartLibrary: 'var Chart;' })).toBe(text);
  expect(report).toEqual(sampleReport());
});
