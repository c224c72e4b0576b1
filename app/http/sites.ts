/** Serves the three sites from a folder, as CloudFront does in AWS: for `npm start`, where one host has everything. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import {
  ASSET_CACHING,
  ASSETS_FOLDER,
  contentSecurityPolicy,
  PAGE_CACHING,
  PERMISSIONS_POLICY,
  REFERRER_POLICY,
  SITE_PREFIX,
} from '../contract/sites';

const HEADERS = {
  // API and uploads have the sites' own origin here.
  'content-security-policy': contentSecurityPolicy({ api: [], uploads: [] }),
  'permissions-policy': PERMISSIONS_POLICY,
  'referrer-policy': REFERRER_POLICY,
  'x-frame-options': 'DENY',
};

const PAGE = 'index.html';

/** `folder` holds one folder a site. A path without a file name is one of the application's own: its page is the application. */
export async function serveSites(server: FastifyInstance, folder: string): Promise<void> {
  await server.register(fastifyStatic, { root: folder, serve: false, cacheControl: false, preCompressed: true });
  server.get('/*', { schema: { hide: true } }, (request, reply) => {
    const [path = '/'] = request.url.split('?');
    // A misspelt address of the API is no page of a site.
    if (path.startsWith('/api/')) return reply.callNotFound();
    const site = SITE_PREFIX.exec(path)?.[1] ?? 'customer';
    const inSite = path.replace(SITE_PREFIX, '').slice(1);
    const isFile = inSite.split('/').pop()?.includes('.') ?? false;
    const file = join(site, isFile ? inSite : PAGE);
    if (file.includes('..') || !existsSync(join(folder, file))) return reply.callNotFound();
    const caching = inSite.startsWith(`${ASSETS_FOLDER}/`) ? ASSET_CACHING : PAGE_CACHING;
    return reply.headers({ ...HEADERS, 'cache-control': caching }).sendFile(file);
  });
}
