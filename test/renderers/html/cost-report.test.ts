import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { CostReport } from '../../../src/model/cost/cost-report.ts';
import { renderCostReport } from '../../../src/renderers/html/cost-report.ts';
import { manyServices, NASTY_GAPS, nastyReport, sampleReport, withoutPrevious } from '../sample-report.ts';

const LIBRARY = 'var Chart = 1;\n//# sourceMappingURL=chart.umd.min.js.map\n';

/** The page without the white space between its tags. */
const dense = (text: string): string => text.replaceAll(/>\s+/g, '>').replaceAll(/\s+</g, '<');

const page = (report: CostReport, chartLibrary?: string): string => renderCostReport(report, { color: false, columns: 80, chartLibrary });

test('allows exactly the styles and scripts that lie in it', () => {
  const text = page(sampleReport(), LIBRARY);
  const hashes = [...text.matchAll(/<(?:style|script)>(.*?)<\/(?:style|script)>/gs)].map(([, content = '']) =>
    createHash('sha256').update(content).digest('base64'),
  );
  const [policy = ''] = /(?<=Content-Security-Policy" content=")[^"]*/.exec(text) ?? [];
  expect(policy.replaceAll('&#39;', "'")).toBe(
    `default-src 'none'; style-src 'sha256-${hashes[0]}'; script-src 'sha256-${hashes[1]}' 'sha256-${hashes[2]}'; img-src data:; base-uri 'none'; form-action 'none'`,
  );
});

test('asks for nothing', () => {
  const text = page(nastyReport(), LIBRARY);
  expect(text.match(/<[^>]*\s(?:src|srcset|action|poster|data)=|<(?:iframe|img|object|embed|base)\b|@import|url\(|sourceMappingURL/gi)).toBeNull();
  const links = text.match(/href="[^"]*"/g) ?? [];
  expect(links.filter((link) => !/^href="#[a-z-]+"$/.test(link))).toEqual(['href="data:,"']);
});

test('every link leads to a place on the page', () => {
  const text = page(nastyReport(), LIBRARY);
  const targets = [...text.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
  expect(targets.length).toBeGreaterThan(15);
  expect(targets.filter((id) => !text.includes(`id="${id}"`))).toEqual([]);
});

test('has no style attribute and no handler', () => {
  expect(page(nastyReport(), LIBRARY)).not.toMatch(/<[^>]*\s(?:style|on\w+)=/i);
});

test('shows names as text', () => {
  const text = dense(page(nastyReport(), LIBRARY));
  expect(text).toContain('<th scope="row" class="name">&lt;script&gt;alert(1)&lt;/<wbr />script&gt;</th>');
  expect(text).toContain('<p class="organisation">&lt;script&gt;alert(1)&lt;/script&gt;</p>');
  expect(text).not.toContain('<script>alert');
});

test('names the bill, the change and the largest change', () => {
  const tiles = /<dl class="tiles">.*?<\/dl>/s.exec(dense(page(sampleReport(undefined, { gaps: NASTY_GAPS }))))?.[0] ?? '';
  const texts = tiles.split(/<[^>]*>/).filter((text) => text.trim() !== '');
  expect(texts.slice(0, 3)).toEqual(['Bill', '$9,491.12', 'October 2018']);
  expect(texts.slice(3, 6)).toEqual(['Change', '+$934.79', '+10.9% against September 2018 ($8,556.33)']);
  expect(texts.slice(6, 9)).toEqual(['Largest change', 'Amazon Elastic Compute Cloud', '+$855.25 (+14.0%)']);
  expect(texts.slice(9)).toEqual(['Not known', '4 gaps', 'named below']);
});

test('names the dearest service where there is no period before', () => {
  const text = page(withoutPrevious(sampleReport()));
  expect(text).toContain('<dt>Largest service</dt>');
  expect(text).toContain('There is no comparison: the snapshot does not hold all of the period before.');
});

test('says that charts are left out', () => {
  const text = page(sampleReport());
  expect(text).toContain('Charts are left out of this copy.');
  expect(text).not.toContain('<canvas');
});

test('has no chart where there was no cost on any day', () => {
  expect(page(sampleReport([]), LIBRARY)).not.toContain('<canvas');
});

test('keeps others and total in the foot of the table', () => {
  const foot = /aria-labelledby="by-service".*?<tfoot>(.*?)<\/tfoot>/s.exec(dense(page(manyServices(60))))?.[1] ?? '';
  expect([...foot.matchAll(/<tr class="(\w+)"><th scope="row"[^>]*>([^<]*)/g)].map(([, kind, name]) => [kind, name])).toEqual([
    ['others', '35 others'],
    ['total', 'Total'],
  ]);
});

test('gives every number what it sorts by, and nothing where it is not known', () => {
  const text = page(sampleReport([{ service: 'a', cost: 0.001, previousCost: 0 }]));
  expect(text).toContain('<td class="number" data-value="0.001">&lt;$0.01</td>');
  expect(text).toContain('<td class="number" data-value="">new</td>');
});

test('has one heading of the first order and labels that exist', () => {
  const text = page(sampleReport(undefined, { gaps: NASTY_GAPS }), LIBRARY);
  expect(text.match(/<h1>/g)).toHaveLength(1);
  expect(text).toContain('<html lang="en">');
  const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of text.matchAll(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(id);
});
