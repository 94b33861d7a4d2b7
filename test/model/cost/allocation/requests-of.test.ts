import { describe, expect, test } from 'vitest';
import { CONTAINER_TYPES, requestsOf } from '../../../../src/model/cost/allocation/requests-of.ts';

interface Asked {
  readonly workload?: number;
  /** Days and times in hours, for they are easier to read. */
  readonly day?: number;
  readonly container?: number;
  readonly type?: (typeof CONTAINER_TYPES)[number];
  readonly cores: number;
  readonly gpus?: number;
  readonly since?: number;
  readonly until?: number;
}

function coresAt(rows: readonly Asked[], hours: readonly number[], workload = 0): (number | undefined)[] {
  const known = asked(rows);
  return hours.map((hour) => known(workload, hour)?.cores);
}

function asked(rows: readonly Asked[]) {
  const of = (value: (row: Asked) => number): Float64Array => Float64Array.from(rows, value);
  return requestsOf({
    rows: rows.length,
    workload: of((row) => row.workload ?? 0),
    day: of(({ day = 0 }) => day),
    container: of(({ container = 0 }) => container),
    type: of(({ type = 'main' }) => CONTAINER_TYPES.indexOf(type)),
    cores: of(({ cores }) => cores),
    bytes: of(() => Number.NaN),
    gpus: of(({ gpus = Number.NaN }) => gpus),
    since: of(({ since = 0 }) => since * 3600),
    until: of(({ until = Number.NaN }) => until * 3600),
  });
}

describe('a pod reserves', () => {
  test('what its containers ask for together', () => {
    expect(coresAt([{ cores: 1 }, { container: 1, cores: 0.5 }], [0])).toEqual([1.5]);
  });

  test('what its largest init container asks for, where that is more, and its sidecars in either case', () => {
    const init = (cores: number): Asked => ({ container: 2, type: 'init', cores });
    const sidecar: Asked = { container: 1, type: 'sidecar', cores: 0.25 };
    expect(coresAt([{ cores: 1 }, sidecar, init(0.5)], [0])).toEqual([1.25]);
    expect(coresAt([{ cores: 1 }, sidecar, init(2), { container: 3, type: 'init', cores: 1.5 }], [0])).toEqual([2.25]);
  });

  test('nothing, where its containers ask for nothing; and of a workload that nobody knows it is not known', () => {
    expect(coresAt([{ cores: Number.NaN }], [0])).toEqual([0]);
    expect(coresAt([{ cores: 1 }], [0], 7)).toEqual([undefined]);
  });

  test('GPUs as the scheduler adds them; they are not known where no container tells', () => {
    const gpus = (rows: readonly Asked[]): number | undefined => asked(rows)(0, 0)?.gpus;
    expect(
      gpus([
        { cores: 1, gpus: 1 },
        { container: 1, cores: 1, gpus: 2 },
        { container: 2, type: 'init', cores: 1, gpus: 8 },
      ]),
    ).toBe(8);
    expect(
      gpus([
        { cores: 1, gpus: 2 },
        { container: 1, cores: 1 },
      ]),
    ).toBe(2);
    expect(gpus([{ cores: 1, gpus: 0 }])).toBe(0);
    expect(gpus([{ cores: 1 }])).toBe(Number.NaN);
  });

  test('what was asked for then', () => {
    const rows: Asked[] = [
      { cores: 1, since: -10, until: 6 },
      { cores: 2, since: 6 },
      { day: 1, cores: 4, since: 30 },
    ];
    expect(coresAt(rows, [0, 5, 6, 23, 30, 47])).toEqual([1, 1, 2, 2, 4, 4]);
  });

  test('what the next look says, where nobody looked, and after the last one what that says', () => {
    const rows: Asked[] = [{ cores: 1 }, { day: 3, cores: 3 }];
    expect(coresAt(rows, [-30, 12, 30, 80, 500])).toEqual([1, 1, 3, 3, 3]);
  });

  test('what was first asked for, in hours before anything is known', () => {
    const rows: Asked[] = [
      { cores: 1, since: 10, until: 15 },
      { cores: 2, since: 15 },
      { container: 1, cores: 8, since: 15 },
    ];
    expect(coresAt(rows, [3, 12, 20])).toEqual([1, 1, 10]);
  });
});
