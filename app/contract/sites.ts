/** What CloudFront, `npm start` and the build must agree on about the three sites (requirement C14). */

export const SITES = ['customer', 'merchant', 'admin'] as const;
export type SiteKind = (typeof SITES)[number];

/** Where a site's application begins: on one machine they share a host, on CloudFront each has its own and keeps its path. */
export const SITE_PATHS: Record<SiteKind, string> = { customer: '/', merchant: '/merchant/', admin: '/admin/' };

/** What of a path the folder or bucket of its site does not know. */
export const SITE_PREFIX = /^\/(merchant|admin)(?=\/|$)/;

/** What a site asks for first, beside its page: where the API is. Written where it is published, never built in. */
export const SITE_SETTINGS_FILE = 'site.json';

/** File names carry a hash of what is in them, so that a browser need never ask again. */
export const ASSETS_FOLDER = 'assets';
export const ASSET_CACHING = 'public, max-age=31536000, immutable';

/** Pages and settings: asked for again at every visit, answered 304 while they are the same. */
export const PAGE_CACHING = 'no-cache';

/** LINE's SDK (LIFF) loads from and talks to these hosts. */
const LINE_SCRIPTS = 'https://static.line-scdn.net';
const LINE_SERVICES = 'https://api.line.me https://access.line.me https://liffsdk.line-scdn.net';
const LINE_PICTURES = 'https://profile.line-scdn.net https://obs.line-scdn.net';

/** What browsers may load into the sites. `api` and `uploads`: origins besides the site's own, such as https://api.example.com. */
export function contentSecurityPolicy({ api, uploads }: { api: string[]; uploads: string[] }): string {
  return [
    "default-src 'self'",
    `script-src 'self' ${LINE_SCRIPTS}`,
    "style-src 'self' 'unsafe-inline'", // inline styles are how positions are computed; no script can ride on them
    ['img-src', "'self'", 'data:', 'blob:', LINE_PICTURES, ...uploads].join(' '),
    ['connect-src', "'self'", ...api, LINE_SERVICES, ...uploads].join(' '),
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The sites use the camera for pictures of designs, and nothing else of the device. */
export const PERMISSIONS_POLICY = 'camera=(self), geolocation=(), microphone=()';

export const REFERRER_POLICY = 'strict-origin-when-cross-origin';
