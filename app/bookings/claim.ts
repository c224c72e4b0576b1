/** A claim: the wish for one slot of one staff member, complete and checked, ready for the statement that decides it. */
import type { QueryConfig } from 'pg';
import { BOOK_CLAIMS } from './statements';

export interface Claim {
  merchantId: string;
  staffId: string;
  customerId: string;
  status: 'held' | 'pending' | 'confirmed';
  /** Instants in epoch milliseconds; busy is the visit with its buffers. */
  startsAt: number;
  endsAt: number;
  busyFrom: number;
  busyTo: number;
  serviceIds: readonly string[];
  /** Whole New Taiwan dollars. */
  price: number;
  expiresAt: number | null;
  idempotencyKey: string;
  /** SHA-256 in hex over who asks and what for. */
  fingerprint: string;
}

export type ClaimResult =
  | { outcome: 'booked'; bookingId: string; createdAt: Date }
  | { outcome: 'taken' }
  /** The key was used before: by the same wish when the fingerprints are equal. */
  | { outcome: 'repeated'; bookingId: string; fingerprint: string };

/** The order in which every process books, so that two batches over the same slots cannot wait for each other in a circle. */
export function byMerchantStaffStart(a: Claim, b: Claim): number {
  return compareIds(a.merchantId, b.merchantId) || compareIds(a.staffId, b.staffId) || a.busyFrom - b.busyFrom;
}

/** Ids are whole numbers in text, of any length. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

export interface ClaimRow {
  position: number;
  id: string | null;
  created_at: Date | null;
  known_booking_id: string | null;
  known_fingerprint: string | null;
}

/** The statement for claims that are already sorted. */
export function bookingStatement(claims: readonly Claim[]): QueryConfig {
  const column = (value: (claim: Claim) => string | number | null) =>
    `{${claims.map((claim) => value(claim) ?? 'NULL').join()}}`;
  const instants = (value: (claim: Claim) => number | null) =>
    column((claim) => {
      const instant = value(claim);
      return instant === null ? null : new Date(instant).toISOString();
    });
  return {
    ...BOOK_CLAIMS,
    values: [
      column((claim) => claim.merchantId),
      column((claim) => claim.staffId),
      column((claim) => claim.customerId),
      column((claim) => claim.status),
      instants((claim) => claim.startsAt),
      instants((claim) => claim.endsAt),
      instants((claim) => claim.busyFrom),
      instants((claim) => claim.busyTo),
      column((claim) => `"{${claim.serviceIds.join()}}"`),
      column((claim) => claim.price),
      instants((claim) => claim.expiresAt),
      column((claim) => quoted(claim.idempotencyKey)),
      column((claim) => claim.fingerprint),
    ],
  };
}

/** An element of an array literal. Written by hand because `pg` escapes every element, and these columns but one need none. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** The statement's rows, one result a claim: a claim without a row lost its slot. */
export function claimResults(claims: readonly Claim[], rows: readonly ClaimRow[]): ClaimResult[] {
  const results: ClaimResult[] = claims.map(() => ({ outcome: 'taken' }));
  for (const row of rows) {
    if (row.known_booking_id !== null && row.known_fingerprint !== null) {
      const { known_booking_id: bookingId, known_fingerprint: fingerprint } = row;
      results[row.position - 1] = { outcome: 'repeated', bookingId, fingerprint };
    } else if (row.id !== null && row.created_at !== null) {
      results[row.position - 1] = { outcome: 'booked', bookingId: row.id, createdAt: row.created_at };
    }
  }
  return results;
}
