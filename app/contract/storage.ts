/** Where things lie in the buckets; permissions and expiry rules are made from it. */

/** Designs, by merchant; the API signs uploads and downloads below it and nowhere else (requirement C12). */
export const UPLOADS_PREFIX = 'merchants/';

/** Dumps of the database: each day's, and a copy of the one of each month's first day (requirement D6). */
export const DAILY_BACKUPS_PREFIX = 'daily/';
export const MONTHLY_BACKUPS_PREFIX = 'monthly/';

/** Records of releases, in the bucket of the dumps (requirement B6; app/contract/release-record.ts). */
export const RELEASES_PREFIX = 'releases/';
