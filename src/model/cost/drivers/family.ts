import type { DriverCell } from './driver.ts';

/** Where a metered cell belongs. */
export interface Placed {
  readonly cell: DriverCell;
  /** Name of its family within the service, account and region: quantities within one can be added. */
  readonly family: string;
  /** What of the family it is: cells of one element differ in whether a commitment pays for them. */
  readonly element: string;
  readonly isCovered: boolean;
  /** Of the family's unit in one of the cell's. */
  readonly factor: number;
  readonly unit: string | null;
}

/**
 * Sizes in units of a small instance: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html (instance size flexibility).
 * `metal` has none of its own.
 */
const SIZES: Readonly<Record<string, number>> = { nano: 0.25, micro: 0.5, small: 1, medium: 2, large: 4 };
const INSTANCE = /^(?<what>.*):(?<type>(?<series>(?:[a-z]+\.)?[a-z]+)[0-9][a-z0-9-]*\.(?<size>[a-z0-9]+))$/;

/** Kinds of storage that replace each other, by what their meters are called: `EUW1-EBS:VolumeUsage.gp3`, `TimedStorage-SIA-ByteHrs`. */
const STORAGE = /(EBS:VolumeUsage|TimedStorage)(?=$|[.-])/;

/** The way of paying stands in the meter's name, too: `SpotUsage:m5.large` and `HeavyUsage:m5.large` are hours of the same machine as `BoxUsage:m5.large`. */
const PAYMENT = /(Spot|Heavy|Box)Usage$/;

/** Places cells of one service, account and region. A family whose cells are in several units is as many families. */
export function place(cells: readonly DriverCell[]): Placed[] {
  const placed = cells.map(placeOne);
  return [...Map.groupBy(placed, ({ family }) => family).values()].flatMap((family) => {
    const units = new Set(family.flatMap(({ unit }) => unit ?? []));
    const [only = null] = units;
    if (units.size <= 1) return family.map((one) => ({ ...one, unit: only }));
    return family.map((one) => ({ ...one, family: `${one.family} (${one.unit ?? 'no unit'})` }));
  });
}

function placeOne(cell: DriverCell): Placed {
  const isCovered = cell.pricing === 'Committed';
  const spot = cell.pricing === 'Dynamic' ? ' spot' : '';
  const { what = '', type = '', series = '', size = '' } = INSTANCE.exec(cell.meter ?? '')?.groups ?? {};
  const factor = factorOf(size);
  if (factor !== undefined) {
    // The operation of a machine is its operating system (RunInstances:0002), and, of spot, something else.
    const element = `${what.replace(PAYMENT, 'Usage')}:${type}${spot === '' ? ` ${cell.operation ?? ''}` : spot}`;
    return { cell, family: `${series} instances${what.endsWith('Multi-AZUsage') ? ', Multi-AZ' : ''}`, element, isCovered, factor, unit: 'normalised hours' };
  }
  const storage = STORAGE.exec(cell.meter ?? '')?.[1];
  const family = storage ?? cell.meter ?? cell.sku ?? 'usage';
  return { cell, family, element: `${cell.meter ?? ''} ${cell.sku ?? ''}${spot}`, isCovered, factor: 1, unit: cell.unit };
}

function factorOf(size: string): number | undefined {
  const times = /^(\d*)xl(arge)?$/.exec(size)?.[1]; // RDS spells xlarge `xl`
  return times === undefined ? SIZES[size] : 8 * Number(times === '' ? 1 : times);
}

/** Units of what costs by the time that it is there: `Hrs`, `vCPU-Hours`, `DPU-Hour`, `days`. Not `GB-Mo`: that is a month of any length. */
const TIME = /(^|[^a-z])(hrs?|hours?|minutes?|seconds?|days?)$/i;

export function isBilledByTime(unit: string | null): boolean {
  return unit !== null && TIME.test(unit);
}
