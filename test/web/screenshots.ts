/**
 * `npm run web:screenshots`: takes the pictures of the main pages in docs/screenshots, in both languages. Arguments name sites:
 * `npm run web:screenshots -- customer`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { adminPictures } from './screenshots/admin';
import { customerPictures } from './screenshots/customer';
import { merchantPictures } from './screenshots/merchant';
import type { Pictures } from './screenshots/pictures';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './support/chromium';
import { readDemo, startLocalPlatform } from './support/local-platform';

const FOLDER = join(__dirname, '../../docs/screenshots');

const SITES: Record<string, Pictures> = {
  customer: customerPictures,
  merchant: merchantPictures,
  admin: adminPictures,
};

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  mkdirSync(FOLDER, { recursive: true });
  const platform = await startLocalPlatform();
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGUMENTS });
  try {
    const demo = readDemo(platform.folder);
    for (const [site, { window, take }] of Object.entries(SITES)) {
      if (asked.length > 0 && !asked.includes(site)) continue;
      for (const language of ['zh-Hant', 'en'] as const) {
        const locale = language === 'en' ? 'en-GB' : 'zh-TW';
        const context = await browser.newContext({ ...window, locale, reducedMotion: 'reduce' });
        const page = await context.newPage();
        const shoot = async (name: string) => {
          await page.waitForLoadState('networkidle');
          await page.screenshot({ path: join(FOLDER, `${site}-${name}.${language}.png`), animations: 'disabled' });
        };
        await take({ page, demo, folder: platform.folder, language, shoot });
        await context.close();
      }
    }
  } finally {
    await browser.close();
    await platform.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
