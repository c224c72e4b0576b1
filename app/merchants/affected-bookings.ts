/** Which upcoming bookings no longer fit after a change: nothing is dropped, somebody has to talk to these customers. */
import type { ClientBase } from 'pg';
import { type Static, Type } from 'typebox';
import { contains } from '../availability/intervals';
import { workingTimeAround } from '../availability/working-time';
import { Id, Instant } from '../http/types';
import type { Catalogue } from './catalogue';

const CONFLICTS = ['staff_inactive', 'service_not_offered', 'outside_hours'] as const;
export type Conflict = (typeof CONFLICTS)[number];

export const AffectedBooking = Type.Object(
  {
    id: Id,
    staffId: Id,
    customerId: Id,
    startsAt: Instant,
    endsAt: Instant,
    conflicts: Type.Array(Type.Enum([...CONFLICTS]), { description: 'What the change did to it' }),
  },
  { title: 'AffectedBooking' },
);
export type AffectedBooking = Static<typeof AffectedBooking>;

export interface UpcomingBooking {
  id: string;
  staffId: string;
  customerId: string;
  serviceIds: readonly string[];
  startsAt: Date;
  endsAt: Date;
}

const UPCOMING_BOOKINGS = {
  name: 'upcoming-bookings',
  text: `SELECT id, staff_id AS "staffId", customer_id AS "customerId", service_ids AS "serviceIds", starts_at AS "startsAt", ends_at AS "endsAt"
         FROM bookings WHERE merchant_id = $1 AND starts_at > $2 AND status IN ('held', 'pending', 'confirmed') ORDER BY starts_at, id`,
};

/** `now`: epoch milliseconds. */
export async function upcomingBookings(
  client: ClientBase,
  merchantId: string,
  now: number,
): Promise<UpcomingBooking[]> {
  const { rows } = await client.query<UpcomingBooking>({ ...UPCOMING_BOOKINGS, values: [merchantId, new Date(now)] });
  return rows;
}

/** Only conflicts that are new: a visit that was outside the hours on purpose does not turn up again at every change. */
export function affectedBookings(
  before: Catalogue,
  after: Catalogue,
  bookings: readonly UpcomingBooking[],
): AffectedBooking[] {
  return bookings.flatMap((booking) => {
    const known = conflictsOf(before, booking);
    const conflicts = conflictsOf(after, booking).filter((conflict) => !known.includes(conflict));
    if (conflicts.length === 0) return [];
    const { id, staffId, customerId, startsAt, endsAt } = booking;
    return [{ id, staffId, customerId, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString(), conflicts }];
  });
}

function conflictsOf(catalogue: Catalogue, { staffId, serviceIds, startsAt, endsAt }: UpcomingBooking): Conflict[] {
  const staff = catalogue.staff.get(staffId);
  if (!staff) return ['staff_inactive'];
  // Its length and price were agreed when it was booked: a service that takes longer now does not change it.
  const visit = { from: startsAt.getTime(), to: endsAt.getTime() };
  return [
    ...(serviceIds.every((id) => staff.offers.has(id)) ? [] : (['service_not_offered'] as const)),
    ...(contains(workingTimeAround(catalogue, staff, visit), visit) ? [] : (['outside_hours'] as const)),
  ];
}
