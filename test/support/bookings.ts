/** Asks the API for bookings as its customers do: on days that no other test of the file uses. */
import type { LightMyRequestResponse } from 'fastify';
import { Client, type QueryResultRow } from 'pg';
import type { Identity } from '../../app/auth/tokens';
import { NOW, type TestApi } from './api';
import type { Salon } from './salon';

const DAY = 24 * 60 * 60_000;

export interface Asking {
  as?: Partial<Identity> | null;
  key?: string;
  salon?: Salon;
}

export interface Bookings {
  /** A local date within the salon's horizon, another one at each call, from tomorrow on. */
  freshDay: () => string;
  /** A wish for the salon's first service and staff member; anything may be overridden. */
  wish: (startsAt: string, overrides?: Record<string, unknown>) => Record<string, unknown>;
  book: (body: object, asking?: Asking) => Promise<LightMyRequestResponse>;
  cancel: (bookingId: string, asking?: Asking) => Promise<LightMyRequestResponse>;
  /** `verb`: confirm, reschedule, complete, no-show. */
  change: (bookingId: string, verb: string, asking?: Asking, body?: object) => Promise<LightMyRequestResponse>;
  /** Rows past row-level security. */
  sql: <Row extends QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;
}

/** 15:00 in Taipei on a date is `taipei(date, '15:00')`. */
export function taipei(date: string, time: string): string {
  return `${date}T${time}:00+08:00`;
}

export function bookingsOf(api: TestApi): Bookings {
  let days = 0;
  let keys = 0;
  const post = (url: string, { as = {}, key = `key-${++keys}`, salon = api.salon }: Asking, payload?: object) =>
    api.server.inject({
      method: 'POST',
      url: `/api/v1/merchants/${salon.merchantId}/bookings${url}`,
      headers: {
        'idempotency-key': key,
        ...(as && {
          authorization: `Bearer ${api.token({ merchantId: salon.merchantId, userId: salon.customerIds[0], ...as })}`,
        }),
      },
      ...(payload && { payload }),
    });
  return {
    freshDay: () => new Date(NOW + ++days * DAY).toISOString().slice(0, 10),
    wish: (startsAt, overrides) => ({
      serviceIds: [api.salon.serviceIds[0]],
      staffId: api.salon.staffIds[0],
      startsAt,
      ...overrides,
    }),
    book: (body, asking = {}) => post('', asking, body),
    cancel: (bookingId, asking = {}) => post(`/${bookingId}/cancel`, asking),
    change: (bookingId, verb, asking = {}, body) => post(`/${bookingId}/${verb}`, asking, body),
    sql: async <Row extends QueryResultRow>(text: string, values?: unknown[]) => {
      const client = new Client({ connectionString: api.database.adminUrl });
      await client.connect();
      try {
        return (await client.query<Row>(text, values)).rows;
      } finally {
        await client.end();
      }
    },
  };
}
