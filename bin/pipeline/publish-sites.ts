/**
 * `node --import tsx bin/pipeline/publish-sites.ts <environment>`: builds the three sites and puts them into their buckets. Files with a hash in
 * their name first and pages last, so that no page names a file that is not there; nothing is taken away, because open pages still
 * ask for the files of the release before.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ASSET_CACHING, ASSETS_FOLDER, PAGE_CACHING, SITE_SETTINGS_FILE, SITES } from '../../app/contract/sites';
import { reasonOf } from '../../app/contract/reason';
import { apiName } from '../../lib/edge/names';
import { environmentName } from '../nailbook/environment';
import { placeOf, type Place } from '../nailbook/release/place';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** `built` has a folder for each site. Returns how many files were put. Throws an Error for a file of a kind that has no type above. */
export async function publishSites({ config, prefix }: Place, built: string, s3: S3Client): Promise<number> {
  let count = 0;
  for (const site of SITES) {
    const bucket = `${prefix}-site-${site}-${config.account}-${config.region}`;
    const folder = join(built, site);
    const settings = Buffer.from(JSON.stringify({ apiUrl: `https://${apiName(config)}` }));
    const files: SiteFile[] = [
      ...filesIn(folder).map((path) => ({ key: relative(folder, path), body: readFileSync(path) })),
      { key: SITE_SETTINGS_FILE, body: settings },
    ];
    for (const file of [...files.filter(isAsset), ...files.filter((each) => !isAsset(each))]) {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: file.key,
          Body: file.body,
          ContentType: typeOf(file.key),
          CacheControl: isAsset(file) ? ASSET_CACHING : PAGE_CACHING,
        }),
      );
      count += 1;
    }
  }
  return count;
}

interface SiteFile {
  /** Path below the site. */
  key: string;
  body: Buffer;
}

function isAsset({ key }: SiteFile): boolean {
  return key.startsWith(`${ASSETS_FOLDER}/`);
}

/** Without what only `npm start` uses: compressed copies, and the note of what the build was made from. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith('.gz'));
}

function typeOf(key: string): string {
  const type = TYPES[extname(key)];
  if (type === undefined) throw new Error(`${key} has a kind that bin/pipeline/publish-sites.ts does not know`);
  return type;
}

async function main(name: string): Promise<void> {
  const place = placeOf(environmentName(name));
  const { buildSites } = await import('../web/build');
  const count = await publishSites(place, await buildSites(console.error), new S3Client({ region: place.region }));
  console.log(`${count} files of ${SITES.length} sites are published`);
}

if (require.main === module) {
  main(process.argv[2] ?? '').catch((error: unknown) => {
    console.error(reasonOf(error));
    process.exitCode = 1;
  });
}
