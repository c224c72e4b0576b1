/**
 * What requests ask next that lost their slot: a popular slot is lost by many at the same moment, so each question is asked of the database
 * once for all of them, as group commit does for the bookings themselves. A lone loser never waits for company.
 */
import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import type { Slot } from '../availability/slots';
import type { Catalogue } from '../merchants/catalogue';
import { alternatives, type LostWish } from './alternatives';
import { type EarlierClaim, type LedgerKey, readClaims } from './idempotency';
import { reapAllHolds, type WantedSlot } from './reap-holds';

/** As many as share a statement when they book. */
const MAX_BATCH = 64;

interface LostSlot {
  catalogue: Catalogue;
  wish: LostWish;
}

export class LostClaims {
  private readonly reaping: DataLoader<WantedSlot, boolean>;
  private readonly ledger: DataLoader<LedgerKey, EarlierClaim | undefined>;
  private readonly searching: DataLoader<LostSlot, Slot[]>;

  constructor(primary: Pool, clock: () => number) {
    const options = { cache: false, maxBatchSize: MAX_BATCH };
    this.reaping = new DataLoader((slots) => reapAllHolds(primary, slots, clock()), options);
    this.ledger = new DataLoader((keys) => readClaims(primary, keys), options);
    this.searching = new DataLoader((lost) => searchOnce(primary, lost), options);
  }

  /** Frees a slot of holds without a right to it; true when one went. */
  reapHolds(slot: WantedSlot): Promise<boolean> {
    return this.reaping.load(slot);
  }

  readClaim(key: LedgerKey): Promise<EarlierClaim | undefined> {
    return this.ledger.load(key);
  }

  alternatives(catalogue: Catalogue, wish: LostWish): Promise<Slot[]> {
    return this.searching.load({ catalogue, wish });
  }
}

/** One search for equal wishes. The seed spreads customers over staff, which those who named somebody have no need of. */
function searchOnce(primary: Pool, lost: readonly LostSlot[]): Promise<Slot[][]> {
  const searches = new Map<string, Promise<Slot[]>>();
  return Promise.all(
    lost.map(({ catalogue, wish }) => {
      const { serviceIds, staffId, startsAt, seed, moving } = wish;
      const key = JSON.stringify([catalogue.merchantId, serviceIds, staffId ?? seed, startsAt, moving]);
      const search = searches.get(key) ?? alternatives(primary, catalogue, wish);
      searches.set(key, search);
      return search;
    }),
  );
}
