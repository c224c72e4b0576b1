/** Everything a salon has set up, as its staff see and change it: inactive staff and services too, times of day as text. */
import type { ClientBase } from 'pg';
import { type Static, Type } from 'typebox';
import { Id } from '../http/types';
import { DayTime, EndOfDayTime, WeeklySpan } from './spans';

const Name = Type.String({
  pattern: '\\S',
  maxLength: 100,
  description: 'At most 100 characters, of which one at least can be seen',
});

export const SettingsBody = Type.Object(
  {
    name: Name,
    timeZone: Type.String({ maxLength: 50, description: 'IANA name, such as Asia/Taipei' }),
    language: Type.Enum(['zh-TW', 'en'], { description: 'Of messages to customers' }),
    slotMinutes: Type.Integer({
      minimum: 5,
      maximum: 240,
      description: 'Visits start on multiples of it after midnight',
    }),
    minNoticeMinutes: Type.Integer({ minimum: 0, maximum: 525_600, description: 'Book at least so long before' }),
    horizonDays: Type.Integer({ minimum: 1, maximum: 366, description: 'Book at most so far ahead' }),
    cancelNoticeMinutes: Type.Integer({ minimum: 0, maximum: 525_600, description: 'Customers cancel so long before' }),
    holdMinutes: Type.Integer({ minimum: 1, maximum: 60 }),
    offerMinutes: Type.Integer({
      minimum: 5,
      maximum: 1440,
      description: 'How long a slot that came free is kept for who waited for it',
    }),
    maxUpcomingPerCustomer: Type.Union([Type.Integer({ minimum: 1, maximum: 1000 }), Type.Null()], {
      description: 'null: no limit',
    }),
    confirmsAutomatically: Type.Boolean({ description: 'false: the salon confirms each booking' }),
    reminderMinutes: Type.Array(Type.Integer({ minimum: 15, maximum: 20_160 }), {
      maxItems: 4,
      uniqueItems: true,
      description: 'How long before a visit its customer is reminded; empty: never',
    }),
  },
  { additionalProperties: false },
);
export type Settings = Static<typeof SettingsBody>;

export const ServiceFields = Type.Object(
  {
    name: Name,
    durationMinutes: Type.Integer({ minimum: 5, maximum: 720 }),
    bufferBeforeMinutes: Type.Integer({ minimum: 0, maximum: 240 }),
    bufferAfterMinutes: Type.Integer({ minimum: 0, maximum: 240 }),
    price: Type.Integer({ minimum: 0, maximum: 10_000_000, description: 'Whole New Taiwan dollars' }),
    active: Type.Boolean({ description: 'false: no longer offered' }),
  },
  { additionalProperties: false },
);
export type ServiceSettings = Static<typeof ServiceFields>;

export const StaffOffer = Type.Object(
  {
    serviceId: Id,
    durationMinutes: Type.Union([Type.Integer({ minimum: 5, maximum: 720 }), Type.Null()], {
      description: 'null: as the service says',
    }),
    price: Type.Union([Type.Integer({ minimum: 0, maximum: 10_000_000 }), Type.Null()], {
      description: 'null: as the service says',
    }),
  },
  { additionalProperties: false },
);

export const StaffFields = Type.Object(
  {
    name: Name,
    active: Type.Boolean({ description: 'false: cannot be booked any more' }),
  },
  { additionalProperties: false },
);

export const DateExceptionBody = Type.Object(
  {
    staffId: Type.Union([Id, Type.Null()], { description: 'null: the whole salon' }),
    date: Type.String({ format: 'date', description: 'Local date, YYYY-MM-DD' }),
    spans: Type.Array(Type.Object({ from: DayTime, to: EndOfDayTime }, { additionalProperties: false }), {
      maxItems: 10,
      description: 'Take the place of that day’s weekly hours; empty: closed, or a day off',
    }),
    reason: Type.String({ maxLength: 200, description: 'Shown to customers, such as 國慶日' }),
  },
  { additionalProperties: false },
);
export type DateExceptionSettings = Static<typeof DateExceptionBody>;

