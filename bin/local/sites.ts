/** The three sites on this machine: as they are built, with settings of their own. */
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SITE_SETTINGS_FILE, SITES } from '../../app/contract/sites';
import { DEMO_CUSTOMERS } from './demo-salon';
import { LOCAL_CHANNEL } from './fake-line/local-channel';
import type { FakeLineState } from './fake-line/state';
import { PATHS } from './paths';

/** Puts the built sites where the API serves them from, and returns that folder. */
export function prepareSites(built: string, line: FakeLineState): string {
  rmSync(PATHS.sites, { recursive: true, force: true });
  cpSync(built, PATHS.sites, { recursive: true });
  // Good at the stand-in for LINE, which knows no passwords, and nowhere else.
  const customers = DEMO_CUSTOMERS.map(({ lineUserId: sub, name }) => ({
    name,
    idToken: line.issueIdToken({ sub, name, aud: LOCAL_CHANNEL.loginChannelId }),
  }));
  for (const site of SITES) {
    const settings = site === 'customer' ? { demo: { customers } } : {};
    writeFileSync(join(PATHS.sites, site, SITE_SETTINGS_FILE), JSON.stringify(settings));
  }
  return PATHS.sites;
}
