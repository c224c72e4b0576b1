/**
 * `npm run web:speed`: how fast each site shows its first page on a throttled phone, and how much script that takes; exits with 1 when a
 * limit of requirement C14 is missed. Arguments name sites: `npm run web:speed -- customer`.
 */
import { type Browser, chromium, devices, type Page } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './support/chromium';
import { readDemo, startLocalPlatform } from './support/local-platform';

/** What Lighthouse takes for a phone in the middle of the market on a slow 4G network. */
const CPU_SLOWDOWN = 4;
const NETWORK = { offline: false, latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 750_000 / 8 };

/** The middle of so many visits counts, each in a browser that has never been there. */
const VISITS = 3;

/** Nothing moves or grows any more: so long after the last thing did. */
const QUIET_MS = 1_500;

const LIMITS = { lcpMs: 2_500, cls: 0.1, firstScriptKb: { customer: 200, merchant: 500, admin: 500 } };

type Site = keyof typeof LIMITS.firstScriptKb;

interface Visit {
  lcpMs: number;
  cls: number;
  /** As sent, gzipped: 1 kB is 1,000 bytes. */
  scriptKb: number;
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const platform = await startLocalPlatform();
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGUMENTS });
  const misses: string[] = [];
  try {
    const { baseUrl, merchantId } = readDemo(platform.folder);
    const pages: { site: Site; path: string }[] = [
      { site: 'customer', path: `/s/${merchantId}` },
      { site: 'merchant', path: '/merchant/' },
      { site: 'admin', path: '/admin/' },
    ];
    for (const { site, path } of pages.filter((page) => asked.length === 0 || asked.includes(page.site))) {
      const visits: Visit[] = [];
      for (let visit = 0; visit < VISITS; visit += 1) visits.push(await measure(browser, `${baseUrl}${path}`));
      const found = {
        lcpMs: middle(visits.map(({ lcpMs }) => lcpMs)),
        cls: middle(visits.map(({ cls }) => cls)),
        scriptKb: middle(visits.map(({ scriptKb }) => scriptKb)),
      };
      console.log(
        `${site.padEnd(9)} LCP ${(found.lcpMs / 1000).toFixed(2)} s   CLS ${found.cls.toFixed(3)}   script ${found.scriptKb.toFixed(0)} kB gzipped`,
      );
      const scriptLimit = LIMITS.firstScriptKb[site];
      if (found.lcpMs >= LIMITS.lcpMs) misses.push(`${site}: LCP must stay below ${LIMITS.lcpMs / 1000} s`);
      if (found.cls >= LIMITS.cls) misses.push(`${site}: CLS must stay below ${LIMITS.cls}`);
      if (found.scriptKb > scriptLimit) misses.push(`${site}: the first page may take ${scriptLimit} kB of script`);
    }
  } finally {
    await browser.close();
    await platform.stop();
  }
  for (const miss of misses) console.log(`MISSED: ${miss}`);
  if (misses.length > 0) process.exitCode = 1;
}

async function measure(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ ...devices['Pixel 7'], locale: 'zh-TW' });
  const page = await context.newPage();
  try {
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', NETWORK);
    await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
    await page.goto(url, { waitUntil: 'networkidle' });
    await page.waitForTimeout(QUIET_MS);
    return await readFigures(page);
  } finally {
    await context.close();
  }
}

/** What the browser itself has written down since the page began. */
async function readFigures(page: Page): Promise<Visit> {
  const paints = await readEntries(page, 'largest-contentful-paint');
  const shifts = await readEntries(page, 'layout-shift');
  const files = await readEntries(page, 'resource');
  return {
    lcpMs: paints.at(-1)?.startTime ?? Infinity,
    cls: shifts.reduce((sum, { value = 0 }) => sum + value, 0),
    scriptKb: files
      .filter(({ name }) => name.endsWith('.js'))
      .reduce((sum, { encodedBodySize = 0 }) => sum + encodedBodySize / 1_000, 0),
  };
}

interface Entry {
  name: string;
  startTime: number;
  /** Of a layout shift. */
  value?: number;
  /** Of a resource, in bytes. */
  encodedBodySize?: number;
}

function readEntries(page: Page, type: string): Promise<Entry[]> {
  return page.evaluate<Entry[], string>(
    (type) =>
      new Promise((seen) => {
        new PerformanceObserver((list) => seen(list.getEntries().map((entry) => entry.toJSON()))).observe({
          type,
          buffered: true,
        });
        // Without an entry there is no call.
        setTimeout(() => seen([]), 500);
      }),
    type,
  );
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
