/** How to log in to the database of the platform that runs on this machine. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROLES } from '../../app/database/roles';
import { isAlive, lockedBy } from './leftovers';
import { PATHS } from './paths';
import { readSecrets } from './secrets';

/** The server's lock file has its port in the fourth line. */
const PORT_LINE = 3;

/** The URL for one of the roles; null when no platform runs here. */
export function localDatabaseUrl(role: keyof typeof ROLES): string | null {
  const pid = lockedBy(PATHS.data);
  if (pid === null || !isAlive(pid) || !existsSync(PATHS.secrets)) return null;
  const port = readFileSync(join(PATHS.data, 'postmaster.pid'), 'utf8').split('\n')[PORT_LINE];
  const url = new URL(`postgresql://127.0.0.1:${port}/nailbook`);
  url.username = ROLES[role];
  url.password = encodeURIComponent(readSecrets(PATHS.secrets)[role]);
  return url.href;
}
