import { Client } from 'pg';
import { createTestApi, NOW, type TestApi } from '../../support/api';
import { type Asking, bookingsOf, taipei, type Bookings } from '../../support/bookings';
import { slotKeeperOf } from '../../support/slot-keeper';

const MINUTE = 60_000;
const asStaff = { as: { role: 'merchant', userId: '77' } } satisfies Asking;

let api: TestApi;
let bookings: Bookings;
let round: () => Promise<boolean>;
let customers: string[];

beforeAll(async () => {
  api = await createTestApi({ offer_minutes: 30 });
  bookings = bookingsOf(api);
  const keeper = slotKeeperOf(api);
  round = () => keeper.round();
  const rows = await bookings.sql<{ id: string }>(
    `INSERT INTO customers (merchant_id, line_user_id) SELECT $1, 'waits ' || n FROM generate_series(1, 4) n RETURNING id`,
    [api.salon.merchantId],
  );
  customers = rows.map(({ id }) => id);
});
afterAll(() => api.close());
afterEach(async () => {
  api.clock.now = NOW;
  await bookings.sql('DELETE FROM waiting_list; DELETE FROM bookings; DELETE FROM freed_slots; DELETE FROM outbox');
});

const as = (index: number) => ({ as: { userId: customers[index] as string } });

/** Joins as the customer with that index and answers the entry's id. */
async function join(index: number, day: string, changes = {}): Promise<string> {
  const body = { serviceIds: [api.salon.serviceIds[0]], staffId: null, fromDate: day, toDate: day, ...changes };
  const response = await api.request({ method: 'POST', url: '/waiting-list', payload: body, ...as(index) });
  expect(response.statusCode).toBe(201);
  return response.json().id;
}

async function offers(
  index: number,
): Promise<{ bookingId: string; startsAt: string; staffId: string; expiresAt: string }[]> {
  const { entries } = (await api.request({ url: '/waiting-list', ...as(index) })).json();
  return entries.flatMap(({ offer }: { offer: unknown }) => offer ?? []);
}

async function offered(...indexes: number[]): Promise<boolean[]> {
  const all = await Promise.all(indexes.map((index) => offers(index)));
  return all.map((list) => list.length > 0);
}

async function booked(startsAt: string, changes = {}): Promise<{ id: string; startsAt: string }> {
  return (await bookings.book(bookings.wish(startsAt, changes))).json();
}

