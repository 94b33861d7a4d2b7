import { expect, test } from 'vitest';
import { renderCostReport } from '../../../src/renderers/json/cost-report.ts';
import { nastyReport, sampleReport } from '../sample-report.ts';

test('prints the document as it is, and ends the line', () => {
  const text = renderCostReport(nastyReport());
  expect(JSON.parse(text)).toEqual(nastyReport());
  expect(text.endsWith('}\n')).toBe(true);
});

test('prints unrounded numbers', () => {
  expect(renderCostReport(sampleReport([{ cost: 1.123456789012 }]))).toContain('"bill": 1.123456789012');
});
