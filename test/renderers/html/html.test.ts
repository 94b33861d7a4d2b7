import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, source, trusted } from '../../../src/renderers/html/html.ts';
import { printable } from '../../../src/io/printable.ts';

// By another name the formatter lets it alone: here every space counts.
const tag = html;

test('escapes what is between the markup', () => {
  expect(source(tag`<p title="${'"\'>'}">${'<b>&amp;'} ${3}</p>`)).toBe('<p title="&quot;&#39;&gt;">&lt;b&gt;&amp;amp; 3</p>');
});

test('leaves markup alone, also in lists', () => {
  expect(source(tag`<ul>${['a', '<'].map((item) => tag`<li>${item}</li>`)}</ul>`)).toBe('<ul><li>a</li><li>&lt;</li></ul>');
  expect(source(tag`${trusted('<hr>')}`)).toBe('<hr>');
});

test('takes nothing that was read for markup', () => {
  const read: unknown = JSON.parse('{"markup":"<script>"}');
  expect(() => source(tag`${read as string}`)).toThrow();
});

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };

test('law: every text is read back as it was, and opens nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', ';', '#') })), (text) => {
      const escaped = source(tag`${text}`);
      expect(escaped).not.toMatch(/[<>"']|&(?!(?:lt|gt|quot|#39|amp);)/);
      expect(escaped.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? '')).toBe(printable(text));
    }),
  );
});
