/** Reads what became of a salon's messages. */
import type { Pool } from 'pg';
import { type Static, Type } from 'typebox';
import { queryAsMerchant } from '../database/tenancy';
import { Id, Instant } from '../http/types';

export const NOTIFICATION_STATUSES = ['queued', 'retrying', 'sent', 'skipped', 'failed'] as const;
type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];

const MaybeInstant = Type.Union([Instant, Type.Null()]);

export const NotificationBody = Type.Object(
  {
    id: Id,
    bookingId: Id,
    customerId: Id,
    kind: Type.String({ description: 'booking_confirmed, reminder_1440 (minutes before the visit) …' }),
    status: Type.Enum([...NOTIFICATION_STATUSES]),
    errorReason: Type.Union([Type.String(), Type.Null()], {
      description: 'Why it was skipped, failed or has to be tried again: customer_unreachable, quota_exhausted …',
    }),
    attempts: Type.Integer(),
    createdAt: Instant,
    firstAttemptAt: MaybeInstant,
    lastAttemptAt: MaybeInstant,
  },
  { title: 'Notification' },
);
export type Notification = Static<typeof NotificationBody>;

interface NotificationRow {
  id: string;
  booking_id: string;
  customer_id: string;
  kind: string;
  status: NotificationStatus;
  error_reason: string | null;
  attempts: number;
  created_at: Date;
  first_attempt_at: Date | null;
  last_attempt_at: Date | null;
}

/** Status ($2), booking ($3) and the id that the page starts below ($4) may be NULL. */
const LIST = {
  name: 'list-notifications',
  text: `
SELECT id, booking_id, customer_id, kind, status, error_reason, attempts, created_at, first_attempt_at, last_attempt_at
FROM notification_logs
WHERE merchant_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::bigint IS NULL OR booking_id = $3)
  AND ($4::bigint IS NULL OR id < $4)
ORDER BY id DESC LIMIT $5`,
};

export interface NotificationPage {
  merchantId: string;
  status?: NotificationStatus;
  bookingId?: string;
  /** Id of the last notification of the page before. */
  before?: string;
  limit: number;
}

/** Newest first. */
export async function listNotifications(pool: Pool, page: NotificationPage): Promise<Notification[]> {
  const { merchantId, status = null, bookingId = null, before = null, limit } = page;
  const query = { ...LIST, values: [merchantId, status, bookingId, before, limit] };
  const { rows } = await queryAsMerchant<NotificationRow>(pool, merchantId, query);
  return rows.map((row) => ({
    id: row.id,
    bookingId: row.booking_id,
    customerId: row.customer_id,
    kind: row.kind,
    status: row.status,
    errorReason: row.error_reason,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    firstAttemptAt: row.first_attempt_at?.toISOString() ?? null,
    lastAttemptAt: row.last_attempt_at?.toISOString() ?? null,
  }));
}
