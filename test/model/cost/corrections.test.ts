import { expect, test } from 'vitest';
import { corrections } from '../../../src/model/cost/corrections.ts';
import { datedCharge } from './dated-charges.ts';
import type { Month } from '../../../src/model/facts.ts';

const october = { month: '2026-10' as Month, isCorrection: true };

test('corrections are added up by service and the month that they are for, largest first', () => {
  const charges = [
    datedCharge('2026-10-03', 500),
    datedCharge('2026-09-03', -10, october),
    datedCharge('2026-09-28', -20, october),
    datedCharge('2026-08-01', 4, october),
    datedCharge('2026-09-05', -84, { ...october, service: 'Amazon RDS' }),
  ];
  expect(corrections(charges)).toEqual([
    { month: '2026-10', service: 'Amazon RDS', corrects: '2026-09', amount: -84 },
    { month: '2026-10', service: 'Amazon EC2', corrects: '2026-09', amount: -30 },
    { month: '2026-10', service: 'Amazon EC2', corrects: '2026-08', amount: 4 },
  ]);
});

test('a correction that is dated in its own month is of nobody knows which', () => {
  expect(corrections([datedCharge('2026-10-03', -5, { isCorrection: true })])).toEqual([
    { month: '2026-10', service: 'Amazon EC2', corrects: null, amount: -5 },
  ]);
});
