/** The ledger's side of a request: what its Idempotency-Key stands for, and what it booked before. */
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { queryAsMerchant, queryAsMerchants } from '../database/tenancy';
import { Problem } from '../http/problem';
import { type Booking, type BookingRow, toBooking } from './booking';
import { READ_BOOKING, READ_CLAIMS } from './statements';

export interface EarlierClaim {
  bookingId: string;
  fingerprint: string;
}

/** SHA-256 in hex over who asks and what for: the same key with another fingerprint is another request. */
export function fingerprintOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The same for a repeated request, evenly spread over different ones. */
export function seedOf(fingerprint: string): number {
  return Number.parseInt(fingerprint.slice(0, 8), 16);
}

export interface LedgerKey {
  merchantId: string;
  idempotencyKey: string;
}

export async function readClaim({ primary }: { primary: Pool }, key: LedgerKey): Promise<EarlierClaim | undefined> {
  const [claim] = await readClaims(primary, [key]);
  return claim;
}

/** What each key booked, in their order. */
export async function readClaims(pool: Pool, keys: readonly LedgerKey[]): Promise<(EarlierClaim | undefined)[]> {
  const merchantIds = keys.map(({ merchantId }) => merchantId);
  const { rows } = await queryAsMerchants<{ position: number; booking_id: string; fingerprint: string }>(
    pool,
    [...new Set(merchantIds)],
    { ...READ_CLAIMS, values: [merchantIds, keys.map(({ idempotencyKey }) => idempotencyKey)] },
  );
  const claims: (EarlierClaim | undefined)[] = keys.map(() => undefined);
  for (const { position, booking_id: bookingId, fingerprint } of rows)
    claims[position - 1] = { bookingId, fingerprint };
  return claims;
}

/** What the key booked, as it is now. Throws a Problem: 422 for a key of another request, 409 when the booking is gone. */
export async function repeatedBooking(
  { primary }: { primary: Pool },
  merchantId: string,
  fingerprint: string,
  first: EarlierClaim,
): Promise<Booking> {
  if (first.fingerprint !== fingerprint) {
    throw new Problem(
      422,
      'idempotency_key_reused',
      'This Idempotency-Key was used for another request: send a new key with a new wish',
      { errors: [{ field: 'headers.idempotency-key', message: 'was used before with another body' }] },
    );
  }
  const { rows } = await queryAsMerchant<BookingRow>(primary, merchantId, {
    ...READ_BOOKING,
    values: [merchantId, first.bookingId],
  });
  if (!rows[0])
    throw new Problem(409, 'booking_gone', 'What this Idempotency-Key booked does not exist any more: send a new key');
  return toBooking(rows[0]);
}
