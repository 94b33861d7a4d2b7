import fc from 'fast-check';
import type { DriverCell } from '../../../../src/model/cost/drivers/driver.ts';
import { money } from '../../../../src/model/facts.ts';

type Given = Partial<Omit<DriverCell, 'cost' | 'previousCost'>> & { readonly cost?: number; readonly previousCost?: number };

/** On-demand hours of a machine, as a part of a cell says. */
export function driverCell(given: Given = {}): DriverCell {
  return {
    provider: 'AWS',
    service: 'Amazon EC2',
    account: '111111111111',
    region: 'eu-west-1',
    meter: 'EUW1-BoxUsage:m6i.large',
    sku: 'SKU',
    operation: 'RunInstances',
    unit: 'Hrs',
    category: 'Usage',
    frequency: 'Usage-Based',
    pricing: 'Standard',
    isCorrection: false,
    isUnused: false,
    isCommitment: false,
    previousQuantity: 0,
    quantity: 0,
    cells: 1,
    ...given,
    previousCost: money(given.previousCost ?? 0),
    cost: money(given.cost ?? 0),
  };
}

const amount = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -50_000, max: 5_000_000 }).map((cents) => cents / 100),
  fc.double({ min: 0, max: 1e-6, noNaN: true }),
);
const quantity = fc.oneof(
  fc.constant(0),
  fc.constant(null),
  fc.integer({ min: -10, max: 1_000_000 }).map((each) => each / 100),
);

/** Any charges of two months: sizes that replace each other, storage, meters without a quantity, fees, tax, credits. */
export const driverCells: fc.Arbitrary<DriverCell[]> = fc.array(
  fc
    .record({
      service: fc.constantFrom('Amazon EC2', 'Amazon S3'),
      account: fc.constantFrom('111111111111', null),
      region: fc.constantFrom('eu-west-1', null),
      meter: fc.constantFrom(
        'BoxUsage:m5.large',
        'BoxUsage:m6i.xlarge',
        'SpotUsage:m5.large',
        'BoxUsage:c5.metal',
        'EBS:VolumeUsage.gp2',
        'EBS:VolumeUsage.gp3',
        'Requests',
        null,
      ),
      unit: fc.constantFrom('Hrs', 'GB-Mo', null),
      category: fc.constantFrom('Usage', 'Usage', 'Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'),
      frequency: fc.constantFrom('Usage-Based', 'Recurring', 'One-Time', null),
      pricing: fc.constantFrom('Standard', 'Committed', 'Dynamic', null),
      isCorrection: fc.boolean(),
      isUnused: fc.boolean(),
      isCommitment: fc.boolean(),
      previousCost: amount,
      cost: amount,
      previousQuantity: quantity,
      quantity,
      cells: fc.constantFrom(1, 1, 1, 20),
    })
    .map(driverCell),
  { maxLength: 40 },
);
