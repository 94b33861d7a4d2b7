import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { datadog } from '../../../src/collectors/datadog/index.ts';
import { ALL_QUESTIONS, OWNERS } from '../../../src/collectors/datadog/queries.ts';
import { DatadogSettings } from '../../../src/collectors/datadog/settings.ts';

const README = readFileSync(resolve(import.meta.dirname, '../../../src/collectors/datadog/README.md'), 'utf8');

test('the README names every metric, tag, permission and key of the settings', () => {
  const metrics = ALL_QUESTIONS.flatMap((question) => question.metrics);
  const named = (metric: string): boolean => README.includes(`\`${metric}\``) || README.includes(`\`${metric.slice(metric.lastIndexOf('.'))}\``);
  expect(metrics.filter((metric) => !named(metric))).toEqual([]);
  const keys = Object.keys(DatadogSettings.shape).filter((key) => key !== 'kind' && key !== 'name');
  const words = [...OWNERS, ...keys, ...datadog.permissions.map(({ what }) => what)];
  expect(words.filter((word) => !README.includes(`\`${word}\``))).toEqual([]);
});
