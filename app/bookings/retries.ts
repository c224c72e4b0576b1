/**
 * Tries a transaction again after a passing error, at most three times with jitter, then says 503 (the protocol's step 6): at once where it
 * waited for the database in vain.
 */
import { isPassing, isTimeout, sqlState, UNIQUE_VIOLATION } from '../database/errors';
import { Problem } from '../http/problem';
import type { Metrics } from '../metrics';

const MAX_ATTEMPTS = 3;

/**
 * For work that finds out by itself whether an earlier try was committed after all: by its idempotency key, or by the state that it
 * would change.
 */
export function withRetries<T>({ metrics }: { metrics: Metrics }, work: () => Promise<T>): Promise<T> {
  return retryPassing((code) => metrics.databaseRetries.inc({ code }), work);
}

/** The same for who has no context; `retried` hears of each further try, with the SQLSTATE or `connection`. */
export async function retryPassing<T>(retried: (code: string) => void, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      // A unique violation is the ledger's: the same key was claimed a moment ago, and the next try finds it there.
      if (!isPassing(error) && sqlState(error) !== UNIQUE_VIOLATION) throw error;
      if (attempt === MAX_ATTEMPTS || isTimeout(error)) throw databaseBusy(error);
      retried(sqlState(error) ?? 'connection');
      await jitter(attempt);
    }
  }
}

/** 20-60 ms after the first try, twice that after the second: long enough for a lock to go, short beside a person's patience. */
function jitter(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, attempt * (20 + Math.random() * 40)));
}

export function databaseBusy(cause?: unknown): Problem {
  const detail = 'This could not be decided just now. Nothing was done twice: send the same request again.';
  return new Problem(503, 'database_busy', detail, {}, { 'retry-after': '1' }, { cause });
}
