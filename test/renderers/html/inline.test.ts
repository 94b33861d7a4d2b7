import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { source } from '../../../src/renderers/html/html.ts';
import { inlineData, inlineScript, inlineStyle } from '../../../src/renderers/html/inline.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

test('allows a style by its hash', () => {
  const { element, allowed } = inlineStyle('p > a { color: red }');
  expect(source(element)).toBe('<style>p > a { color: red }</style>');
  expect(allowed).toBe(hashOf('p > a { color: red }'));
});

test('hashes a script as the browser reads it: with plain line ends, and no end of its element in it', () => {
  const { element, allowed } = inlineScript('a = "</SCRIPT>";\r\nb = "<!--";\r');
  const text = String.raw`a = "\x3c/SCRIPT>";` + '\n' + String.raw`b = "\x3c!--";` + '\n';
  expect(source(element)).toBe(`<script>${text}</script>`);
  expect(allowed).toBe(hashOf(text));
});

test('data can not end its element, and is read back as it was', () => {
  const data = { name: '</script><script>alert(1)</script>', more: '<!--' };
  const text = source(inlineData('data', data));
  expect(text.match(/<\/?script/g)).toHaveLength(2);
  expect(JSON.parse(text.replaceAll(/<[^>]*>/g, ''))).toEqual(data);
});
