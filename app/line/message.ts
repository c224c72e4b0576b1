/** A message of the outbox: what it is about, and whether it still holds at the moment it would be sent. */
import type { BookingStatus } from '../bookings/booking';
import type { Language } from './language';
import { REMINDER_PREFIX, reminderIsLate } from './reminder-rules';

/** A row as the outbox's statements return it. */
export interface MessageRow {
  merchant_id: string;
  id: string;
  kind: string;
  /** Counts who took it; decides are only valid for the newest. */
  attempts: number;
  retry_key: string;
  /** The start that a reminder was planned for; `null` for other kinds. */
  visit_starts_at: Date | null;
  customer_id: string;
  /** Since it was first taken. */
  age_ms: number;
  /** `null` when the booking is gone, and so for the others of it. */
  status: BookingStatus | null;
  starts_at: Date | null;
  expires_at: Date | null;
  price: number | null;
  salon: string;
  time_zone: string;
  language: Language;
  staff: string | null;
  line_user_id: string | null;
  line_reachable: boolean | null;
  services: string[];
}

/** What a text is made of. */
export interface MessageFacts {
  opening: Opening;
  salon: string;
  timeZone: string;
  language: Language;
  startsAt: Date;
  /** When an offered slot is no longer kept. */
  expiresAt: Date | null;
  staff: string;
  services: readonly string[];
  /** Whole New Taiwan dollars. */
  price: number;
}

const MESSAGE_KINDS = [
  'booking_confirmed',
  'booking_pending',
  'booking_rescheduled',
  'booking_cancelled',
  'slot_offered',
  'reminder',
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** What a message says first: its kind, and of a move, whoever made it, whether the salon still has to confirm the booking. */
export type Opening = MessageKind | 'move_pending';

/** In which states of its booking a message is still true. */
const HOLDS_IN: Record<MessageKind, readonly BookingStatus[]> = {
  booking_confirmed: ['confirmed'],
  booking_pending: ['pending'],
  booking_rescheduled: ['pending', 'confirmed'],
  booking_cancelled: ['cancelled'],
  slot_offered: ['held'],
  reminder: ['confirmed'],
};

export type Checked = { send: MessageFacts; to: string } | { skip: string };

/** `now` in epoch milliseconds. The reason to skip is a short code for the log. */
export function checkMessage(row: MessageRow, now: number): Checked {
  const kind = kindOf(row.kind);
  if (kind === undefined) return { skip: 'unknown_kind' };
  if (row.line_user_id === null) return { skip: 'customer_gone' };
  if (row.line_reachable === false) return { skip: 'customer_unreachable' };
  const { status, starts_at: startsAt, expires_at: expiresAt } = row;
  if (status === null || startsAt === null) return { skip: 'booking_gone' };
  if (!HOLDS_IN[kind].includes(status)) return { skip: `booking_is_${status}` };
  if (kind === 'reminder' && row.visit_starts_at?.getTime() !== startsAt.getTime()) return { skip: 'booking_moved' };
  if (startsAt.getTime() <= now || (kind === 'reminder' && reminderIsLate(row.kind, startsAt.getTime(), now))) {
    return { skip: 'too_late' };
  }
  if (kind === 'slot_offered' && (expiresAt?.getTime() ?? 0) <= now) return { skip: 'offer_expired' };
  return {
    to: row.line_user_id,
    send: {
      opening: kind === 'booking_rescheduled' && status === 'pending' ? 'move_pending' : kind,
      salon: row.salon,
      timeZone: row.time_zone,
      language: row.language,
      startsAt,
      expiresAt,
      staff: row.staff ?? '',
      services: row.services,
      price: row.price ?? 0,
    },
  };
}

function kindOf(kind: string): MessageKind | undefined {
  if (kind.startsWith(REMINDER_PREFIX)) return 'reminder';
  return MESSAGE_KINDS.find((known) => known === kind && known !== 'reminder');
}
