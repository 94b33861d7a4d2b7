import { describe, expect, it } from 'vitest';
import { RequestFailed } from '../../../src/collectors/prometheus/failure.ts';
import { joined, Limits, readHalving, unread } from '../../../src/collectors/prometheus/halving.ts';

interface Stretch {
  readonly start: number;
  readonly end: number;
}

const failed = new RequestFailed('busy', 'too busy to answer (503)');

/** Reads hours; those for which `fails` says so fail. */
function reading(fails: (stretch: Stretch) => boolean) {
  const tried: string[] = [];
  const halving = {
    read: async (stretch: Stretch) => {
      tried.push(`${stretch.start}-${stretch.end}`);
      if (fails(stretch)) throw failed;
      return `${stretch.start}-${stretch.end}`;
    },
    halves: ({ start, end }: Stretch) => {
      if (end - start <= 1) return undefined;
      const middle = (start + end) / 2;
      return [
        { start, end: middle },
        { start: middle, end },
      ] as const;
    },
    tooMuch: (error: unknown) => (error instanceof RequestFailed ? error : undefined),
    gap: (stretch: Stretch, failure: RequestFailed) => unread('prometheus', 'usage', stretch, failure),
  };
  return { tried, halving };
}

describe('halving', () => {
  it('reads what is too much in halves, and remembers how much was not', async () => {
    const { tried, halving } = reading(({ start, end }) => end - start > 2);
    const limits = new Limits();
    expect(await readHalving({ start: 0, end: 8 }, limits, halving)).toEqual({ results: ['0-2', '2-4', '4-6', '6-8'], gaps: [] });
    expect(tried).toEqual(['0-8', '0-4', '0-2', '2-4', '4-8', '4-6', '6-8']);
    expect(limits.longest).toBe(2);
  });

  it('does not try all of a day of which nothing can be read', async () => {
    const { tried, halving } = reading(() => true);
    const { results, gaps } = await readHalving({ start: 0, end: 16 }, new Limits(), halving);
    expect(results).toEqual([]);
    expect(tried).toEqual(['0-16', '0-8', '0-4', '0-2', '0-1', '1-2', '2-4', '2-3']);
    expect(joined(gaps)).toEqual([
      {
        code: 'unread-period',
        source: 'prometheus',
        what: 'usage',
        period: { start: '1970-01-01T00:00:00Z', end: '1970-01-01T00:00:00.016Z' },
        reason: 'too busy to answer (503)',
      },
    ]);
  });

  it('passes on what less at a time would not help', async () => {
    const { halving } = reading(() => false);
    const broken = { ...halving, read: () => Promise.reject(new Error('a bug')) };
    await expect(readHalving({ start: 0, end: 8 }, new Limits(), broken)).rejects.toThrow('a bug');
  });
});
