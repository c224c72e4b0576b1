/** Bookings that go on during the drill, by the API's own statements, and what they must have left at any moment. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Pool } from 'pg';
import { bookingStatement, claimResults, type Claim, type ClaimRow } from '../../app/bookings/claim';
import { isPassing } from '../../app/database/errors';
import { createPool } from '../../app/database/pool';
import { asMerchant } from '../../app/database/tenancy';
import type { Salon } from '../support/salon';

const HOUR = 3_600_000;
const WRITERS = 4;
/** A writer's pause: some 200 changes a second over all, so that the chosen second is in the midst of something. */
const PAUSE_MS = 15;

/** A change that the database acknowledged. */
interface Change {
  /** Of the transaction; the server knows when it was committed. */
  xid: string;
  bookingId: string;
  status: 'confirmed' | 'cancelled';
  key: string;
}

export interface Writers {
  /** Says that the server is about to be lost: whoever writes then meets an error and ends. */
  expectLoss: () => void;
  /** Ends the bookings and waits for the last. */
  stop: () => Promise<void>;
  acknowledged: () => number;
  /** Attempts that met a lock for longer than the API waits. */
  refused: () => number;
  /** When the last change was acknowledged, in epoch milliseconds. */
  lastAcknowledged: () => number;
  changes: readonly Change[];
}

export function bookingsGoOn(apiUrl: string, salon: Salon): Writers {
  const pool = createPool(
    { login: { url: apiUrl }, applicationName: 'drill', size: WRITERS, overflow: 0 },
    () => undefined,
  );
  const changes: Change[] = [];
  let last = 0;
  const end = new AbortController();
  let losing = false;
  let refused = 0;
  const tolerate = (error: unknown): null => {
    if (losing) end.abort();
    // The API answers 503 after three of them, and the customer tries again.
    else if (isPassing(error)) refused += 1;
    else throw error;
    return null;
  };
  const write = async (writer: number) => {
    for (let round = 0; !end.signal.aborted; round++) {
      const claim = claimOf(salon, writer, round);
      const booked = await book(pool, claim).catch(tolerate);
      if (!booked) continue;
      changes.push(booked);
      last = Date.now();
      if (round % 5 === 4) {
        const cancelled = await cancel(pool, salon, booked).catch(tolerate);
        if (cancelled) changes.push(cancelled);
        last = Date.now();
      }
      await sleep(PAUSE_MS);
    }
  };
  const work = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  return {
    expectLoss: () => (losing = true),
    stop: async () => {
      end.abort();
      await work;
      await pool.end();
    },
    acknowledged: () => changes.length,
    refused: () => refused,
    lastAcknowledged: () => last,
    changes,
  };
}

/** Slots that no other writer wants, years of them. */
function claimOf(salon: Salon, writer: number, round: number): Claim {
  const startsAt = Date.parse('2030-01-01T00:00:00Z') + (round * WRITERS + writer) * HOUR;
  return {
    merchantId: salon.merchantId,
    staffId: salon.staffIds[writer % 2] ?? salon.staffIds[0],
    customerId: salon.customerIds[0],
    status: 'confirmed',
    startsAt,
    endsAt: startsAt + HOUR,
    busyFrom: startsAt,
    busyTo: startsAt + HOUR,
    serviceIds: [salon.serviceIds[0]],
    price: 900,
    expiresAt: null,
    idempotencyKey: randomUUID(),
    fingerprint: '00'.repeat(32),
  };
}

async function book(pool: Pool, claim: Claim): Promise<Change> {
  return asMerchant(pool, claim.merchantId, async (client) => {
    const { rows } = await client.query<ClaimRow>(bookingStatement([claim]));
    const [result] = claimResults([claim], rows);
    if (result?.outcome !== 'booked') throw new Error(`A slot that nobody else wants was ${result?.outcome}`);
    return {
      xid: await currentXid(client),
      bookingId: result.bookingId,
      status: 'confirmed',
      key: claim.idempotencyKey,
    };
  });
}

async function cancel(pool: Pool, salon: Salon, booked: Change): Promise<Change> {
  return asMerchant(pool, salon.merchantId, async (client) => {
    await client.query(
      "UPDATE bookings SET status = 'cancelled', updated_at = now() WHERE merchant_id = $1 AND id = $2",
      [salon.merchantId, booked.bookingId],
    );
    return { ...booked, xid: await currentXid(client), status: 'cancelled' };
  });
}

async function currentXid(client: Pick<Client, 'query'>): Promise<string> {
  const { rows } = await client.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid');
  return rows[0]?.xid ?? '';
}

/** When each change was committed, in epoch milliseconds with fractions, by the server's clock; ask while the server still lives. */
export async function commitTimes(admin: Client, changes: readonly Change[]): Promise<Map<string, number>> {
  const { rows } = await admin.query<{ xid: string; at: number }>(
    'SELECT x AS xid, (extract(epoch FROM pg_xact_commit_timestamp(x::xid8::xid)) * 1000)::float8 AS at FROM unnest($1::text[]) x',
    [changes.map(({ xid }) => xid)],
  );
  return new Map(rows.map(({ xid, at }) => [xid, at]));
}

/** What the database must hold at a moment: the status of each booking, after the changes that were committed by then. */
export function stateAt(changes: readonly Change[], times: Map<string, number>, moment: number): Map<string, string> {
  const state = new Map<string, string>();
  for (const { xid, bookingId, status } of changes) {
    if ((times.get(xid) ?? Infinity) <= moment) state.set(bookingId, status);
  }
  return state;
}
