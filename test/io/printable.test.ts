import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from '../../src/io/printable.ts';

test('takes the escape from an escape sequence', () => {
  expect(printable('\u001b[31mred\u001b[0m\u0007')).toBe('�[31mred�[0m�');
});

test('makes one line of several', () => {
  expect(printable('two\r\nlines\tand\u2028more')).toBe('two lines and more');
});

test('takes away what turns the direction of writing', () => {
  expect(printable('\u202egnp.exe')).toBe('�gnp.exe');
});

test('leaves emoji, CJK and accents alone', () => {
  expect(printable('👩‍👩‍👧 東京 é')).toBe('👩‍👩‍👧 東京 é');
});

test('law: no control character is left, and a second pass changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/\p{Cc}/u);
      expect(printable(printable(text))).toBe(printable(text));
    }),
  );
});
