import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageFold } from '../../../../src/collectors/prometheus/usage/fold.ts';
import type { UsageOf } from '../../../../src/collectors/prometheus/usage/copies.ts';
import { cadvisor, UID } from '../collected.ts';

const START = Date.parse('2026-03-15T00:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CPU = 'container_cpu_usage_seconds_total';
const MEMORY = 'container_memory_working_set_bytes';

interface Given {
  readonly labels: Readonly<Record<string, string>>;
  /** Minutes after the start, and the value. */
  readonly samples: readonly (readonly [minutes: number, value: number])[];
}

function fold(series: readonly Given[], hours = 1): UsageFold {
  const into = new UsageFold(START, START + hours * HOUR);
  for (const { labels, samples } of series) {
    into.begin(labels);
    for (const [minutes, value] of samples) into.run(START + minutes * MINUTE, 0, 1, value);
  }
  return into;
}

const usage = (series: readonly Given[]): UsageOf[] => [...fold(series).usage()];
const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
const only = (all: readonly UsageOf[]): UsageOf => {
  const [first, ...others] = all;
  if (first === undefined || others.length > 0) throw new Error(`${all.length} containers`);
  return first;
};

describe('counters', () => {
  it('count what was used between two looks, and not what was before the first', () => {
    const { buckets } = only(
      usage([
        {
          labels: cadvisor(CPU),
          samples: [
            [0, 100],
            [1, 106],
            [2, 118],
          ],
        },
      ]),
    );
    expect([buckets.cpuSeconds[0], buckets.observedSeconds[0], buckets.cpuMaxCores[0]]).toEqual([18, 120, 0.2]);
    expect([buckets.cpuSeconds[1], buckets.observedSeconds[1], buckets.cpuMaxCores[1]]).toEqual([0, 0, Number.NaN]);
  });

  it('that fell began again from 0', () => {
    const { buckets } = only(
      usage([
        {
          labels: cadvisor(CPU),
          samples: [
            [0, 100],
            [1, 6],
            [2, 12],
          ],
        },
      ]),
    );
    expect(buckets.cpuSeconds[0]).toBe(12);
  });

  it('observe nothing where two looks are too far apart', () => {
    const { buckets } = only(
      usage([
        {
          labels: cadvisor(CPU),
          samples: [
            [0, 0],
            [1, 6],
            [7, 600],
            [8, 606],
          ],
        },
      ]),
    );
    expect([sum(buckets.cpuSeconds), sum(buckets.observedSeconds)]).toEqual([12, 120]);
  });

  it('are spread evenly over an interval that lies in two buckets', () => {
    const { buckets } = only(
      usage([
        {
          labels: cadvisor(CPU),
          samples: [
            [3, 0],
            [8, 30],
          ],
        },
      ]),
    );
    expect([buckets.cpuSeconds[0], buckets.cpuSeconds[1], buckets.observedSeconds[0], buckets.observedSeconds[1]]).toEqual([12, 18, 120, 180]);
    expect([buckets.cpuMaxCores[0], buckets.cpuMaxCores[1]]).toEqual([0.1, 0.1]);
  });

  it('reach over both ends of the stretch, of which they count what lies in it', () => {
    const { buckets } = only(
      usage([
        {
          labels: cadvisor(CPU),
          samples: [
            [-1, 0],
            [1, 12],
            [59, 12],
            [61, 24],
          ],
        },
      ]),
    );
    expect([sum(buckets.cpuSeconds), sum(buckets.observedSeconds)]).toEqual([12, 120]);
  });

  it('of runs of equal values are as those of single samples', () => {
    const whole = new UsageFold(START, START + HOUR);
    whole.begin(cadvisor(CPU));
    whole.run(START - 2 * MINUTE, MINUTE, 70, 5);
    const single = fold([{ labels: cadvisor(CPU), samples: Array.from({ length: 70 }, (_, at) => [at - 2, 5]) }]);
    expect(whole.samples).toBe(60);
    expect(single.samples).toBe(60);
    expect(whole.intervals).toEqual(single.intervals);
    expect([...whole.usage()]).toEqual([...single.usage()]);
  });

  it('conserve CPU time: buckets add up to what the counter grew by', () => {
    const step = fc.record({ seconds: fc.integer({ min: 1, max: 330 }), used: fc.double({ min: 0, max: 4000, noNaN: true }), resets: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.integer({ min: 0, max: 600 }), (steps, begin) => {
        let minutes = begin / 60;
        let value = 17;
        let grown = 0;
        const samples: (readonly [number, number])[] = [[minutes, value]];
        for (const { seconds, used, resets } of steps) {
          minutes += seconds / 60;
          const next = resets ? used : value + used;
          grown += next < value ? next : next - value;
          value = next;
          samples.push([minutes, value]);
        }
        const { buckets } = only([...fold([{ labels: cadvisor(CPU), samples }], 8).usage()]);
        expect(Math.abs(sum(buckets.cpuSeconds) - grown)).toBeLessThanOrEqual(1e-12 * Math.max(1, grown) * 60);
        expect(sum(buckets.observedSeconds)).toBeCloseTo((minutes - begin / 60) * 60, 6);
      }),
    );
  });

  it('give the same in one stretch as in several', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 5, max: 400 }), fc.integer({ min: 0, max: 100 })), { minLength: 2, maxLength: 60 }), (steps) => {
        let time = START - 300_000;
        let value = 0;
        const samples = steps.map(([seconds, used]) => ({ time: (time += seconds * 1000), value: (value += used) }));
        const part = (start: number, end: number): number[] => {
          const into = new UsageFold(start, end);
          into.begin(cadvisor(CPU));
          for (const sample of samples) if (sample.time >= start - 330_000 && sample.time < end + 330_000) into.run(sample.time, 0, 1, sample.value);
          const [found] = [...into.usage()];
          return found === undefined ? [] : [...found.buckets.cpuSeconds, ...found.buckets.observedSeconds];
        };
        const whole = part(START, START + 2 * HOUR);
        const count = whole.length / 2;
        const halves = [part(START, START + HOUR), part(START + HOUR, START + 2 * HOUR)].map((half) =>
          half.length > 0 ? half : Array.from({ length: count }, () => 0),
        );
        const [first = [], second = []] = halves;
        expect([...first.slice(0, 12), ...second.slice(0, 12), ...first.slice(12), ...second.slice(12)]).toEqual(whole);
      }),
    );
  });

  it('of throttling have shares of periods', () => {
    const { buckets } = only(
      usage([
        {
          labels: cadvisor('container_cpu_cfs_periods_total'),
          samples: [
            [0, 0],
            [1, 600],
          ],
        },
        {
          labels: cadvisor('container_cpu_cfs_throttled_periods_total'),
          samples: [
            [0, 0],
            [1, 150],
          ],
        },
      ]),
    );
    expect([buckets.periods[0], buckets.throttledPeriods[0]]).toEqual([600, 150]);
  });
});

