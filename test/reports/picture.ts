// Takes the picture of the README again: `node test/reports/picture.ts`. Linux, for the browser comes as a package.
import { join, resolve } from 'node:path';
import { demo } from '../../src/commands/demo.ts';
import { hostIo } from '../../src/commands/host.ts';
import { launchBrowser } from '../renderers/html/browser.ts';

const io = hostIo({ quiet: true });
const folder = await io.files.scratch();
const silent = { ...io, directory: folder, output: { ...io.output, write: () => {} } };
await demo({ output: '.' }, silent);
const browser = await launchBrowser(folder);
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
  await page.goto(`file://${join(folder, 'cost-report.html')}`);
  await page.waitForTimeout(1500); // charts move until they stand
  await page.screenshot({ path: resolve(import.meta.dirname, '../../reports/cost-report.png') });
} finally {
  await browser.close();
  await io.files.remove(folder);
}
