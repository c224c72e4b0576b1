/** Keeps catalogues in memory and forgets one when PostgreSQL announces a change, so that a booking needs no read of them. */
import type { Pool } from 'pg';
import type { Announcements } from '../database/announcements';
import type { Catalogue } from './catalogue';
import { readCatalogue } from './read-catalogue';

/** While changes are announced this only bounds memory of merchants that nobody asks for. */
const LIFETIME_MS = 60_000;

/** While they are not (the listening connection is down), a change by another process shows after at most this long. */
const LIFETIME_UNANNOUNCED_MS = 1_000;

/** A catalogue takes about 20 kB: this many keep the cache under 200 MB. */
const MAX_CATALOGUES = 10_000;

interface Entry {
  catalogue: Promise<Catalogue | null>;
  readAt: number;
}

export class Catalogues {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly pool: Pool,
    private readonly announcements: Announcements,
    private readonly clock: () => number,
  ) {
    // What changed while nobody listened is unknown, and from its loss on nothing is heard.
    const forgetAll = () => this.entries.clear();
    announcements.on('catalogue_changed', {
      announced: (merchantId) => this.forget(merchantId),
      connected: forgetAll,
      lost: forgetAll,
    });
  }

  /** `null`: there is no such merchant. Rejects when the database cannot be asked. */
  get(merchantId: string): Promise<Catalogue | null> {
    const now = Date.now();
    const known = this.entries.get(merchantId);
    if (known && now - known.readAt < (this.announcements.listening ? LIFETIME_MS : LIFETIME_UNANNOUNCED_MS))
      return known.catalogue;

    const entry: Entry = { catalogue: readCatalogue(this.pool, merchantId, this.clock()), readAt: now };
    this.entries.delete(merchantId);
    this.entries.set(merchantId, entry);
    // A failed read, and a merchant that is not there, must not be remembered.
    const forget = () => this.entries.get(merchantId) === entry && this.entries.delete(merchantId);
    entry.catalogue.then((catalogue) => catalogue === null && forget(), forget);
    const [oldest] = this.entries.keys();
    if (this.entries.size > MAX_CATALOGUES && oldest !== undefined) this.entries.delete(oldest);
    return entry.catalogue;
  }

  forget(merchantId: string): void {
    this.entries.delete(merchantId);
  }
}
