import { expect, test } from 'vitest';
import { interrupt, onInterruption } from '../../src/io/interruption.ts';

test('What was left for an interruption is done once, together, whatever fails of it', async () => {
  const done: string[] = [];
  onInterruption(async () => void done.push('first'));
  onInterruption(async () => Promise.reject(new Error('unreachable')));
  onInterruption(async () => void done.push('last'));

  await interrupt();
  await interrupt();

  expect(done).toEqual(['first', 'last']);
});

test('What was taken back is not done', async () => {
  const done: string[] = [];
  const forget = onInterruption(async () => void done.push('forgotten'));
  forget();

  await interrupt();

  expect(done).toEqual([]);
});
