/** What every test of the sites begins with. */
import { AxeBuilder } from '@axe-core/playwright';
import { type BrowserContext, expect, type Page, test as base } from '@playwright/test';
import { type Demo, readDemo } from './local-platform';

export { expect };

/** The demo's customers, by the names that `npm start` gives them. */
export const FIRST_CUSTOMER = '王小美';
export const SECOND_CUSTOMER = '李小華';

interface Fixtures {
  demo: Demo;
  /** What a browser complains about must be nothing: above all no breach of the content security policy. */
  noComplaints: string[];
}

export const test = base.extend<Fixtures>({
  demo: async ({ page: _page }, use) => {
    const folder = process.env['NAILBOOK_WEB_FOLDER'];
    if (!folder) throw new Error('Start the tests with npm run test:web, which starts the platform first');
    await use(readDemo(folder));
  },
  noComplaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      listen(context, complaints);
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

/** A refusal that a page asks for, and a network that a test takes away, are not complaints. */
const EXPECTED = /status of (401|403|409|422)|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RE/;

export function listen(context: BrowserContext, complaints: string[]): void {
  context.on('console', (message) => {
    // A salon without a LINE channel of its own is answered 404.
    if (message.location().url.endsWith('/line/channel')) return;
    if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
}

/** WCAG 2.2 A and AA, as far as a program can judge. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

/** Nothing lies beside the screen: of what is wider than it, only the part that scrolls by itself may be. */
export async function expectToFit(page: Page): Promise<void> {
  const { width, screen } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { width: scrollWidth, screen: clientWidth };
  });
  expect(width).toBe(screen);
  const cutOff = await page.evaluate(() =>
    [...document.querySelectorAll('button, .mantine-Badge-label')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
      .map(({ textContent }) => textContent),
  );
  expect(cutOff).toEqual([]);
}
