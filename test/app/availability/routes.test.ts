import type { Identity } from '../../../app/auth/tokens';
import { createTestApi, NOW, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';

let api: TestApi;
let bookings: Bookings;

beforeAll(async () => {
  api = await createTestApi({ min_notice_minutes: 120, horizon_days: 30 });
  bookings = bookingsOf(api);
});
afterAll(() => api.close());

const asStaff = { as: { role: 'merchant', userId: '7' } } as const;

afterEach(() => {
  api.clock.now = NOW;
});

interface Slot {
  startsAt: string;
  endsAt: string;
  staffId: string;
}

const ask = (query: Record<string, string | string[]>) => api.request({ url: '/availability', query, as: null });

/** The whole of a local day for the first service and staff member, unless the query says otherwise. */
const day = (date: string, query: Record<string, string | string[]> = {}) =>
  ask({
    serviceIds: api.salon.serviceIds[0],
    staffId: api.salon.staffIds[0],
    from: taipei(date, '00:00'),
    to: `${date}T23:59:59+08:00`,
    ...query,
  });

/** Starts as the clock in Taipei shows them. */
const times = async (response: Promise<{ json: () => { slots: Slot[] } }>) =>
  (await response)
    .json()
    .slots.map(({ startsAt }) => new Date(Date.parse(startsAt) + 8 * 60 * 60_000).toISOString().slice(11, 16));

const everyHalfHour = (from: number, to: number) =>
  Array.from({ length: (to - from) * 2 + 1 }, (_, i) => `${from + Math.floor(i / 2)}:${i % 2 ? '30' : '00'}`);

describe('Free slots', () => {
  it('are those that fit the hours around the break, told without a token', async () => {
    const response = await day('2026-11-04');
    expect(response.statusCode).toBe(200);
    expect(response.json().slots[0]).toEqual({
      startsAt: '2026-11-04T02:00:00.000Z',
      endsAt: '2026-11-04T03:00:00.000Z',
      staffId: api.salon.staffIds[0],
    });
    expect(await times(day('2026-11-04'))).toEqual([...everyHalfHour(10, 12), ...everyHalfHour(14, 18)]);
  });

  it('are asked for several services by repeating the name, and are shorter for it', async () => {
    const both = await times(day('2026-11-04', { serviceIds: [...api.salon.serviceIds] }));
    expect(both).toEqual([...everyHalfHour(10, 10), '10:30', ...everyHalfHour(14, 16), '16:30']);
  });

  it('without a staff member are everyone’s, by start', async () => {
    const { slots } = (
      await ask({
        serviceIds: api.salon.serviceIds[0],
        from: taipei('2026-11-04', '12:00'),
        to: taipei('2026-11-04', '14:00'),
      })
    ).json() as { slots: Slot[] };
    const [first, second] = api.salon.staffIds;
    expect(slots.map(({ startsAt, staffId }) => [startsAt.slice(11, 16), staffId])).toEqual([
      ['04:00', first],
      ['04:00', second],
      ['04:30', second],
      ['05:00', second],
      ['05:30', second],
    ]);
  });

  it('start from the first instant of the range until before its last', async () => {
    const range = { from: taipei('2026-11-04', '15:00'), to: taipei('2026-11-04', '16:00') };
    expect(await times(day('2026-11-04', range))).toEqual(['15:00', '15:30']);
  });

  it('begin after the shortest notice and end with the horizon', async () => {
    expect((await times(day('2026-11-02')))[0]).toBe('11:00');
    expect((await times(day('2026-12-02'))).length).toBeGreaterThan(0);
    expect(await times(day('2026-12-03'))).toEqual([]);
    expect(await times(day('2026-11-01'))).toEqual([]);
  });

  it('never include one that is taken, held or in a buffer, and again include one that was given back', async () => {
    const date = '2026-11-05';
    const before = await times(day(date));
    const taken = (await bookings.book(bookings.wish(taipei(date, '10:00')))).json();
    await bookings.book(bookings.wish(taipei(date, '14:00'), { serviceIds: [api.salon.serviceIds[1]] })); // busy to 15:45
    await bookings.book(bookings.wish(taipei(date, '17:00'), { hold: true }));
    expect(await times(day(date))).toEqual(['11:00', '11:30', '12:00', '16:00', '18:00']);
    await bookings.cancel(taken.id);
    expect((await times(day(date)))[0]).toBe('10:00');
    api.clock.now = NOW + 60 * 60_000; // the hold has expired
    expect(await times(day(date))).toContain('17:00');
    expect(before).toHaveLength(14);
  });

  it('leave room for the buffer of the visit itself', async () => {
    const date = '2026-11-06';
    await bookings.book(bookings.wish(taipei(date, '17:00')));
    // 90 minutes and a buffer of 15: from 15:00 it would be busy until 16:45, from 15:30 until 17:15.
    expect(await times(day(date, { serviceIds: api.salon.serviceIds[1] }))).toEqual(
      [...everyHalfHour(10, 11), '11:30', '14:00', '14:30', '15:00'].filter((time) => time !== '12:00'),
    );
  });

  it('can be booked, every one that is offered', async () => {
    const { slots } = (await day('2026-11-07')).json() as { slots: Slot[] };
    for (const { startsAt, staffId } of slots) {
      const response = await bookings.book(bookings.wish(startsAt, { staffId }));
      expect(response.statusCode).toBe(201);
      await bookings.cancel(response.json().id);
    }
    expect(slots).toHaveLength(14);
  });
});

describe('For a booking that is to be moved', () => {
  const free = (moving: string, as: Partial<Identity> | null = {}, query = {}) =>
    api.request({
      url: '/availability',
      as,
      query: {
        serviceIds: api.salon.serviceIds[0],
        staffId: api.salon.staffIds[0],
        from: taipei('2026-11-09', '14:30'),
        to: taipei('2026-11-09', '16:00'),
        moving,
        ...query,
      },
    });
  let id: string;
  beforeAll(async () => {
    id = (await bookings.book(bookings.wish(taipei('2026-11-09', '15:00')))).json().id;
    const others = { as: { userId: api.salon.customerIds[1] } };
    await bookings.book(bookings.wish(taipei('2026-11-09', '17:00')), others);
  });

  it('its own time is free but for where it is, so that it can move by less than its length', async () => {
    expect(await times(free(id))).toEqual(['14:30', '15:30']);
    expect(await times(free(id, asStaff.as))).toEqual(['14:30', '15:30']);
    expect(
      await times(day('2026-11-09', { from: taipei('2026-11-09', '14:30'), to: taipei('2026-11-09', '16:00') })),
    ).toEqual([]);
  });

  it('its agreed length holds, though the salon has changed the service or offers it no longer', async () => {
    const url = `/services/${api.salon.serviceIds[0]}`;
    const change = (payload: object) => api.request({ method: 'PATCH', url, payload, ...asStaff });
    await change({ durationMinutes: 150, active: false });
    expect(await times(free(id))).toEqual(['14:30', '15:30']);
    const byAnother = await free(id, {}, { staffId: api.salon.staffIds[1] });
    expect([byAnother.statusCode, byAnother.json().code]).toEqual([400, 'unknown_service']);
    const moved = await bookings.change(id, 'reschedule', {}, { startsAt: taipei('2026-11-09', '15:30') });
    expect(moved.json()).toMatchObject({ price: 900, endsAt: '2026-11-09T08:30:00.000Z' });
    const reason = { squeezeIn: true, reason: 'promised on the phone' };
    const startsAt = taipei('2026-11-09', '15:10');
    const squeezed = await bookings.change(id, 'reschedule', asStaff, { startsAt, ...reason });
    expect(squeezed.json()).toMatchObject({ squeezedIn: true, endsAt: '2026-11-09T08:10:00.000Z' });
    await change({ durationMinutes: 60, active: true });
  });

  it.each([
    ['nobody', null, 401],
    ['another customer', { userId: '2' }, 404],
    ['another salon', { role: 'merchant', userId: '7', merchantId: '999' }, 403],
  ] as const)('%s learns nothing of it', async (_who, as, status) => {
    expect((await free(id, as)).statusCode).toBe(status);
  });
});

describe('A question that cannot be meant', () => {
  it.each([
    ['to', { to: '2026-11-04T00:00:00+08:00', from: '2026-11-04T00:00:00+08:00' }, 'must be later than from'],
    ['to', { to: '2026-12-31T00:00:00+08:00' }, 'at most 38 days after from'],
    ['from', { from: 'tomorrow' }, 'RFC 3339 instant'],
    ['from', { from: '2026-11-04' }, 'RFC 3339 instant'],
    ['serviceIds.0', { serviceIds: 'gel' }, 'positive whole number'],
    ['serviceIds', { serviceIds: Array(11).fill('1') as string[] }, 'must NOT have more than 10 items'],
    ['staffId', { staffId: ['1', '2'] }, 'must be string'],
    ['staffId', { staffId: '999999' }, 'there is no staff member 999999'],
    ['serviceIds', { serviceIds: '999999' }, 'there is no service 999999'],
  ])('is refused with 400 that names %s', async (field, query, text) => {
    const response = await day('2026-11-04', query);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json().errors).toEqual([expect.objectContaining({ field: `query.${field}` })]);
    expect(response.json().detail).toContain(text);
  });

  it('is told everything that is missing at once', async () => {
    const { errors } = (await ask({})).json();
    expect(errors.map(({ field }: { field: string }) => field)).toEqual(['query.serviceIds', 'query.from', 'query.to']);
  });

  it('is answered with 404 for a salon that is not there', async () => {
    const query = { serviceIds: '1', from: taipei('2026-11-04', '00:00'), to: taipei('2026-11-05', '00:00') };
    const response = await api.server.inject({ url: '/api/v1/merchants/999999/availability', query });
    expect([response.statusCode, response.json().code]).toEqual([404, 'merchant_unknown']);
  });
});