describe('A slot that becomes free', () => {
  it('by a cancellation is kept for whoever has waited longest, who is told by a message', async () => {
    const day = bookings.freshDay();
    const { id, startsAt } = await booked(taipei(day, '15:00'));
    const entry = await join(0, day);
    await join(1, day);
    await bookings.cancel(id);
    await round();
    expect(await offered(0, 1)).toEqual([true, false]);
    const [offer] = await offers(0);
    const expiresAt = new Date(NOW + 30 * MINUTE).toISOString();
    expect(offer).toMatchObject({ startsAt, staffId: api.salon.staffIds[0], expiresAt });
    expect((await bookings.book(bookings.wish(startsAt), as(1))).statusCode).toBe(409);
    const messages = await bookings.sql(`SELECT booking_id, customer_id FROM outbox WHERE kind = 'slot_offered'`);
    expect(messages).toEqual([{ booking_id: offer?.bookingId, customer_id: customers[0] }]);
    expect(await bookings.sql('SELECT waiting_id FROM waiting_list_offers')).toEqual([{ waiting_id: entry }]);
    expect(await bookings.sql('SELECT FROM freed_slots')).toEqual([]);
  });

  it('is taken by confirming the offer, which ends the waiting', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    await join(0, day);
    await bookings.cancel(id);
    await round();
    const [offer] = await offers(0);
    const taken = await bookings.change(String(offer?.bookingId), 'confirm', as(0));
    expect(taken.json()).toMatchObject({ status: 'confirmed', customerId: customers[0] });
    expect((await api.request({ url: '/waiting-list', ...as(0) })).json().entries).toEqual([]);
    expect(await bookings.sql('SELECT ended_as FROM waiting_list')).toEqual([{ ended_as: 'booked' }]);
  });

  it.each([
    ['booking it', (startsAt: string) => bookings.book(bookings.wish(startsAt), as(1))],
    [
      'moving there',
      async (startsAt: string) => {
        const other = await bookings.book(bookings.wish(taipei(bookings.freshDay(), '15:00')), as(1));
        return bookings.change(other.json().id, 'reschedule', as(1), { startsAt });
      },
    ],
  ])('is taken by %s as anybody would, too: who did so waits no more', async (_, take) => {
    const day = bookings.freshDay();
    const { id, startsAt } = await booked(taipei(day, '15:00'));
    const later = await booked(taipei(day, '17:00'));
    await join(1, day);
    await bookings.cancel(id);
    await round();
    expect(await offered(1)).toEqual([true]);
    const taken = await take(startsAt);
    expect(taken.json()).toMatchObject({ status: 'confirmed', customerId: customers[1] });
    expect((await api.request({ url: '/waiting-list', ...as(1) })).json().entries).toEqual([]);
    await bookings.cancel(later.id);
    await round();
    expect(await bookings.sql(`SELECT FROM bookings WHERE status = 'held'`)).toEqual([]);
    await join(1, day); // once more
    expect((await api.request({ url: '/waiting-list', ...as(1) })).json().entries).toHaveLength(1);
  });

  it('that is not taken in time goes to the next in line, and to everybody after the last', async () => {
    const day = bookings.freshDay();
    const { id, startsAt } = await booked(taipei(day, '15:00'));
    await join(0, day);
    await join(1, day);
    await bookings.cancel(id);
    await round();
    expect(await offered(0, 1)).toEqual([true, false]);
    api.clock.now += 30 * MINUTE;
    await round();
    expect(await offered(0, 1)).toEqual([false, true]);
    api.clock.now += 30 * MINUTE;
    await round();
    expect(await offered(0, 1)).toEqual([false, false]);
    expect(await bookings.sql('SELECT FROM bookings WHERE starts_at = $1', [startsAt])).toHaveLength(1); // the cancelled one
    expect((await bookings.book(bookings.wish(startsAt))).statusCode).toBe(201);
  });

  it('that is declined goes to the next in line at once, and whoever declined waits on for others', async () => {
    const day = bookings.freshDay();
    const first = await booked(taipei(day, '15:00'));
    const second = await booked(taipei(day, '16:00'));
    await join(0, day);
    await join(1, day);
    await bookings.cancel(first.id);
    await round();
    const [offer] = await offers(0);
    await bookings.change(String(offer?.bookingId), 'cancel', as(0));
    await round();
    expect(await offered(0, 1)).toEqual([false, true]);
    await bookings.cancel(second.id);
    await round();
    expect((await offers(0))[0]).toMatchObject({ startsAt: second.startsAt });
  });

  it.each([
    ['an expired hold', { hold: true }, () => void (api.clock.now += 10 * MINUTE)],
    [
      'a booking that is moved away',
      {},
      (id: string, day: string) => bookings.change(id, 'reschedule', {}, { startsAt: taipei(day, '18:00') }),
    ],
  ])('by %s is offered, too', async (_, changes, free) => {
    const day = bookings.freshDay();
    const { id, startsAt } = await booked(taipei(day, '15:00'), changes);
    await join(0, day);
    await free(id, day);
    await round();
    expect((await offers(0))[0]).toMatchObject({ startsAt });
  });

  it('is not what a no-show, a finished visit or a squeezed-in one leaves', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    const other = await booked(taipei(day, '17:00'));
    const squeezed = await bookings.book(
      bookings.wish(taipei(day, '17:00'), { customerId: customers[3], squeezeIn: true, reason: 'a test' }),
      asStaff,
    );
    await join(0, day);
    api.clock.now = Date.parse(taipei(day, '17:00'));
    await bookings.change(id, 'no-show', asStaff);
    await bookings.change(other.id, 'complete', asStaff);
    await bookings.cancel(squeezed.json().id, asStaff);
    expect(await bookings.sql('SELECT FROM freed_slots')).toEqual([]);
  });

  it('is nobody’s work where nobody waits', async () => {
    const { id } = await booked(taipei(bookings.freshDay(), '15:00'));
    await bookings.cancel(id);
    expect(await bookings.sql('SELECT FROM freed_slots')).toEqual([]);
  });
});

