/** `npm run test:web`: starts the local platform, tries the sites in Chromium, and ends. Arguments go to Playwright. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { chromiumPath } from './support/chromium';
import { startLocalPlatform } from './support/local-platform';

async function main(): Promise<number> {
  // Says what is missing before anything is started.
  chromiumPath();
  const platform = await startLocalPlatform();
  try {
    const playwright = join(require.resolve('@playwright/test/package.json'), '../cli.js');
    const config = join(__dirname, 'playwright.config.ts');
    const child = spawn(process.execPath, [playwright, 'test', '--config', config, ...process.argv.slice(2)], {
      stdio: 'inherit',
      env: { ...process.env, NAILBOOK_WEB_FOLDER: platform.folder },
    });
    return await new Promise<number>((done) => child.once('exit', (code) => done(code ?? 1)));
  } finally {
    await platform.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
