/** Requests that create bookings: random slots of many staff, and one hot staff member. */
import { randomInt, randomUUID } from 'node:crypto';
import { post, type RequestMaker } from './http-load';
import {
  type BenchPlatform,
  CUSTOMERS_PER_SALON,
  FIRST_SLOT,
  LOADED_EVERY,
  SALONS,
  SLOT_GROUPS,
  SLOT_MINUTES,
  STAFF_PER_SALON,
} from './platform';

const random = (limit: number) => Math.floor(Math.random() * limit);

/** A random free slot of a random staff member of a random salon, asked for by a random customer. */
export function randomBooking({ tokens }: Pick<BenchPlatform, 'tokens'>): RequestMaker {
  const run = randomInt(1e9);
  let count = 0;
  return () => {
    const salon = random(SALONS);
    const slot = random(SLOT_GROUPS) * LOADED_EVERY + 1 + random(LOADED_EVERY - 1);
    return request(tokens, salon, salon * STAFF_PER_SALON + 1 + random(STAFF_PER_SALON), slot, `${run}-${++count}`);
  };
}

/** Everybody wants one staff member, in the same few slots. */
export function hotBooking({ tokens }: Pick<BenchPlatform, 'tokens'>, firstGroup: number): RequestMaker {
  let count = 0;
  return () =>
    request(tokens, 0, 1, (firstGroup + Math.floor(count++ / 64)) * LOADED_EVERY + 1 + random(4), randomUUID());
}

function request(tokens: string[][], salon: number, staff: number, slot: number, key: string): string {
  return post(
    `/api/v1/merchants/${salon + 1}/bookings`,
    { authorization: `Bearer ${tokens[salon]?.[random(CUSTOMERS_PER_SALON)]}`, 'idempotency-key': key },
    JSON.stringify({
      serviceIds: [String(salon + 1)],
      staffId: String(staff),
      startsAt: new Date(FIRST_SLOT + slot * SLOT_MINUTES * 60_000).toISOString(),
    }),
  );
}
