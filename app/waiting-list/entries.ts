/** Entries of the waiting list: join, read, leave. */
import type { PoolClient } from 'pg';
import { type Static, Type } from 'typebox';
import { recordAudit } from '../audit/audit';
import type { Identity } from '../auth/tokens';
import { withRetries } from '../bookings/retries';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import { Problem } from '../http/problem';
import { Id, Instant } from '../http/types';
import { END_SERVED, FIND_SAME, GIVE_BACK_OFFERS, JOIN, LEAVE, LIST_ENTRIES, WAS_IN_LINE } from './statements';

export const LocalDate = Type.String({ format: 'date', description: 'Local date of the salon, such as 2026-12-01' });

export const EntryBody = Type.Object(
  {
    id: Id,
    customerId: Id,
    serviceIds: Type.Array(Id),
    staffId: Type.Union([Id, Type.Null()], { description: 'null: anyone' }),
    fromDate: LocalDate,
    toDate: LocalDate,
    joinedAt: Instant,
    offer: Type.Union(
      [
        Type.Object({ bookingId: Id, staffId: Id, startsAt: Instant, endsAt: Instant, expiresAt: Instant }),
        Type.Null(),
      ],
      {
        description:
          'A slot that is kept for them until it expires: confirm that booking to take it, cancel it to decline',
      },
    ),
  },
  { title: 'WaitingListEntry' },
);
export type EntryBody = Static<typeof EntryBody>;

export interface NewEntry {
  merchantId: string;
  customerId: string;
  serviceIds: readonly string[];
  /** `null`: anyone. */
  staffId: string | null;
  /** Local dates, `YYYY-MM-DD`. */
  fromDate: string;
  toDate: string;
  identity: Identity;
  requestId: string;
}

/** More wishes than anybody has nails; keeps one customer from filling the list. */
const MAX_OPEN_ENTRIES = 10;

/** Asking again for the same is answered with the entry that is there. Throws a 409 Problem for too many entries. */
export function joinWaitingList(
  context: Context,
  entry: NewEntry,
  today: string,
): Promise<{ entry: EntryBody; created: boolean }> {
  const { merchantId, customerId, serviceIds, staffId, fromDate, toDate } = entry;
  const wanted = [merchantId, customerId, serviceIds, staffId, fromDate, toDate];
  return withRetries(context, () =>
    asMerchant(context.primary, merchantId, async (client) => {
      await client.query({ ...END_SERVED, values: [merchantId, customerId] });
      const joined = await client.query<{ id: string }>({ ...JOIN, values: [...wanted, MAX_OPEN_ENTRIES] });
      const [row] =
        joined.rows.length > 0
          ? joined.rows
          : (await client.query<{ id: string }>({ ...FIND_SAME, values: wanted })).rows;
      if (!row) throw tooManyEntries();
      const created = joined.rows.length > 0;
      if (created) {
        const after = { serviceIds, staffId, fromDate, toDate };
        await recordAudit(client, { ...entry, action: 'waiting_list.joined', subjectId: row.id, after });
      }
      const [found] = await entries(client, { merchantId, id: row.id, today, now: context.clock(), limit: 1 });
      if (!found) throw new Error(`Entry ${row.id} of the waiting list is not there after it was joined`);
      return { entry: found, created };
    }),
  );
}

/** In line, `customerId` null: of everybody. */
export function listEntries(
  { primary, clock }: Context,
  page: { merchantId: string; customerId: string | null; today: string; limit: number; cursor?: string },
): Promise<{ entries: EntryBody[]; nextCursor: string | null }> {
  return asMerchant(primary, page.merchantId, async (client) => {
    const found = await entries(client, { ...page, after: page.cursor ?? '0', now: clock(), limit: page.limit + 1 });
    const shown = found.slice(0, page.limit);
    return { entries: shown, nextCursor: found.length > page.limit ? (shown.at(-1)?.id ?? null) : null };
  });
}

/** Gives back what the entry was offered, too. Leaving twice is answered as once. Throws a 404 Problem, also for another customer's. */
export function leaveWaitingList(
  context: Context,
  { merchantId, id, identity, requestId }: { merchantId: string; id: string; identity: Identity; requestId: string },
): Promise<void> {
  const mine = [merchantId, id, identity.role === 'customer' ? identity.userId : null];
  return withRetries(context, () =>
    asMerchant(context.primary, merchantId, async (client) => {
      const { rowCount } = await client.query({ ...LEAVE, values: mine });
      if (rowCount) {
        await client.query({ ...GIVE_BACK_OFFERS, values: [merchantId, id] });
        await recordAudit(client, { merchantId, identity, requestId, action: 'waiting_list.left', subjectId: id });
        return;
      }
      const known = await client.query({ ...WAS_IN_LINE, values: mine });
      if (!known.rowCount) throw new Problem(404, 'entry_unknown', `There is no entry ${id} on the waiting list`);
    }),
  );
}

interface EntryRow {
  id: string;
  customer_id: string;
  service_ids: string[];
  staff_id: string | null;
  from_date: string;
  to_date: string;
  created_at: Date;
  offer_id: string | null;
  offer_staff_id: string | null;
  starts_at: Date | null;
  ends_at: Date | null;
  expires_at: Date | null;
}

async function entries(
  client: PoolClient,
  wanted: {
    merchantId: string;
    customerId?: string | null;
    id?: string;
    after?: string;
    today: string;
    now: number;
    limit: number;
  },
): Promise<EntryBody[]> {
  const { merchantId, customerId = null, id = null, after = '0', today, now, limit } = wanted;
  const { rows } = await client.query<EntryRow>({
    ...LIST_ENTRIES,
    values: [merchantId, customerId, id, after, new Date(now), today, limit],
  });
  return rows.map(toBody);
}

function toBody(row: EntryRow): EntryBody {
  const { offer_id: bookingId, offer_staff_id: staffId, starts_at, ends_at, expires_at } = row;
  return {
    id: row.id,
    customerId: row.customer_id,
    serviceIds: row.service_ids,
    staffId: row.staff_id,
    fromDate: row.from_date,
    toDate: row.to_date,
    joinedAt: row.created_at.toISOString(),
    offer:
      bookingId && staffId && starts_at && ends_at && expires_at
        ? {
            bookingId,
            staffId,
            startsAt: starts_at.toISOString(),
            endsAt: ends_at.toISOString(),
            expiresAt: expires_at.toISOString(),
          }
        : null,
  };
}

function tooManyEntries(): Problem {
  return new Problem(
    409,
    'too_many_entries',
    `A customer may wait for ${MAX_OPEN_ENTRIES} things at a time: leave one of them first`,
    { limit: MAX_OPEN_ENTRIES },
  );
}
