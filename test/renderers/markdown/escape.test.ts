import { expect, test } from 'vitest';
import { escape } from '../../../src/renderers/markdown/escape.ts';

test.each([
  ['a|b', String.raw`a\|b`],
  [String.raw`a\|b`, String.raw`a\\\|b`],
  ['`code`', '\\`code\\`'],
  ['*a* __b__ ~~c~~', String.raw`\*a\* \_\_b\_\_ \~\~c\~\~`],
  ['[x](y)', String.raw`\[x\](y)`],
  ['<img src=x>&amp;', '&lt;img src=x&gt;&amp;amp;'],
  ['two\r\nlines', 'two lines'],
  ['$x$', String.raw`\$x\$`],
  ['$12.50', '$12.50'],
  ['-<$0.01', '-&lt;$0.01'],
  ['https://example.com', String.raw`https\://example.com`],
  ['www.example.com', String.raw`www\.example.com`],
])('%j is text', (text, escaped) => {
  expect(escape(text)).toBe(escaped);
});
