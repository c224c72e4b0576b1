import { Client } from 'pg';
import { createTestApi, NOW, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';

let api: TestApi;
let bookings: Bookings;
let wish: Bookings['wish'];
let book: Bookings['book'];

beforeAll(async () => {
  api = await createTestApi();
  bookings = bookingsOf(api);
  ({ wish, book } = bookings);
});
afterAll(() => api.close());

afterEach(() => {
  api.clock.now = NOW;
});

const MINUTE = 60_000;

describe('A taken slot', () => {
  it('is answered with 409, a problem document and the nearest slots that are free', async () => {
    const day = bookings.freshDay();
    await book(wish(taipei(day, '15:00')));
    const refusal = await book(wish(taipei(day, '15:00')));
    expect(refusal.statusCode).toBe(409);
    expect(refusal.headers['content-type']).toContain('application/problem+json');
    expect(refusal.json()).toMatchObject({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      code: 'slot_taken',
      requestId: refusal.headers['x-request-id'],
    });
    const { alternatives } = refusal.json();
    expect(alternatives).toHaveLength(5);
    expect(alternatives[0]).toEqual({
      startsAt: `${day}T06:00:00.000Z`,
      endsAt: `${day}T07:00:00.000Z`,
      staffId: api.salon.staffIds[0],
    });
  });

  it('has alternatives that can be booked, every one', async () => {
    const day = bookings.freshDay();
    await book(wish(taipei(day, '12:00')));
    const { alternatives } = (await book(wish(taipei(day, '12:00')))).json();
    expect(alternatives).toHaveLength(5);
    for (const { startsAt, staffId } of alternatives) {
      const { id } = (await book(wish(startsAt, { staffId }))).json();
      expect(id).toBeDefined();
      await bookings.cancel(id); // two alternatives of one staff member may overlap each other
    }
  });

  it('is taken from its first minute to its last, and back to back is free', async () => {
    const day = bookings.freshDay();
    const statuses = [];
    for (const time of ['15:00', '14:30', '15:30', '14:00', '16:00'])
      statuses.push((await book(wish(taipei(day, time)))).statusCode);
    expect(statuses).toEqual([201, 409, 409, 201, 201]);
  });

  it('includes the buffer after the visit', async () => {
    const day = bookings.freshDay();
    await book(wish(taipei(day, '15:00'), { serviceIds: [api.salon.serviceIds[1]] })); // to 16:30, busy to 16:45
    expect((await book(wish(taipei(day, '16:30')))).statusCode).toBe(409);
    expect((await book(wish(taipei(day, '17:00')))).statusCode).toBe(201);
  });

  it('is one staff member’s only', async () => {
    const startsAt = taipei(bookings.freshDay(), '15:00');
    expect((await book(wish(startsAt))).statusCode).toBe(201);
    expect((await book(wish(startsAt, { staffId: api.salon.staffIds[1] }))).statusCode).toBe(201);
  });

  it('of many who lose it at the same moment is searched around once, and each gets the alternatives', async () => {
    const startsAt = taipei(bookings.freshDay(), '15:00');
    await book(wish(startsAt));
    const query = jest.spyOn(Client.prototype, 'query');
    const responses = await Promise.all(Array.from({ length: 20 }, () => book(wish(startsAt))));
    const names = query.mock.calls.map(([statement]) => Object(statement).name);
    query.mockRestore();
    expect(responses.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 20 }, () => 409));
    const alternatives = responses.map((response) => JSON.stringify(response.json().alternatives));
    expect(new Set(alternatives).size).toBe(1);
    for (const statement of ['book-claims', 'reap-holds', 'busy-spans', 'read-claims'])
      expect(names.filter((name) => name === statement).length).toBeLessThanOrEqual(2);
  });

  it('under one expired hold is free to all who fit in its time', async () => {
    const day = bookings.freshDay();
    const serviceIds = [api.salon.serviceIds[1]];
    await book(wish(taipei(day, '15:00'), { serviceIds, hold: true }));
    api.clock.now += 60 * MINUTE;
    const other = { as: { userId: api.salon.customerIds[1] } };
    const responses = await Promise.all([
      book(wish(taipei(day, '14:30')), other),
      book(wish(taipei(day, '16:00')), other),
    ]);
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
  });

  it('goes to exactly one of many who ask at the same moment', async () => {
    const startsAt = taipei(bookings.freshDay(), '15:00');
    const responses = await Promise.all(Array.from({ length: 20 }, () => book(wish(startsAt))));
    const statuses = responses.map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(19);
  });
});

