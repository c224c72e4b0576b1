import type { Pool } from 'pg';
import type { Claim } from '../../../app/bookings/claim';
import { ClaimWriter } from '../../../app/bookings/claim-writer';
import { createPool } from '../../../app/database/pool';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createSalon, type Salon } from '../../support/salon';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const FIRST = Date.parse('2027-01-01T00:00:00Z');
const CLAIMS = 48;
const ROUNDS = 25;

/** Longer than PostgreSQL takes to find a circle, which it does after a second: a busy machine is none. */
const LOCK_TIMEOUT_MS = 4_000;

let database: TestDatabase;
let salon: Salon;
const pools: Pool[] = [];
/** SQLSTATEs after which anything was tried again. */
const retried: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  salon = await createSalon(database.adminUrl);
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.drop();
});

/** As in a task of its own. */
function newWriter(): ClaimWriter {
  const login = { url: database.apiUrl };
  const settings = { login, applicationName: 'test', size: 2, overflow: 0, lockTimeoutMs: LOCK_TIMEOUT_MS };
  const pool = createPool(settings, () => undefined);
  pools.push(pool);
  return new ClaimWriter(pool, { retried: (code) => void retried.push(code) });
}

let keys = 0;
function claim(startsAt: number, staffId: string): Claim {
  const endsAt = startsAt + HOUR;
  return {
    merchantId: salon.merchantId,
    staffId,
    customerId: salon.customerIds[0],
    status: 'confirmed',
    startsAt,
    endsAt,
    busyFrom: startsAt,
    busyTo: endsAt,
    serviceIds: [salon.serviceIds[0]],
    price: 900,
    expiresAt: null,
    idempotencyKey: `key-${++keys}`,
    fingerprint: '00'.repeat(32),
  };
}

it('Two tasks that book the same slots in opposite order at the same moment never wait for each other in a circle', async () => {
  const writers = [newWriter(), newWriter()];
  for (let round = 0; round < ROUNDS; round++) {
    const slots = Array.from({ length: CLAIMS }, (_slot, index) => FIRST + round * 10 * DAY + index * 2 * HOUR);
    const book = (writer: ClaimWriter, starts: readonly number[], staff: readonly string[]) =>
      starts.flatMap((startsAt) => staff.map((staffId) => writer.book(claim(startsAt, staffId))));
    const [one, two] = await Promise.all(
      writers.map((writer, index) =>
        Promise.all(
          index === 0
            ? book(writer, slots, salon.staffIds)
            : book(writer, slots.toReversed(), salon.staffIds.toReversed()),
        ),
      ),
    );
    const booked = [...(one ?? []), ...(two ?? [])].filter(({ outcome }) => outcome === 'booked');
    expect(booked).toHaveLength(CLAIMS * salon.staffIds.length);
  }
  expect(retried).toEqual([]);
});
