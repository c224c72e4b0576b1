import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { contentSecurityPolicy } from '../../../app/contract/sites';
import { serveSites } from '../../../app/http/sites';

const folder = mkdtempSync(join(tmpdir(), 'nailbook-sites-'));
let server: FastifyInstance;

beforeAll(async () => {
  const files = ['customer/index.html', 'customer/assets/app-1a2b.js', 'customer/site.json', 'merchant/index.html'];
  for (const file of [...files, 'admin/index.html', 'admin/assets/app-3c4d.js']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file);
  }
  writeFileSync(`${folder}.secret.txt`, 'not to be read');
  server = Fastify();
  server.get('/api/v1/known', () => ({ known: true }));
  await serveSites(server, folder);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
  rmSync(`${folder}.secret.txt`);
});

const get = (url: string) => server.inject({ url });

test("A path of a site's own is answered with that site's page", async () => {
  const bodies = ['/', '/s/1/time', '/merchant', '/merchant/', '/merchant/today', '/admin', '/admin/alerts/7'].map(
    async (url) => (await get(url)).body,
  );
  expect(await Promise.all(bodies)).toEqual([
    ...Array<string>(2).fill('customer/index.html'),
    ...Array<string>(3).fill('merchant/index.html'),
    ...Array<string>(2).fill('admin/index.html'),
  ]);
});

test('Files with a hash in their name are kept for a year, pages and settings are asked for again', async () => {
  const caching = async (url: string) => (await get(url)).headers['cache-control'];
  expect(await caching('/admin/assets/app-3c4d.js')).toBe('public, max-age=31536000, immutable');
  expect(await caching('/')).toBe('no-cache');
  expect(await caching('/site.json')).toBe('no-cache');
});

test("Browsers get CloudFront's own policy", async () => {
  expect((await get('/merchant')).headers).toMatchObject({
    'content-security-policy': contentSecurityPolicy({ api: [], uploads: [] }),
    'x-frame-options': 'DENY',
  });
  expect(contentSecurityPolicy({ api: [], uploads: [] })).toMatch(
    /script-src 'self' https:\/\/static\.line-scdn\.net;/,
  );
});

test('A missing file, a misspelt path of the API and a way out of the folder are not found', async () => {
  const urls = ['/assets/gone-9.js', '/api/v1/unknown', '/merchant/assets/app-1a2b.js', `/../../${folder}.secret.txt`];
  const codes = [...urls, '/%2e%2e/x.secret.txt', '/merchant/..%2fcustomer/site.json'].map(
    async (url) => (await get(url)).statusCode,
  );
  expect(await Promise.all(codes)).toEqual(Array<number>(6).fill(404));
  expect((await get('/api/v1/known')).json()).toEqual({ known: true });
});
