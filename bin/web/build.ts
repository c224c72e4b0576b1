/** Builds the three sites with Vite: `npm run build:web`, and `npm start` when their sources have changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import type { InlineConfig } from 'vite';
import { ASSETS_FOLDER, SITE_PATHS, type SiteKind, SITES } from '../../app/contract/sites';

const ROOT = join(__dirname, '../..');

/** One folder a site, named like it. */
export const SITES_FOLDER = join(ROOT, 'dist/web');

/** What a build is made from; where none of it has changed there is nothing to do. */
const SOURCES = ['web', 'bin/web/build.ts', 'app/contract/sites.ts', 'package-lock.json'];
const SOURCES_FILE = '.sources';

/** CloudFront compresses what it delivers; the same files beside the plain ones let `npm start` do so. */
const COMPRESSED = new Set(['.js', '.css', '.html', '.svg']);

/** Safari 16.4 and Chrome 111: what LINE's in-app browser is on any phone that still gets updates. */
const BROWSERS = ['safari16.4', 'chrome111'];

/** Builds the sites into `dist/web` unless they are there as they are. `note` hears about a build before it begins. */
export async function buildSites(note: (message: string) => void = () => undefined): Promise<string> {
  const sources = fingerprint(SOURCES.map((path) => join(ROOT, path)));
  if (isBuiltFrom(sources)) return SITES_FOLDER;
  note('Building the sites: once, until they change');
  // Two platforms may start at the same moment: each builds on its own, and the first one stays.
  const folder = `${SITES_FOLDER}.${process.pid}`;
  const { NODE_ENV } = process.env;
  // Under any other name that is set, such as a test's, Vite takes the large and slow development build of React.
  process.env['NODE_ENV'] = 'production';
  try {
    const { build } = await import('vite');
    for (const site of SITES) await build(siteConfig(site, join(folder, site)));
    compress(folder);
    writeFileSync(join(folder, SOURCES_FILE), sources);
    if (isBuiltFrom(sources)) return SITES_FOLDER;
    rmSync(SITES_FOLDER, { recursive: true, force: true });
    renameSync(folder, SITES_FOLDER);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = NODE_ENV;
  }
  return SITES_FOLDER;
}

function isBuiltFrom(sources: string): boolean {
  const stamp = join(SITES_FOLDER, SOURCES_FILE);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
}

function siteConfig(site: SiteKind, outDir: string): InlineConfig {
  return {
    configFile: false,
    root: join(ROOT, 'web'),
    // The sites share one page, which fills in `%SITE%`.
    define: { 'import.meta.env.SITE': JSON.stringify(site) },
    base: SITE_PATHS[site],
    publicDir: join(ROOT, 'web/shared/public'),
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      assetsDir: ASSETS_FOLDER,
      // A file of its own caches better and needs no `data:` in the policy for scripts.
      assetsInlineLimit: 0,
      target: BROWSERS,
      modulePreload: { polyfill: false },
      // React, the components and the texts of a site of salons or admins: once, and cached for good.
      chunkSizeWarningLimit: 600,
      // Packages mark what servers must not render, and there is none here; the calendar asks its library for recurrences by two names.
      rolldownOptions: { checks: { moduleLevelDirective: false, importIsUndefined: false } },
    },
  };
}

/** Of the contents of files, and of all files in folders, with their names. */
function fingerprint(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    if (statSync(path).isDirectory()) {
      hash.update(
        fingerprint(
          readdirSync(path)
            .toSorted()
            .map((name) => join(path, name)),
        ),
      );
    } else {
      hash.update(path.slice(ROOT.length)).update(readFileSync(path));
    }
  }
  return hash.digest('hex');
}

function compress(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, name);
    if (!COMPRESSED.has(extname(name))) continue;
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: constants.Z_BEST_COMPRESSION }));
  }
}

if (require.main === module) void buildSites(console.log).then(console.log);
