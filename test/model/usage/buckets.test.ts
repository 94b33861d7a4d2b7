import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCpu, addCpuTime, addObserved, addPeriods, addWorkingSet, usageBuckets } from '../../../src/model/usage/buckets.ts';

const START = Date.parse('2026-03-15T00:00:00Z');
const HOUR = 3_600_000;
const hour = () => usageBuckets(START, START + HOUR);
const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

describe('buckets', () => {
  it('begin empty: nothing observed, and no maximum', () => {
    const { cpuSeconds, observedSeconds, cpuMaxCores, workingSetMaxBytes } = hour();
    expect([cpuSeconds.length, sum(cpuSeconds), sum(observedSeconds)]).toEqual([12, 0, 0]);
    expect([cpuMaxCores.every(Number.isNaN), workingSetMaxBytes.every(Number.isNaN)]).toEqual([true, true]);
  });

  it('are of whole five minutes', () => {
    expect(() => usageBuckets(START + 1, START + HOUR)).toThrow(RangeError);
    expect(() => usageBuckets(START, START + 1000)).toThrow(RangeError);
    expect(() => usageBuckets(START, START - HOUR)).toThrow(RangeError);
  });

  it('share CPU time by how long it lies in each', () => {
    const buckets = hour();
    addCpu(buckets, START + 240_000, START + 660_000, 42);
    expect(Array.from(buckets.cpuSeconds.subarray(0, 4))).toEqual([6, 30, 6, 0]);
    expect(Array.from(buckets.observedSeconds.subarray(0, 4))).toEqual([60, 300, 60, 0]);
    expect(Array.from(buckets.cpuMaxCores.subarray(0, 4))).toEqual([0.1, 0.1, 0.1, Number.NaN]);
  });

  it('keep the highest rate and the most memory', () => {
    const buckets = hour();
    addCpu(buckets, START, START + 60_000, 30);
    addCpu(buckets, START + 60_000, START + 120_000, 6);
    addWorkingSet(buckets, START + 1, 7);
    addWorkingSet(buckets, START + 2, 5);
    expect([buckets.cpuMaxCores[0], buckets.workingSetMaxBytes[0]]).toEqual([0.5, 7]);
  });

  it('leave out what lies outside', () => {
    const buckets = hour();
    addCpu(buckets, START - HOUR, START, 10);
    addCpu(buckets, START + HOUR, START + 2 * HOUR, 10);
    addWorkingSet(buckets, START - 1, 7);
    addWorkingSet(buckets, START + HOUR, 7);
    expect([sum(buckets.cpuSeconds), sum(buckets.observedSeconds), buckets.workingSetMaxBytes.every(Number.isNaN)]).toEqual([0, 0, true]);
  });

  it('lose nothing of what lies inside', () => {
    const offset = fc.integer({ min: 0, max: HOUR - 1 });
    fc.assert(
      fc.property(offset, offset, fc.double({ min: 0, max: 1e6, noNaN: true }), (one, other, amount) => {
        const [from, to] = [START + Math.min(one, other), START + Math.max(one, other) + 1];
        const buckets = hour();
        addCpuTime(buckets, from, to, amount);
        addPeriods(buckets, from, to, amount);
        addObserved(buckets, from, to);
        expect(sum(buckets.cpuSeconds)).toBeCloseTo(amount, 6);
        expect(sum(buckets.periods)).toBeCloseTo(amount, 6);
        expect(sum(buckets.observedSeconds)).toBeCloseTo((to - from) / 1000, 9);
      }),
    );
  });
});