describe('Whom a slot is offered to', () => {
  it('wants that staff member or anyone, that date, and a visit that fits', async () => {
    const day = bookings.freshDay();
    const [first, second] = api.salon.staffIds;
    await booked(taipei(day, '14:00'));
    const { id, startsAt } = await booked(taipei(day, '15:00'));
    await booked(taipei(day, '16:00'));
    await join(0, day, { staffId: second });
    await join(1, day, { serviceIds: [api.salon.serviceIds[1]] }); // an hour and a half
    await join(2, bookings.freshDay());
    await join(3, day, { staffId: first });
    await bookings.cancel(id);
    await round();
    expect(await offered(0, 1, 2, 3)).toEqual([false, false, false, true]);
    expect((await offers(3))[0]).toMatchObject({ startsAt, staffId: first });
  });

  it('may use free time beside it: a longer visit fits where it is free around', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    await booked(taipei(day, '16:00'));
    await join(0, day, { serviceIds: [api.salon.serviceIds[1]] });
    await bookings.cancel(id);
    await round();
    // 14:00 to 15:30 and a quarter of an hour to clear up: the only start of it on the grid that meets the freed hour.
    expect((await offers(0))[0]).toMatchObject({ startsAt: new Date(taipei(day, '14:00')).toISOString() });
  });

  it('are several, where a long slot does for several short visits', async () => {
    const day = bookings.freshDay();
    await booked(taipei(day, '14:00'));
    const { id } = await booked(taipei(day, '15:00'), {
      serviceIds: [api.salon.serviceIds[1], api.salon.serviceIds[0]],
    });
    for (const index of [0, 1, 2]) await join(index, day, { staffId: api.salon.staffIds[0] });
    await bookings.cancel(id);
    await round();
    const starts = (await Promise.all([0, 1, 2].map(offers))).map(([offer]) => offer?.startsAt);
    expect(starts).toEqual(['15:00', '16:00', '17:00'].map((time) => new Date(taipei(day, time)).toISOString()));
  });

  it('is offered one slot at a time for an entry', async () => {
    const day = bookings.freshDay();
    const first = await booked(taipei(day, '15:00'));
    const second = await booked(taipei(day, '17:00'));
    await join(0, day);
    await bookings.cancel(first.id);
    await bookings.cancel(second.id);
    await round();
    expect(await bookings.sql('SELECT FROM waiting_list_offers')).toHaveLength(1);
  });

  it('is not somebody who has left, who was erased, or whose bookings are as many as the salon allows', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    const left = await join(0, day);
    await api.request({ method: 'DELETE', url: `/waiting-list/${left}`, ...as(0) });
    await join(1, day);
    await join(2, day);
    await bookings.book(bookings.wish(taipei(bookings.freshDay(), '15:00')), as(1));
    await bookings.sql('UPDATE merchants SET max_upcoming_per_customer = 1');
    await bookings.sql('UPDATE customers SET erased_at = now(), line_user_id = NULL WHERE id = $1', [customers[3]]);
    await bookings.sql(
      `INSERT INTO waiting_list (merchant_id, customer_id, service_ids, from_date, to_date)
       OVERRIDING SYSTEM VALUE SELECT $1, $2, ARRAY[$3::bigint], $4, $4`,
      [api.salon.merchantId, customers[3], api.salon.serviceIds[0], day],
    );
    await bookings.sql('UPDATE waiting_list SET id = 0 WHERE customer_id = $1', [customers[3]]);
    await bookings.cancel(id);
    await round();
    await bookings.sql('UPDATE merchants SET max_upcoming_per_customer = NULL');
    expect(await bookings.sql('SELECT customer_id FROM bookings WHERE status = $1', ['held'])).toEqual([
      { customer_id: customers[2] },
    ]);
  });

  it('has time to take it: an offer ends at the latest when the visit starts, and five minutes before none is made', async () => {
    const day = bookings.freshDay();
    const { id, startsAt } = await booked(taipei(day, '15:00'));
    await join(0, day);
    api.clock.now = Date.parse(startsAt) - 10 * MINUTE;
    await bookings.cancel(id);
    await round();
    expect((await offers(0))[0]).toMatchObject({ startsAt, expiresAt: startsAt });
    await bookings.sql('DELETE FROM waiting_list_offers; DELETE FROM bookings');
    api.clock.now = Date.parse(startsAt) - 4 * MINUTE;
    await round();
    expect((await offers(0))[0]?.startsAt).not.toBe(startsAt);
  });
});

