import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';

/**
 * Chromium out of its npm package. It unpacks into TMPDIR, where it would take whatever version it found, and its libraries only
 * where it takes the machine for AWS Lambda; both are looked up when it is imported.
 */
export async function launchBrowser(scratch: string): Promise<Browser> {
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs22.x';
  process.env['TMPDIR'] = scratch;
  const { default: chromium } = await import('@sparticuz/chromium');
  const executablePath = await chromium.executablePath();
  // Its own list of font folders holds only fixed paths.
  const fonts = join(scratch, 'fonts.conf');
  await writeFile(fonts, fontConfiguration(scratch));
  process.env['FONTCONFIG_FILE'] = fonts;
  const { chromium: playwright } = await import('playwright-core');
  return playwright.launch({ executablePath, args: ['--no-sandbox'] });
}

function fontConfiguration(scratch: string): string {
  const prefer = (family: string): string => `<alias><family>${family}</family><prefer><family>Open Sans</family></prefer></alias>`;
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${scratch}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${scratch}/fonts-cache</cachedir>
  ${prefer('system-ui')}${prefer('sans-serif')}
</fontconfig>
`;
}
