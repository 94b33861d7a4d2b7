import type { Unit } from './metric.ts';

const FAR = Date.UTC(2200, 0) / 1000;
const CORES = [0, 1e6] as const;
const BYTES = [0, Number.MAX_SAFE_INTEGER] as const;
const COUNT = [0, 0x7fff_ffff] as const;

const RANGES: Readonly<Record<Exclude<Unit, 'resource'>, readonly [number, number]>> = {
  flag: [0, 1],
  cores: CORES,
  bytes: BYTES,
  integer: COUNT,
  // Windows has exit codes such as 0xC0000005, which is written as a negative number.
  'exit-code': [-0x8000_0000, 0x7fff_ffff],
  'unix-seconds': [1, FAR],
};

/** Whether a value can be what it says it is: nothing is negative, has a million cores, or begins in the far future. */
export function makesSense(unit: Unit, resource: string | undefined, value: number): boolean {
  const [least, most] = RANGES[unit === 'resource' ? unitOf(resource) : unit];
  return value >= least && value <= most;
}

function unitOf(resource: string | undefined): 'cores' | 'bytes' | 'integer' {
  if (resource === 'cpu') return 'cores';
  return resource === 'memory' ? 'bytes' : 'integer';
}
