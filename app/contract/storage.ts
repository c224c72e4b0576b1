/** Where things lie in the buckets; permissions and expiry rules are made from it. */

/** Designs, by merchant; the API signs uploads and downloads below it and nowhere else (requirement C12). */
export const UPLOADS_PREFIX = 'merchants/';

/** Dumps of the database: each day's, and a copy of the one of each month's first day (requirement D6). */
export const DAILY_BACKUPS_PREFIX = 'daily/';
export const MONTHLY_BACKUPS_PREFIX = 'monthly/';
