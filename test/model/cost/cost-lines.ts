import fc from 'fast-check';
import type { CostLine } from '../../../src/model/cost/cost-line.ts';
import { money, type Month } from '../../../src/model/facts.ts';

/** Usage of October 2026, as a part of a line says. */
export function costLine(given: Partial<Omit<CostLine, 'cost' | 'month'>> & { readonly cost?: number; readonly month?: string } = {}): CostLine {
  return {
    provider: 'AWS',
    service: 'Amazon EC2',
    account: '111111111111',
    accountName: null,
    region: 'eu-west-1',
    category: 'Usage',
    unused: false,
    known: true,
    isCorrection: false,
    loadBalancer: null,
    use: null,
    tags: {},
    ...given,
    month: (given.month ?? '2026-10') as Month,
    cost: money(given.cost ?? 1),
  };
}

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Any bill of two months: large and tiny amounts, credits, tax, unknown types, commitments. */
export const costLines: fc.Arbitrary<CostLine[]> = fc.array(
  fc
    .record({
      month: oneOf('2026-09', '2026-10'),
      service: oneOf('Amazon EC2', 'Amazon S3', 'Amazon RDS'),
      account: oneOf('111111111111', '222222222222', null),
      region: oneOf('eu-west-1', 'us-east-1', null),
      category: oneOf('Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'),
      unused: fc.boolean(),
      known: fc.boolean(),
      tags: fc.record({ team: oneOf('search', 'web', null), env: oneOf('production', 'staging', null) }),
      cost: fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }), fc.constant(0)),
    })
    .map(costLine),
  { maxLength: 60 },
);