export const ConfigurationBody = Type.Object(
  {
    settings: SettingsBody,
    openingHours: Type.Array(WeeklySpan),
    services: Type.Array(Type.Object({ id: Id, ...ServiceFields.properties })),
    staff: Type.Array(
      Type.Object({
        id: Id,
        ...StaffFields.properties,
        services: Type.Array(StaffOffer),
        hours: Type.Array(WeeklySpan),
        breaks: Type.Array(WeeklySpan),
      }),
    ),
    dateExceptions: Type.Array(DateExceptionBody, { description: 'From yesterday on' }),
  },
  { title: 'Configuration' },
);
export type Configuration = Static<typeof ConfigurationBody>;

/** One value: the object above, with ids as text because a bigint does not fit a JSON number. */
const READ_CONFIGURATION = {
  name: 'read-configuration',
  text: `
SELECT jsonb_build_object(
  'settings', jsonb_build_object('name', m.name, 'timeZone', m.time_zone, 'language', m.language, 'slotMinutes', m.slot_minutes,
    'minNoticeMinutes', m.min_notice_minutes, 'horizonDays', m.horizon_days, 'cancelNoticeMinutes', m.cancel_notice_minutes,
    'holdMinutes', m.hold_minutes, 'offerMinutes', m.offer_minutes, 'maxUpcomingPerCustomer', m.max_upcoming_per_customer,
    'confirmsAutomatically', m.confirms_automatically, 'reminderMinutes', m.reminder_minutes),
  'openingHours', ${spans('opening_hours o', 'opens', 'closes', 'o.merchant_id = m.id')},
  'services', ${list(
    `'id', v.id::text, 'name', v.name, 'durationMinutes', v.duration_minutes, 'bufferBeforeMinutes', v.buffer_before_minutes,
     'bufferAfterMinutes', v.buffer_after_minutes, 'price', v.price, 'active', v.active`,
    'services v WHERE v.merchant_id = m.id',
    'v.id',
  )},
  'staff', ${list(
    `'id', s.id::text, 'name', s.name, 'active', s.active,
     'services', ${list(
       `'serviceId', f.service_id::text, 'durationMinutes', f.duration_minutes, 'price', f.price`,
       'staff_services f WHERE f.merchant_id = m.id AND f.staff_id = s.id',
       'f.service_id',
     )},
     'hours', ${spans('staff_hours h', 'starts', 'ends', 'h.merchant_id = m.id AND h.staff_id = s.id')},
     'breaks', ${spans('staff_breaks b', 'starts', 'ends', 'b.merchant_id = m.id AND b.staff_id = s.id')}`,
    'staff s WHERE s.merchant_id = m.id',
    's.id',
  )},
  'dateExceptions', ${list(
    `'staffId', e.staff_id::text, 'date', to_char(e.on_date, 'YYYY-MM-DD'), 'spans', e.spans, 'reason', e.reason`,
    `(SELECT staff_id, on_date, min(reason) AS reason, coalesce(jsonb_agg(jsonb_build_object('from', left(opens::text, 5),
        'to', left(closes::text, 5)) ORDER BY opens) FILTER (WHERE opens IS NOT NULL), '[]') AS spans
      FROM date_exceptions WHERE merchant_id = m.id AND on_date >= $2::date GROUP BY staff_id, on_date) e`,
    'e.on_date, e.staff_id',
  )}) AS configuration
FROM merchants m WHERE m.id = $1`,
};

function list(fields: string, source: string, order: string): string {
  return `(SELECT coalesce(jsonb_agg(jsonb_build_object(${fields}) ORDER BY ${order}), '[]') FROM ${source})`;
}

/** 24:00 is a time of day to PostgreSQL too. */
function spans(table: string, from: string, to: string, condition: string): string {
  const fields = `'weekday', weekday, 'from', left(${from}::text, 5), 'to', left(${to}::text, 5)`;
  return list(fields, `${table} WHERE ${condition}`, `weekday, ${from}`);
}

/** `now`: epoch milliseconds. `null`: there is no such merchant. */
export async function readConfiguration(
  client: ClientBase,
  merchantId: string,
  now: number,
): Promise<Configuration | null> {
  const yesterday = new Date(now - 24 * 60 * 60_000).toISOString().slice(0, 10);
  const { rows } = await client.query<{ configuration: Configuration }>({
    ...READ_CONFIGURATION,
    values: [merchantId, yesterday],
  });
  return rows[0]?.configuration ?? null;
}