describe('series of one container', () => {
  it('that differ in their cgroup follow each other: what they used is added, and observed once', () => {
    const { buckets } = only(
      usage([
        {
          labels: cadvisor(CPU, { cgroup: 'a' }),
          samples: [
            [0, 0],
            [1, 6],
            [2, 6],
            [3, 6],
          ],
        },
        {
          labels: cadvisor(CPU, { cgroup: 'b' }),
          samples: [
            [2, 0],
            [3, 12],
            [4, 24],
          ],
        },
      ]),
    );
    expect([buckets.cpuSeconds[0], buckets.observedSeconds[0], buckets.cpuMaxCores[0]]).toEqual([30, 240, 0.2]);
  });

  it('that differ in who looked are copies: in each bucket that which saw more', () => {
    const { buckets } = only(
      usage([
        {
          labels: cadvisor(CPU, { job: 'a' }),
          samples: [
            [0, 0],
            [1, 6],
            [2, 12],
            [6, 36],
            [7, 42],
          ],
        },
        {
          labels: cadvisor(CPU, { job: 'b' }),
          samples: [
            [0, 0],
            [1, 6],
            [2, 12],
            [3, 18],
          ],
        },
        {
          labels: cadvisor(MEMORY, { job: 'a' }),
          samples: [
            [0, 5],
            [6, 5],
          ],
        },
        { labels: cadvisor(MEMORY, { job: 'b' }), samples: [[0, 7]] },
      ]),
    );
    expect([buckets.cpuSeconds[0], buckets.observedSeconds[0]]).toEqual([30, 300]);
    expect([buckets.cpuSeconds[1], buckets.observedSeconds[1]]).toEqual([12, 120]);
    expect([buckets.workingSetMaxBytes[0], buckets.workingSetMaxBytes[1]]).toEqual([7, 5]);
  });

  it('of an HA pair give what one of them gives', () => {
    const samples = Array.from({ length: 30 }, (_, at) => [at, at * 3] as const);
    const one = only(usage([{ labels: cadvisor(CPU), samples }]));
    const both = only(usage(['prom-0', 'prom-1'].map((replica) => ({ labels: cadvisor(CPU, { prometheus_replica: replica }), samples }))));
    expect(both.buckets).toEqual(one.buckets);
  });

  it('whose pod had the name of another before are two pods', () => {
    const next = UID.replace('0b6e', '1c7f');
    const all = usage([
      {
        labels: cadvisor(CPU),
        samples: [
          [0, 0],
          [1, 6],
        ],
      },
      {
        labels: cadvisor(CPU, { uid: next }),
        samples: [
          [6, 0],
          [7, 6],
        ],
      },
    ]);
    expect(all.map(({ id, buckets }) => [id.uid, buckets.cpuSeconds[0], buckets.cpuSeconds[1]])).toEqual([
      [UID, 6, 0],
      [next, 0, 6],
    ]);
  });

  it('without a uid are copies of those with one', () => {
    const { id: _, ...nameless } = cadvisor(CPU, { job: 'other' });
    const all = usage([
      {
        labels: cadvisor(CPU),
        samples: [
          [0, 0],
          [1, 6],
        ],
      },
      {
        labels: nameless,
        samples: [
          [0, 0],
          [1, 6],
          [2, 12],
          [12, 0],
          [13, 6],
        ],
      },
    ]);
    expect(all.map(({ id, buckets }) => [id.uid, buckets.cpuSeconds[0], buckets.cpuSeconds[2]])).toEqual([
      [null, 0, 6],
      [UID, 12, 0],
    ]);
  });

  it('are of a container: not of a pod, nor of the pause container', () => {
    expect(
      usage([
        {
          labels: cadvisor(CPU, { container: '' }),
          samples: [
            [0, 0],
            [1, 6],
          ],
        },
      ]),
    ).toEqual([]);
    expect(
      usage([
        {
          labels: cadvisor(CPU, { container: 'POD' }),
          samples: [
            [0, 0],
            [1, 6],
          ],
        },
      ]),
    ).toEqual([]);
  });

  it('of single cores are not taken for the whole', () => {
    expect(
      usage([
        {
          labels: cadvisor(CPU, { cpu: 'cpu00' }),
          samples: [
            [0, 0],
            [1, 6],
          ],
        },
      ]),
    ).toEqual([]);
    expect(
      usage([
        {
          labels: cadvisor(CPU, { cpu: 'total' }),
          samples: [
            [0, 0],
            [1, 6],
          ],
        },
      ]),
    ).toHaveLength(1);
  });
});

describe('a pod’s uid', () => {
  it.each([
    ['/kubepods/burstable/pod0b6e0e5c-1111-4222-8333-444455556666/abc', '0b6e0e5c-1111-4222-8333-444455556666'],
    ['/kubepods.slice/kubepods-pod0b6e0e5c_1111_4222_8333_444455556666.slice/cri-containerd-abc.scope', '0b6e0e5c-1111-4222-8333-444455556666'],
    ['/kubepods/pod0123456789abcdef0123456789abcdef/abc', '0123456789abcdef0123456789abcdef'],
    ['/system.slice/docker.service', null],
  ])('is in the path of its cgroup: %s', (id, uid) => {
    const labels = { ...cadvisor(CPU), id };
    expect(
      only(
        usage([
          {
            labels,
            samples: [
              [0, 0],
              [1, 6],
            ],
          },
        ]),
      ).id.uid,
    ).toBe(uid);
  });
});
