/** Which rows are past their retention, of every table that is cleaned by age alone (requirement C15). */
import { RETENTION_DAYS } from '../../../app/contract/retention';
import type { Deletion } from '../database/delete-rows';

const DAY_MS = 86_400_000;

/** Deletions in the order in which they are made. `now` is epoch milliseconds. */
export function pastRetention(now: number): Deletion[] {
  const ago = (days: number) => new Date(now - days * DAY_MS);
  const rule = (table: string, where: string, days: number): Deletion => ({ table, where, values: [ago(days)] });
  return [
    {
      table: 'booking_locks',
      where: `t.created_at < $1 OR (t.created_at < $2 AND NOT EXISTS (
                SELECT FROM bookings b WHERE b.merchant_id = t.merchant_id AND b.id = t.booking_id))`,
      values: [ago(RETENTION_DAYS.linkedBookingLocks), ago(RETENTION_DAYS.orphanedBookingLocks)],
    },
    rule('bookings', "t.status IN ('cancelled', 'no_show') AND t.ends_at < $1", RETENTION_DAYS.endedBookings),
    rule('bookings_archive', 't.ends_at < $1', RETENTION_DAYS.archivedBookings),
    rule('decision_insights', 't.at < $1', RETENTION_DAYS.decisionInsights),
    // What is still to be sent has a younger row; an older one was given up.
    rule('notification_logs', 't.created_at < $1', RETENTION_DAYS.notificationLogs),
    rule('line_inbox', 't.processed_at < $1', RETENTION_DAYS.lineInbox),
    // An entry ends with its last day at the latest.
    rule('waiting_list', 't.to_date < $1::date AND t.created_at < $1', RETENTION_DAYS.endedWaitingList),
    rule('audit_log', 't.at < $1', RETENTION_DAYS.auditLog),
  ];
}
