/** Reads a merchant's catalogue: eight small statements that travel together. */
import type { Pool } from 'pg';
import { asMerchant } from '../database/tenancy';
import type { Catalogue, DateException, MinuteSpan, Offer, Service, StaffMember, Week } from './catalogue';

const DAY = 24 * 60 * 60_000;

const STATEMENTS = {
  merchant: {
    name: 'catalogue-merchant',
    text: `SELECT name, time_zone, slot_minutes, min_notice_minutes, horizon_days, cancel_notice_minutes, hold_minutes,
                  max_upcoming_per_customer, confirms_automatically
           FROM merchants WHERE id = $1`,
  },
  services: {
    name: 'catalogue-services',
    text: `SELECT id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, price
           FROM services WHERE merchant_id = $1 AND active ORDER BY id`,
  },
  staff: { name: 'catalogue-staff', text: 'SELECT id, name FROM staff WHERE merchant_id = $1 AND active ORDER BY id' },
  offers: {
    name: 'catalogue-offers',
    text: 'SELECT staff_id, service_id, duration_minutes, price FROM staff_services WHERE merchant_id = $1',
  },
  openingHours: {
    name: 'catalogue-opening-hours',
    text: `SELECT NULL AS staff_id, weekday, ${minutes('opens')} AS "from", ${minutes('closes')} AS "to"
           FROM opening_hours WHERE merchant_id = $1 ORDER BY weekday, opens`,
  },
  staffHours: {
    name: 'catalogue-staff-hours',
    text: `SELECT staff_id, weekday, ${minutes('starts')} AS "from", ${minutes('ends')} AS "to"
           FROM staff_hours WHERE merchant_id = $1 ORDER BY staff_id, weekday, starts`,
  },
  breaks: {
    name: 'catalogue-breaks',
    text: `SELECT staff_id, weekday, ${minutes('starts')} AS "from", ${minutes('ends')} AS "to"
           FROM staff_breaks WHERE merchant_id = $1 ORDER BY staff_id, weekday, starts`,
  },
  exceptions: {
    name: 'catalogue-exceptions',
    // $2 is yesterday in UTC, which may still be today in the merchant's zone.
    text: `SELECT staff_id, to_char(on_date, 'YYYY-MM-DD') AS date, ${minutes('opens')} AS "from", ${minutes('closes')} AS "to", reason
           FROM date_exceptions WHERE merchant_id = $1 AND on_date >= $2
           ORDER BY staff_id, on_date, opens`,
  },
};

function minutes(column: string): string {
  return `(extract(epoch FROM ${column}) / 60)::integer`;
}

interface WeekRow {
  staff_id: string | null;
  weekday: number;
  from: number;
  to: number;
}

interface ExceptionRow {
  staff_id: string | null;
  date: string;
  from: number | null;
  to: number | null;
  reason: string;
}

/** `null`: there is no such merchant. `now` in epoch milliseconds: older dates that differ from the week are left out. */
export async function readCatalogue(pool: Pool, merchantId: string, now: number): Promise<Catalogue | null> {
  return asMerchant(pool, merchantId, async (client) => {
    const read = async <Row>(statement: { name: string; text: string }, ...values: string[]) =>
      (await client.query({ ...statement, values: [merchantId, ...values] })).rows as Row[];
    const yesterday = new Date(now - DAY).toISOString().slice(0, 10);
    const [merchants, services, staff, offers, openingHours, staffHours, breaks, exceptions] = await Promise.all([
      read<MerchantRow>(STATEMENTS.merchant),
      read<ServiceRow>(STATEMENTS.services),
      read<{ id: string; name: string }>(STATEMENTS.staff),
      read<OfferRow>(STATEMENTS.offers),
      read<WeekRow>(STATEMENTS.openingHours),
      read<WeekRow>(STATEMENTS.staffHours),
      read<WeekRow>(STATEMENTS.breaks),
      read<ExceptionRow>(STATEMENTS.exceptions, yesterday),
    ]);
    const merchant = merchants[0];
    if (!merchant) return null;
    const serviceById = new Map(services.map((row) => [row.id, toService(row)]));
    return {
      merchantId,
      name: merchant.name,
      policy: {
        timeZone: merchant.time_zone,
        slotMinutes: merchant.slot_minutes,
        minNoticeMinutes: merchant.min_notice_minutes,
        horizonDays: merchant.horizon_days,
        cancelNoticeMinutes: merchant.cancel_notice_minutes,
        holdMinutes: merchant.hold_minutes,
        maxUpcomingPerCustomer: merchant.max_upcoming_per_customer,
        confirmsAutomatically: merchant.confirms_automatically,
      },
      openingHours: toWeek(openingHours),
      services: serviceById,
      staff: new Map(
        staff.map(({ id, name }): [string, StaffMember] => [
          id,
          {
            id,
            name,
            hours: toWeek(staffHours.filter((row) => row.staff_id === id)),
            breaks: toWeek(breaks.filter((row) => row.staff_id === id)),
            offers: toOffers(
              offers.filter((row) => row.staff_id === id),
              serviceById,
            ),
          },
        ]),
      ),
      exceptions: toExceptions(exceptions),
    };
  });
}

interface MerchantRow {
  name: string;
  time_zone: string;
  slot_minutes: number;
  min_notice_minutes: number;
  horizon_days: number;
  cancel_notice_minutes: number;
  hold_minutes: number;
  max_upcoming_per_customer: number | null;
  confirms_automatically: boolean;
}

interface ServiceRow {
  id: string;
  name: string;
  duration_minutes: number;
  buffer_before_minutes: number;
  buffer_after_minutes: number;
  price: number;
}

interface OfferRow {
  staff_id: string;
  service_id: string;
  duration_minutes: number | null;
  price: number | null;
}

function toService(row: ServiceRow): Service {
  return {
    id: row.id,
    name: row.name,
    durationMinutes: row.duration_minutes,
    bufferBeforeMinutes: row.buffer_before_minutes,
    bufferAfterMinutes: row.buffer_after_minutes,
    price: row.price,
  };
}

function toOffers(rows: OfferRow[], services: ReadonlyMap<string, Service>): Map<string, Offer> {
  const offers = new Map<string, Offer>();
  for (const row of rows) {
    const service = services.get(row.service_id);
    if (!service) continue; // the service is no longer offered by the salon
    offers.set(row.service_id, {
      durationMinutes: row.duration_minutes ?? service.durationMinutes,
      price: row.price ?? service.price,
    });
  }
  return offers;
}

function toWeek(rows: WeekRow[]): Week {
  const week: Record<number, MinuteSpan[]> = {};
  for (const { weekday, from, to } of rows) (week[weekday] ??= []).push({ from, to });
  return week;
}

function toExceptions(rows: ExceptionRow[]): DateException[] {
  const exceptions = new Map<string, DateException & { spans: MinuteSpan[] }>();
  for (const row of rows) {
    const key = `${row.staff_id ?? ''} ${row.date}`;
    const exception = exceptions.get(key) ?? { staffId: row.staff_id, date: row.date, spans: [], reason: row.reason };
    if (row.from !== null && row.to !== null) exception.spans.push({ from: row.from, to: row.to });
    exceptions.set(key, exception);
  }
  return [...exceptions.values()];
}