describe('Exactly once', () => {
  it('however many processes offer at the same moment', async () => {
    const day = bookings.freshDay();
    const ids = [];
    for (const time of ['15:00', '16:00', '17:00', '18:00']) ids.push((await booked(taipei(day, time))).id);
    for (const index of [0, 1, 2]) await join(index, day, { staffId: api.salon.staffIds[0] });
    await Promise.all(ids.map((id) => bookings.cancel(id)));
    const keepers = Array.from({ length: 6 }, () => slotKeeperOf(api));
    for (let again = 0; again < 3; again++) await Promise.all(keepers.map((keeper) => keeper.round()));
    const made = await bookings.sql('SELECT waiting_id, booking_id FROM waiting_list_offers');
    expect(new Set(made.map(({ waiting_id }) => waiting_id)).size).toBe(3);
    expect(made).toHaveLength(3);
    const held = await bookings.sql(`SELECT customer_id FROM bookings WHERE status = 'held' ORDER BY customer_id`);
    expect(held.map(({ customer_id }) => customer_id)).toEqual(customers.slice(0, 3));
    expect(await bookings.sql(`SELECT FROM outbox WHERE kind = 'slot_offered'`)).toHaveLength(3);
  });

  it('also where the process that offers is killed in the middle', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    await join(0, day);
    await join(1, day);
    await bookings.cancel(id);
    const admin = new Client({ connectionString: api.database.adminUrl });
    await admin.connect();
    // The offer has to wait for its message, and there its connection ends.
    await admin.query('BEGIN; LOCK TABLE outbox');
    const killed = round();
    // Asked on another connection: in one transaction the activity stays as it was first seen.
    const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'waiting_list'`;
    let kills = 0;
    for (let tries = 0; kills === 0 && tries < 50; tries++) kills = (await bookings.sql(kill)).length;
    await admin.query('ROLLBACK');
    await admin.end();
    await killed;
    expect(kills).toBe(1);
    expect(await bookings.sql('SELECT FROM waiting_list_offers')).toEqual([]);
    expect(await bookings.sql(`SELECT FROM bookings WHERE status = 'held'`)).toEqual([]);
    expect(await bookings.sql('SELECT FROM freed_slots')).toHaveLength(1);
    await round();
    expect(await bookings.sql(`SELECT FROM outbox WHERE kind = 'slot_offered'`)).toHaveLength(1);
    expect(await offered(0, 1)).toEqual([true, false]);
  });

  it('and not to somebody who leaves at that moment', async () => {
    for (let again = 0; again < 10; again++) {
      const day = bookings.freshDay();
      const { id } = await booked(taipei(day, '15:00'));
      const entry = await join(0, day);
      await bookings.cancel(id);
      const [, left] = await Promise.all([
        round(),
        api.request({ method: 'DELETE', url: `/waiting-list/${entry}`, ...as(0) }),
      ]);
      expect(left.statusCode).toBe(204);
      expect(await bookings.sql(`SELECT FROM bookings WHERE status = 'held'`)).toEqual([]);
    }
  });
});

describe('Holds that ended', () => {
  it('are swept, and what is not over yet or was confirmed stays', async () => {
    const day = bookings.freshDay();
    const ended = await booked(taipei(day, '15:00'), { hold: true });
    api.clock.now += 5 * MINUTE;
    const running = await booked(taipei(day, '16:00'), { hold: true });
    const confirmed = await booked(taipei(day, '17:00'), { hold: true });
    await bookings.change(confirmed.id, 'confirm');
    api.clock.now += 5 * MINUTE;
    await round();
    const left = await bookings.sql<{ id: string }>('SELECT id FROM bookings ORDER BY id');
    expect(left.map(({ id }) => id)).toEqual([running.id, confirmed.id]);
    expect(left.map(({ id }) => id)).not.toContain(ended.id);
  });

  it('are confirmed or swept, never both, though two processes’ clocks disagree about their end', async () => {
    const fast = slotKeeperOf({ ...api, clock: { now: NOW + 10 * MINUTE } });
    const outcomes = new Set<string>();
    for (let again = 0; again < 20; again++) {
      const { id } = await booked(taipei(bookings.freshDay(), '15:00'), { hold: true });
      const both = [() => bookings.change(id, 'confirm'), () => fast.round()] as const;
      const [response] = await Promise.all(again % 2 ? [both[0](), both[1]()] : [both[1]().then(() => both[0]())]);
      const rows = await bookings.sql('SELECT status FROM bookings WHERE id = $1', [id]);
      outcomes.add(`${response.statusCode} ${JSON.stringify(rows)}`);
    }
    expect([...outcomes].toSorted()).toEqual(['200 [{"status":"confirmed"}]', '404 []']);
  });
});