describe('A hold', () => {
  it('takes the slot for the salon’s ten minutes', async () => {
    const startsAt = taipei(bookings.freshDay(), '15:00');
    const hold = await book(wish(startsAt, { hold: true }));
    expect(hold.statusCode).toBe(201);
    expect(hold.json()).toMatchObject({ status: 'held', expiresAt: new Date(NOW + 10 * MINUTE).toISOString() });
    api.clock.now = NOW + 10 * MINUTE - 1;
    const other = { as: { userId: api.salon.customerIds[1] } };
    expect((await book(wish(startsAt), other)).statusCode).toBe(409);
  });

  it('stands in nobody’s way once it has expired, and is gone when the slot is booked', async () => {
    const startsAt = taipei(bookings.freshDay(), '15:00');
    const held = (await book(wish(startsAt, { hold: true }))).json();
    api.clock.now = NOW + 10 * MINUTE;
    const response = await book(wish(startsAt));
    expect(response.statusCode).toBe(201);
    expect(response.json()).toMatchObject({ status: 'confirmed' });
    expect(await bookings.sql('SELECT FROM bookings WHERE id = $1', [held.id])).toEqual([]);
  });

  it('gives way to its own customer, who asks again for a time that it takes', async () => {
    const day = bookings.freshDay();
    const held = (await book(wish(taipei(day, '15:00'), { hold: true }))).json();
    const booked = await book(wish(taipei(day, '15:30')));
    expect([booked.statusCode, booked.json().status]).toEqual([201, 'confirmed']);
    expect(await bookings.sql('SELECT FROM bookings WHERE id = $1', [held.id])).toEqual([]);
  });

  it('stays when its own customer books the time before it', async () => {
    const day = bookings.freshDay();
    const before = await book(wish(taipei(day, '15:00'), { hold: true }), { as: { userId: api.salon.customerIds[1] } });
    api.clock.now = NOW + 10 * MINUTE;
    const held = (await book(wish(taipei(day, '16:00'), { hold: true }))).json();
    // The expired hold has to go first, and nothing else with it.
    expect((await book(wish(taipei(day, '15:00')))).statusCode).toBe(201);
    expect(await bookings.sql('SELECT id FROM bookings WHERE id = ANY($1)', [[before.json().id, held.id]])).toEqual([
      { id: held.id },
    ]);
  });

  it('gives way to its own customer also beside a visit that was squeezed in', async () => {
    const startsAt = taipei(bookings.freshDay(), '15:00');
    const squeezed = (await book(wish(startsAt), { as: { userId: api.salon.customerIds[1] } })).json();
    await bookings.sql('UPDATE bookings SET squeezed_in = true WHERE id = $1', [squeezed.id]);
    expect((await book(wish(startsAt, { hold: true }))).statusCode).toBe(201);
    expect((await book(wish(startsAt))).statusCode).toBe(201);
  });

  it('gives way to its own customer also where they ask for anyone, and is free to nobody else', async () => {
    const day = bookings.freshDay();
    const startsAt = taipei(day, '15:00');
    const [first, second] = api.salon.staffIds;
    const other = { as: { userId: api.salon.customerIds[1] } };
    const ends = new Date(Date.parse(startsAt) + MINUTE).toISOString();
    const offered = async (asking: object) => {
      const query = { serviceIds: api.salon.serviceIds[0], from: startsAt, to: ends };
      const { slots } = (await api.request({ url: '/availability', query, ...asking })).json();
      const why = { serviceIds: api.salon.serviceIds[0], startsAt };
      const { free } = (await api.request({ url: '/availability/explain', query: why, ...asking })).json();
      return [slots.length, free];
    };
    await book(wish(startsAt, { staffId: second }), other);
    const held = (await book(wish(startsAt, { staffId: null, hold: true }))).json();
    expect(held).toMatchObject({ staffId: first, status: 'held' });
    expect([await offered({}), await offered(other), await offered({ as: null })]).toEqual([
      [1, true],
      [0, false],
      [0, false],
    ]);
    expect((await book(wish(startsAt, { staffId: null }), other)).statusCode).toBe(409);
    const booked = await book(wish(startsAt, { staffId: null }));
    expect(booked.json()).toMatchObject({ staffId: first, status: 'confirmed' });
    expect(await bookings.sql('SELECT FROM bookings WHERE id = $1', [held.id])).toEqual([]);
  });

  it('sends no message before it is confirmed', async () => {
    const held = (await book(wish(taipei(bookings.freshDay(), '15:00'), { hold: true }))).json();
    expect(await bookings.sql('SELECT FROM outbox WHERE booking_id = $1', [held.id])).toEqual([]);
  });
});
