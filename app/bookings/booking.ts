/** What a booking is, to the outside and between the modules that make, read and change one. */
import { type Static, Type } from 'typebox';
import { Id, Instant } from '../http/types';

const BOOKING_STATUSES = ['held', 'pending', 'confirmed', 'completed', 'cancelled', 'no_show'] as const;
export type BookingStatus = (typeof BOOKING_STATUSES)[number];

export const BookingBody = Type.Object(
  {
    id: Id,
    status: Type.Enum([...BOOKING_STATUSES]),
    startsAt: Instant,
    endsAt: Instant,
    staffId: Id,
    customerId: Id,
    serviceIds: Type.Array(Id),
    price: Type.Integer({ description: 'Whole New Taiwan dollars, as agreed when it was booked' }),
    expiresAt: Type.Union([Instant, Type.Null()], { description: 'When a hold ends unless it is confirmed' }),
    squeezedIn: Type.Boolean({ description: 'Staff put this visit beside another one on purpose' }),
    createdAt: Instant,
  },
  { title: 'Booking' },
);

export type Booking = Static<typeof BookingBody>;

/** A row as the statements return it. */
export interface BookingRow {
  id: string;
  staff_id: string;
  customer_id: string;
  status: BookingStatus;
  starts_at: Date;
  ends_at: Date;
  service_ids: string[];
  price: number;
  expires_at: Date | null;
  squeezed_in: boolean;
  created_at: Date;
}

/** The same with its buffers. */
export interface SlotRow extends BookingRow {
  busy_from: Date;
  busy_to: Date;
}

export function toBooking(row: BookingRow): Booking {
  return {
    id: row.id,
    status: row.status,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    staffId: row.staff_id,
    customerId: row.customer_id,
    serviceIds: row.service_ids,
    price: row.price,
    expiresAt: row.expires_at?.toISOString() ?? null,
    squeezedIn: row.squeezed_in,
    createdAt: row.created_at.toISOString(),
  };
}
