import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { placeOf } from '../../../bin/nailbook/release/place';
import { publishSites } from '../../../bin/pipeline/publish-sites';

const folder = mkdtempSync(join(tmpdir(), 'nailbook-sites-'));
const write = (path: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), path);
};
beforeAll(() => {
  for (const site of ['customer', 'merchant', 'admin'])
    for (const file of ['index.html', 'index.html.gz', 'assets/main-4f2a.js']) write(`${site}/${file}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const client = new S3Client({ region: 'ap-northeast-1' });
const s3 = mockClient(client);

test('each site goes into its bucket: hashed files first and for a year, pages last and asked for again', async () => {
  expect(await publishSites(placeOf('staging', {}), folder, client)).toBe(9);
  const put = s3.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input);
  expect(
    put.slice(0, 3).map(({ Bucket, Key, ContentType, CacheControl }) => [Bucket, Key, ContentType, CacheControl]),
  ).toEqual([
    [
      'nailbook-staging-site-customer-222222222222-ap-northeast-1',
      'assets/main-4f2a.js',
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ],
    [
      'nailbook-staging-site-customer-222222222222-ap-northeast-1',
      'index.html',
      'text/html; charset=utf-8',
      'no-cache',
    ],
    ['nailbook-staging-site-customer-222222222222-ap-northeast-1', 'site.json', 'application/json', 'no-cache'],
  ]);
  expect(put[2]?.Body).toEqual(Buffer.from('{"apiUrl":"https://api.staging.nailbook.example"}'));
});

test('a file of an unknown kind stops it: browsers would not take it', async () => {
  write('customer/film.mov');
  await expect(publishSites(placeOf('staging', {}), folder, client)).rejects.toThrow('film.mov has a kind that');
});
