/**
 * Offers freed slots to those who wait, first come first: as a hold in their name, with a message. What is to be offered, the hold and
 * the offer change in one transaction, so that a kill at any moment neither loses a slot nor offers it twice.
 */
import type { PoolClient } from 'pg';
import { busyByStaff, type BusyRow, busySpans } from '../availability/busy';
import { DAY, localDayAt, MINUTE } from '../availability/local-day';
import { reapHolds } from '../bookings/reap-holds';
import { countUpcoming } from '../bookings/upcoming-limit';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import type { Catalogue } from '../merchants/catalogue';
import { type Fit, fitInto, type FreedSlot, type Waiting } from './fit';
import { FORGET_FREED_SLOT, IN_LINE_FOR, LOCK_LINE, NEXT_FREED_SLOT, OFFER_SLOT } from './statements';

/** Steps in one go; what is left is taken up in the next round. */
const MAX_STEPS = 100;

type Step =
  | { done: 'offered' | 'nobody fits' }
  /** Nothing is left, or another process is at it. */
  | { done: 'all' }
  | { done: 'taken'; fit: Fit };

/** What the keeping of slots needs of the context. */
export type Keeping = Pick<Context, 'primary' | 'clock'> & { catalogues: Pick<Context['catalogues'], 'get'> };

/** How many slots were offered. */
export async function offerFreedSlots(context: Keeping, merchantId: string): Promise<number> {
  const catalogue = await context.catalogues.get(merchantId);
  if (!catalogue) return 0;
  let offered = 0;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const step = await asMerchant(context.primary, merchantId, (client) =>
      offerNext(client, catalogue, context.clock()),
    );
    if (step.done === 'all') break;
    if (step.done === 'offered') offered += 1;
    // An expired hold that is still there, or somebody who was faster: the next step sees which.
    if (step.done === 'taken') await reapHolds(context, claimOf(merchantId, step.fit));
  }
  return offered;
}

/** One slot to one customer: several in one transaction would have to be in the common order of all bookings, and could not wait in line. */
async function offerNext(client: PoolClient, catalogue: Catalogue, now: number): Promise<Step> {
  const { merchantId } = catalogue;
  const { rows: lines } = await client.query<{ locked: boolean; offer_minutes: number }>({
    ...LOCK_LINE,
    values: [merchantId],
  });
  if (!lines[0]?.locked) return { done: 'all' };
  const { rows } = await client.query<FreedRow>({ ...NEXT_FREED_SLOT, values: [merchantId] });
  const row = rows[0];
  if (!row) return { done: 'all' };
  const fit = await firstInLine(client, catalogue, toFreedSlot(row), now);
  if (!fit) {
    await client.query({ ...FORGET_FREED_SLOT, values: [merchantId, row.id] });
    return { done: 'nobody fits' };
  }
  const { startsAt, endsAt, busy } = fit.times;
  const expiresAt = Math.min(now + lines[0].offer_minutes * MINUTE, startsAt);
  const instants = [startsAt, endsAt, busy.from, busy.to].map((instant) => new Date(instant));
  const slot = [fit.visit.staffId, ...instants, fit.visit.price, new Date(expiresAt)];
  const { rowCount } = await client.query({ ...OFFER_SLOT, values: [merchantId, fit.waiting.id, ...slot] });
  // What is left of the freed slot may do for the next in line, so it stays until nobody fits.
  return rowCount ? { done: 'offered' } : { done: 'taken', fit };
}

async function firstInLine(
  client: PoolClient,
  catalogue: Catalogue,
  freed: FreedSlot,
  now: number,
): Promise<Fit | null> {
  const { merchantId, policy } = catalogue;
  const { staffId, busy: span } = freed;
  const dateOf = (instant: number) => localDayAt(policy.timeZone, instant).date;
  // A visit that passes midnight may begin on the date before.
  const dates = [dateOf(span.from - DAY), dateOf(span.to)];
  const [{ rows: line }, { rows: taken }] = await Promise.all([
    client.query<WaitingRow>({
      ...IN_LINE_FOR,
      values: [merchantId, staffId, ...dates, new Date(now), new Date(span.from), new Date(span.to)],
    }),
    client.query<BusyRow>(busySpans(merchantId, [staffId], { from: span.from - DAY, to: span.to }, now)),
  ]);
  const busy = busyByStaff(taken);
  for (const row of line) {
    const fit = fitInto(freed, toWaiting(row), { catalogue, busy, now });
    if (fit && (await isAllowed(client, policy.maxUpcomingPerCustomer, claimOf(merchantId, fit), now))) return fit;
  }
  return null;
}

async function isAllowed(
  client: PoolClient,
  limit: number | null,
  claim: ReturnType<typeof claimOf>,
  now: number,
): Promise<boolean> {
  return limit === null || (await countUpcoming(client, claim, now)) < limit;
}

function claimOf(merchantId: string, { waiting, visit, times }: Fit) {
  const { from: busyFrom, to: busyTo } = times.busy;
  return { merchantId, customerId: waiting.customerId, staffId: visit.staffId, busyFrom, busyTo };
}

interface FreedRow {
  id: string;
  staff_id: string;
  starts_at: Date;
  busy_from: Date;
  busy_to: Date;
}

function toFreedSlot(row: FreedRow): FreedSlot {
  const busy = { from: row.busy_from.getTime(), to: row.busy_to.getTime() };
  return { staffId: row.staff_id, startsAt: row.starts_at.getTime(), busy };
}

interface WaitingRow {
  id: string;
  customer_id: string;
  service_ids: string[];
  from_date: string;
  to_date: string;
}

function toWaiting(row: WaitingRow): Waiting {
  return {
    id: row.id,
    customerId: row.customer_id,
    serviceIds: row.service_ids,
    fromDate: row.from_date,
    toDate: row.to_date,
  };
}
