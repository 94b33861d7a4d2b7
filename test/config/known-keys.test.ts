import { expect, test } from 'vitest';
import { nearest } from '../../src/config/known-keys.ts';

test.each([
  ['pth', ['kind', 'path'], 'path'],
  ['CUR', ['aws', 'cur'], 'cur'],
  ['kubernets', ['heroku', 'kubernetes'], 'kubernetes'],
  ['heroku', ['cur', 'aws'], undefined],
  ['x', [], undefined],
])('the nearest word to %s of %j is %s', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});
