/**
 * Group commit for bookings: the claims that wait at the same moment share one statement and one commit, each answered by its own
 * row's result. A lone claim never waits for company: it leaves at the end of the same turn of the event loop.
 */
import type { Pool } from 'pg';
import { queryAsMerchants } from '../database/tenancy';
import { isTimeout, sqlState } from '../database/errors';
import {
  bookingStatement,
  byMerchantStaffStart,
  type Claim,
  type ClaimResult,
  claimResults,
  type ClaimRow,
} from './claim';
import { databaseBusy, retryPassing } from './retries';

/** More rows a statement bring no more bookings a second (docs/performance.md), only longer waits. */
const MAX_BATCH = 64;

/** Claims that may wait: at 1,000 bookings a second they are answered within 2 s, the statement time-out. */
const MAX_WAITING = 2_000;

interface Waiting {
  claim: Claim;
  resolve: (result: ClaimResult) => void;
  reject: (error: unknown) => void;
}

export interface ClaimWriterEvents {
  /** A statement was tried again after a passing error; `code` is the SQLSTATE or `connection`. */
  retried(code: string): void;
}

export class ClaimWriter {
  private waiting: Waiting[] = [];
  private flushing = false;

  constructor(
    private readonly pool: Pool,
    private readonly events: ClaimWriterEvents,
  ) {}

  /** Rejects with a 503 Problem when the database stays out of reach or too many wait, else resolves after the commit. */
  book(claim: Claim): Promise<ClaimResult> {
    if (this.waiting.length >= MAX_WAITING) return Promise.reject(databaseBusy());
    return new Promise((resolve, reject) => {
      this.waiting.push({ claim, resolve, reject });
      if (!this.flushing) {
        this.flushing = true;
        setImmediate(() => void this.flush());
      }
    });
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.takeBatch();
      try {
        const claims = batch.map(({ claim }) => claim);
        const results = await writeClaims(this.pool, claims);
        results.forEach((result, index) => batch[index]?.resolve(result));
      } catch (error) {
        // Who came meanwhile would only wait as long for nothing.
        if (isTimeout(error)) {
          for (const { reject } of [...batch, ...this.waiting.splice(0)]) reject(databaseBusy(error));
          continue;
        }
        // Somebody's row failed, or all of them: each is decided alone, and none waits for a neighbour's retries.
        this.events.retried(sqlState(error) ?? 'connection');
        for (const { claim, resolve, reject } of batch) this.bookAlone(claim).then(resolve, reject);
      }
    }
    this.flushing = false;
  }

  /** The oldest claims, at most one of each idempotency key (the second finds the first in the ledger), in the common order. */
  private takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const keys = new Set<string>();
    const left: Waiting[] = [];
    for (const waiting of this.waiting) {
      const key = `${waiting.claim.merchantId} ${waiting.claim.idempotencyKey}`;
      if (batch.length === MAX_BATCH || keys.has(key)) left.push(waiting);
      else {
        keys.add(key);
        batch.push(waiting);
      }
    }
    this.waiting = left;
    return batch.sort((a, b) => byMerchantStaffStart(a.claim, b.claim));
  }

  private bookAlone(claim: Claim): Promise<ClaimResult> {
    return retryPassing(
      (code) => this.events.retried(code),
      async () => {
        const [result = { outcome: 'taken' }] = await writeClaims(this.pool, [claim]);
        return result;
      },
    );
  }
}

async function writeClaims(pool: Pool, claims: readonly Claim[]): Promise<ClaimResult[]> {
  const merchantIds = [...new Set(claims.map((claim) => claim.merchantId))];
  const { rows } = await queryAsMerchants<ClaimRow>(pool, merchantIds, bookingStatement(claims));
  return claimResults(claims, rows);
}
