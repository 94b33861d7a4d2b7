import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CostReport } from '../../src/model/cost/cost-report.ts';
import { renderCostReport } from '../../src/renderers/html/cost-report.ts';
import { printable } from '../../src/io/printable.ts';
import { launchBrowser } from '../renderers/html/browser.ts';
import { manyServices, NASTY, NASTY_GAPS, nastyReport, sampleReport, withoutPrevious } from '../renderers/sample-report.ts';

let folder: string;
let browser: Browser;
let chartLibrary: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tonnage-browser-'));
  chartLibrary = await readFile(join(createRequire(import.meta.url).resolve('chart.js'), '../chart.umd.min.js'), 'utf8');
  browser = await launchBrowser(folder);
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Console messages, uncaught errors, and requests for anything but the file. */
  readonly complaints: readonly string[];
}

async function open(
  report: CostReport,
  options: { readonly width?: number; readonly colorScheme?: 'light' | 'dark'; readonly charts?: boolean } = {},
): Promise<Opened> {
  const file = join(folder, 'report.html');
  await writeFile(file, renderCostReport(report, { color: false, columns: 80, chartLibrary: options.charts === false ? undefined : chartLibrary }));
  const page = await browser.newPage({ viewport: { width: options.width ?? 1180, height: 900 }, colorScheme: options.colorScheme ?? 'light' });
  const complaints: string[] = [];
  page.on('console', (message) => {
    // What this test does itself.
    if (!message.text().includes('willReadFrequently')) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  const address = pathToFileURL(file).href;
  page.on('request', (request) => {
    if (request.url() !== address && request.url() !== 'data:,') complaints.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return { page, complaints };
}

/** Distinct colours of a canvas: 1 where nothing is drawn. */
async function colorsOf(canvas: Locator): Promise<readonly string[]> {
  return canvas.evaluate((element) => {
    const { data } = element.getContext('2d').getImageData(0, 0, element.width, element.height);
    const found = new Set<string>();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) found.add(data.slice(at, at + 3).join(','));
    return [...found];
  });
}

async function screenshot(page: Page, name: string): Promise<void> {
  const target = process.env['TONNAGE_SCREENSHOTS'];
  if (target === undefined) return;
  await mkdir(target, { recursive: true });
  await page.screenshot({ path: join(target, `${name}.png`), fullPage: true });
}

const byService = (page: Page): Locator => page.locator('section[aria-labelledby="by-service"] table');
const namesOf = (page: Page): Promise<string[]> => byService(page).locator('tbody th, tfoot th').allTextContents();

test('asks for nothing, says nothing on the console and violates no policy', async () => {
  const { page, complaints } = await open(sampleReport(undefined, { gaps: NASTY_GAPS }));
  await screenshot(page, 'light');
  expect(complaints).toEqual([]);
  expect(await page.title()).toBe('Cloud cost of Acme, October 2018');
  await page.close();
});

test('would say so if something violated its policy', async () => {
  const { page, complaints } = await open(sampleReport());
  await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<p style="color: red"><img src="https://example.com/x.png">')`);
  await expect.poll(() => complaints).toContainEqual(expect.stringMatching(/inline style violates.*Content Security Policy/));
  await expect.poll(() => complaints).toContainEqual(expect.stringMatching(/x\.png' violates.*Content Security Policy/));
  await page.close();
});

test('draws both charts', async () => {
  const { page } = await open(sampleReport());
  expect((await colorsOf(page.locator('#timeline'))).length).toBeGreaterThan(20);
  expect((await colorsOf(page.locator('#changes'))).length).toBeGreaterThan(5);
  await page.close();
});

test('runs nothing that a vendor wrote, and shows it as text', async () => {
  const { page, complaints } = await open(nastyReport());
  await screenshot(page, 'nasty');
  expect(complaints).toEqual([]);
  expect(await page.locator('img, script:not([id]):has-text("alert(1)")').count()).toBe(0);
  const names = await namesOf(page);
  for (const name of NASTY) expect(names).toContain(printable(name));
  await page.close();
});

test('sorts by a click on a heading and keeps others and total at the foot', async () => {
  const { page } = await open(manyServices(60));
  await screenshot(page, 'many');
  expect((await namesOf(page)).slice(0, 2)).toEqual(['Service 01', 'Service 02']);
  const cost = byService(page).getByRole('button', { name: 'Cost' });
  await cost.click();
  expect(await byService(page).locator('thead th:not([aria-sort="none"])').getAttribute('aria-sort')).toBe('ascending');
  const ascending = await namesOf(page);
  expect(ascending.slice(-3)).toEqual(['Service 01', '35 others', 'Total']);
  const service = byService(page).getByRole('button', { name: 'Service' });
  await service.focus();
  await page.keyboard.press('Enter');
  expect((await namesOf(page))[0]).toBe('Service 01');
  await page.keyboard.press('Enter');
  expect((await namesOf(page)).slice(-3)).toEqual(['Service 01', '35 others', 'Total']);
  await page.close();
});

test('sorts by number, not by text', async () => {
  const { page } = await open(sampleReport());
  await byService(page).getByRole('button', { name: 'Change', exact: true }).click();
  expect(await namesOf(page)).toEqual([
    'Amazon Elastic Compute Cloud',
    'Savings Plans for AWS Compute usage',
    'Tax',
    'Amazon Relational Database Service',
    'AmazonCloudWatch',
    'Credits',
    'Total',
  ]);
  await page.close();
});

test.each([360, 768])('never scrolls sideways at %i px', async (width) => {
  const { page, complaints } = await open(sampleReport(undefined, { gaps: NASTY_GAPS }), { width });
  await screenshot(page, `narrow-${width}`);
  expect(complaints).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  await page.close();
});

test('follows the dark mode, charts included', async () => {
  const { page, complaints } = await open(sampleReport(undefined, { gaps: NASTY_GAPS }));
  const background = 'getComputedStyle(document.documentElement).backgroundColor';
  const light = { page: await page.evaluate(background), chart: await colorsOf(page.locator('#timeline')) };
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot(page, 'dark');
  expect(light.page).toBe('rgb(250, 249, 247)');
  expect(await page.evaluate(background)).toBe('rgb(19, 23, 27)');
  expect(light.chart).toContain('44,95,138');
  // The browser tells of the change, and draws again, in its own time.
  await expect.poll(() => colorsOf(page.locator('#timeline')), { timeout: 10_000 }).toContain('91,149,199');
  expect(await colorsOf(page.locator('#timeline'))).not.toContain('44,95,138');
  expect(complaints).toEqual([]);
  await page.close();
});

test('prints in light colours, also from the dark mode', async () => {
  const { page, complaints } = await open(manyServices(60), { colorScheme: 'dark' });
  await page.evaluate(
    `globalThis.printed = []; addEventListener('beforeprint', () => printed.push(getComputedStyle(document.documentElement).getPropertyValue('--series-1').trim()))`,
  );
  const pdf = await page.pdf({ format: 'A4', printBackground: true });
  const target = process.env['TONNAGE_SCREENSHOTS'];
  if (target !== undefined) await writeFile(join(target, 'print.pdf'), pdf);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(await page.evaluate('printed')).toEqual(['#2c5f8a']);
  expect(await colorsOf(page.locator('#timeline'))).toContain('91,149,199');
  await page.emulateMedia({ media: 'print' });
  await screenshot(page, 'print');
  expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('light');
  expect(complaints).toEqual([]);
  await page.close();
});

test('stands without charts and without a month before', async () => {
  const { page, complaints } = await open(withoutPrevious(sampleReport()), { charts: false });
  await screenshot(page, 'bare');
  expect(complaints).toEqual([]);
  expect(await page.locator('canvas').count()).toBe(0);
  expect(await page.getByText('Charts are left out of this copy.').count()).toBe(1);
  expect(await byService(page).locator('thead th').allTextContents()).toEqual(['Service', 'Cost', 'Share']);
  await page.close();
});

test('names every table and picture for those who cannot see them', async () => {
  const { page } = await open(sampleReport());
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(await page.locator('table:not(:has(caption))').count()).toBe(0);
  expect(await page.locator('canvas:not([role="img"][aria-label])').count()).toBe(0);
  expect((await stat(join(folder, 'report.html'))).size).toBeLessThan(400_000);
  await page.close();
});
