/** How the sites are tried: in a phone's and a desktop's window, one test after the other, because they share one platform. */
import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './support/chromium';

const isCi = Boolean(process.env['CI']);

export default defineConfig({
  testDir: '.',
  outputDir: '../../dist/test-web',
  // Two cores have a database, an API and a browser to run already.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: isCi,
  reporter: [['list']],
  use: {
    launchOptions: { executablePath: chromiumPath(), args: CHROMIUM_ARGUMENTS },
    locale: 'zh-TW',
    // Not the salon's: the sites must show the salon's all the same.
    timezoneId: 'Europe/London',
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'phone', testMatch: 'customer/**/*.spec.ts', use: { ...devices['Pixel 7'] } },
    {
      name: 'desktop',
      testMatch: ['merchant/**/*.spec.ts', 'admin/**/*.spec.ts'],
      use: { viewport: { width: 1280, height: 800 } },
    },
  ],
});
