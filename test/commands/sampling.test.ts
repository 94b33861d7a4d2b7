import { expect, test } from 'vitest';
import { samplingOf } from '../../src/commands/sampling.ts';

test('a pause and a length are read in seconds', () => {
  expect(samplingOf({ sample: '15s', for: '24h' })).toEqual({ every: 15, during: 86_400 });
  expect(samplingOf({ sample: '1m', for: '2d' })).toEqual({ every: 60, during: 172_800 });
  expect(samplingOf({})).toBeUndefined();
});

test.each([
  [{ sample: '15s' }, '--sample and --for go together'],
  [{ for: '24h' }, '--sample and --for go together'],
  [{ sample: '15', for: '24h' }, '--sample 15: expected a duration'],
  [{ sample: '0s', for: '24h' }, '--sample 0s: expected a duration'],
  [{ sample: '15s', for: 'a day' }, '--for a day: expected a duration'],
  [{ sample: '5s', for: '24h' }, '--sample 5s: more often than a cluster measures'],
  [{ sample: '1h', for: '15s' }, '--for 15s is shorter than --sample 1h'],
] as const)('%j is refused', (options, message) => {
  expect(() => samplingOf(options)).toThrow(message);
});
