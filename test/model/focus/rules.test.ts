import { expect, test } from 'vitest';
import { FOCUS_COLUMNS, focusColumns } from '../../../src/model/focus/columns.ts';
import { focusRules } from '../../../src/model/focus/rules.ts';
import { AWS_SUBCATEGORIES, SERVICE_CATEGORIES, SERVICE_SUBCATEGORIES } from '../../../src/model/focus/service-categories.ts';

test('FOCUS 1.2 has 57 columns, and 1.3 has 65', () => {
  expect(focusColumns('1.2')).toHaveLength(57);
  expect(focusColumns('1.3')).toHaveLength(65);
});

test('columns stand in the order of their names, as the specification lists them', () => {
  expect(Object.keys(FOCUS_COLUMNS)).toEqual(Object.keys(FOCUS_COLUMNS).toSorted());
});

test('21 columns are mandatory in 1.2', () => {
  expect(focusColumns('1.2').filter(([, { level }]) => level === 'mandatory')).toHaveLength(21);
});

test('a rule has an id of its own, and reads columns of its version', () => {
  for (const version of ['1.2', '1.3'] as const) {
    const ids = focusRules(version).map(({ id }) => id);
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
    const columns: readonly string[] = focusColumns(version).map(([column]) => column);
    expect(focusRules(version).flatMap(({ column, reads }) => [column, ...reads].filter((one) => !columns.includes(one)))).toEqual([]);
  }
});

test('there are 19 categories of services, and each has a subcategory for all others', () => {
  expect(SERVICE_CATEGORIES).toHaveLength(19);
  expect(SERVICE_SUBCATEGORIES.filter(([category, subcategory]) => subcategory === `Other (${category})`)).toHaveLength(19);
});

test('subcategories of AWS services are some of FOCUS', () => {
  const known = SERVICE_SUBCATEGORIES.map(([, subcategory]) => subcategory);
  expect(Object.values(AWS_SUBCATEGORIES).filter((subcategory) => !known.includes(subcategory))).toEqual([]);
});
