import { createTestApi, NOW, type TestApi } from '../../support/api';
import { type Asking, bookingsOf, taipei, type Bookings } from '../../support/bookings';
import { slotKeeperOf } from '../../support/slot-keeper';

const DAY = 24 * 60 * 60_000;
const asStaff = { as: { role: 'merchant', userId: '77' } } satisfies Asking;

let api: TestApi;
let bookings: Bookings;
let second: Asking & { as: object };

beforeAll(async () => {
  api = await createTestApi();
  bookings = bookingsOf(api);
  second = { as: { userId: api.salon.customerIds[1] } };
});
afterAll(() => api.close());
afterEach(async () => {
  api.clock.now = NOW;
  await bookings.sql('DELETE FROM waiting_list; DELETE FROM bookings');
});

const wanted = (changes = {}) => ({
  serviceIds: [api.salon.serviceIds[0]],
  staffId: api.salon.staffIds[0],
  fromDate: '2026-11-10',
  toDate: '2026-11-12',
  ...changes,
});
const join = (body: object, asking: Asking = {}) =>
  api.request({ method: 'POST', url: '/waiting-list', payload: body, ...asking });
const list = async (asking: Asking = {}, query = '') =>
  (await api.request({ url: `/waiting-list${query}`, ...asking })).json();
const leave = (id: string, asking: Asking = {}) =>
  api.request({ method: 'DELETE', url: `/waiting-list/${id}`, ...asking });

const ids = ({ entries }: { entries: { id: string }[] }) => entries.map(({ id }) => id);

describe('Joining', () => {
  it('answers 201 with the entry, which is then on the list and in the audit log', async () => {
    const response = await join(wanted());
    expect(response.statusCode).toBe(201);
    const entry = response.json();
    expect(entry).toMatchObject({ ...wanted(), customerId: api.salon.customerIds[0], offer: null });
    expect((await list()).entries).toEqual([entry]);
    const audit = await bookings.sql(`SELECT subject_id FROM audit_log WHERE action = 'waiting_list.joined'`);
    expect(audit).toContainEqual({ subject_id: entry.id });
  });

  it('for the same again is answered with the entry that is there, though asked at the same moment', async () => {
    const body = wanted({ staffId: null });
    const responses = await Promise.all([join(body), join(body), join(body)]);
    expect(responses.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 200, 201]);
    expect(new Set(responses.map((response) => response.json().id)).size).toBe(1);
  });

  it('is for ten things at a time, and the limit is told', async () => {
    for (let day = 10; day < 20; day++)
      expect((await join(wanted({ fromDate: `2026-11-${day}`, toDate: '2026-11-30' }))).statusCode).toBe(201);
    const refusal = await join(wanted({ fromDate: '2026-11-20', toDate: '2026-11-30' }));
    expect(refusal.statusCode).toBe(409);
    expect(refusal.json()).toMatchObject({ code: 'too_many_entries', limit: 10 });
    const again = await join(wanted({ fromDate: '2026-11-10', toDate: '2026-11-30' }));
    expect(again.statusCode).toBe(200);
  });

  it.each([
    ['dates in the wrong order', { fromDate: '2026-11-12', toDate: '2026-11-10' }, 400, 'invalid_range'],
    ['a date that does not exist', { fromDate: '2026-11-31', toDate: '2026-12-01' }, 400, 'invalid_input'],
    ['a year that does not exist', { fromDate: '0000-12-31', toDate: '9999-12-31' }, 400, 'invalid_input'],
    ['a month that does not exist', { fromDate: '2026-13-01' }, 400, 'invalid_input'],
    ['dates that are over', { fromDate: '2026-10-01', toDate: '2026-11-01' }, 422, 'in_the_past'],
    ['dates beyond the horizon', { fromDate: '2027-02-01', toDate: '2027-02-02' }, 422, 'beyond_horizon'],
    ['a service that is not there', { serviceIds: ['999'] }, 422, 'unknown_service'],
    ['a service that is not there, by anyone', { serviceIds: ['999'], staffId: null }, 422, 'unknown_service'],
    ['a staff member who is not there', { staffId: '999' }, 422, 'staff_unknown'],
    ['nothing', { serviceIds: [] }, 400, 'invalid_input'],
  ])('is refused for %s', async (_, changes, status, code) => {
    const response = await join(wanted(changes));
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(response.json().errors[0].field).toMatch(/^body\./);
  });

  it('is refused for what nobody does, also where there is nobody at all', async () => {
    const setActive = async (active: boolean) => {
      for (const id of api.salon.staffIds)
        await api.request({ method: 'PATCH', url: `/staff/${id}`, payload: { active }, ...asStaff });
    };
    await setActive(false);
    const responses = [
      await join(wanted({ serviceIds: ['999'], staffId: null })),
      await join(wanted({ staffId: null })),
    ];
    await setActive(true);
    expect(responses.map((response) => [response.statusCode, response.json().code])).toEqual([
      [422, 'unknown_service'],
      [422, 'not_offered'],
    ]);
  });

  it('today is not over, whatever the date is in UTC', async () => {
    api.clock.now = Date.parse('2026-11-10T00:30:00+08:00');
    expect((await join(wanted({ fromDate: '2026-11-10', toDate: '2026-11-10' }))).statusCode).toBe(201);
    expect((await join(wanted({ fromDate: '2026-11-09', toDate: '2026-11-09' }))).statusCode).toBe(422);
  });

  it('is done by salon staff for a customer whom they name', async () => {
    const [, customerId] = api.salon.customerIds;
    expect((await join(wanted({ customerId }), asStaff)).json()).toMatchObject({ customerId });
    expect((await join(wanted(), asStaff)).json()).toMatchObject({ code: 'customer_missing' });
    expect((await join(wanted({ customerId: '999' }), asStaff)).json()).toMatchObject({ code: 'customer_unknown' });
    expect((await join(wanted({ customerId }))).json()).toMatchObject({ code: 'customer_refused' });
  });
});

describe('The list', () => {
  it('shows customers their own and salon staff everybody, in line and a page at a time', async () => {
    const first = (await join(wanted())).json().id;
    const theirs = (await join(wanted(), second)).json().id;
    const last = (await join(wanted({ staffId: null }))).json().id;
    expect(ids(await list())).toEqual([first, last]);
    expect(ids(await list(second))).toEqual([theirs]);
    const page = await list(asStaff, '?limit=2');
    expect(ids(page)).toEqual([first, theirs]);
    const rest = await list(asStaff, `?limit=2&cursor=${page.nextCursor}`);
    expect([ids(rest), rest.nextCursor]).toEqual([[last], null]);
  });

  it('leaves out what is over', async () => {
    await join(wanted({ toDate: '2026-11-10' }));
    api.clock.now = Date.parse('2026-11-10T23:59:00+08:00');
    expect((await list()).entries).toHaveLength(1);
    api.clock.now += DAY;
    expect((await list()).entries).toEqual([]);
  });
});

describe('Leaving', () => {
  it('takes the entry off the list, once and for all, and is audited', async () => {
    const { id } = (await join(wanted())).json();
    expect((await leave(id)).statusCode).toBe(204);
    expect((await leave(id)).statusCode).toBe(204);
    expect((await list()).entries).toEqual([]);
    const audit = await bookings.sql(`SELECT FROM audit_log WHERE action = 'waiting_list.left' AND subject_id = $1`, [
      id,
    ]);
    expect(audit).toHaveLength(1);
    expect((await join(wanted())).statusCode).toBe(201);
  });

  it('is unknown to another customer and allowed to salon staff', async () => {
    const { id } = (await join(wanted())).json();
    const response = await leave(id, second);
    expect([response.statusCode, response.json().code]).toEqual([404, 'entry_unknown']);
    expect((await leave(id, asStaff)).statusCode).toBe(204);
  });

  it('passes a slot that was kept for the entry on to the next in line, without a message about it', async () => {
    const day = '2026-11-10';
    const third = { as: { userId: await newCustomer() } };
    const { id } = (await bookings.book(bookings.wish(taipei(day, '15:00')))).json();
    const entry = (await join(wanted(), second)).json();
    await join(wanted(), third);
    await bookings.cancel(id);
    const keeper = slotKeeperOf(api);
    await keeper.round();
    const [{ offer }] = (await list(second)).entries;
    expect(offer).not.toBeNull();
    await leave(entry.id, second);
    await keeper.round();
    expect((await list(third)).entries[0].offer).toMatchObject({ startsAt: offer.startsAt });
    const messages = await bookings.sql('SELECT kind FROM outbox WHERE booking_id = $1', [offer.bookingId]);
    expect(messages).toEqual([{ kind: 'slot_offered' }]);
  });
});

async function newCustomer(): Promise<string> {
  const [row] = await bookings.sql<{ id: string }>(
    `INSERT INTO customers (merchant_id, line_user_id) VALUES ($1, 'Uc') RETURNING id`,
    [api.salon.merchantId],
  );
  return String(row?.id);
}

it('A server that keeps slots offers them by itself', async () => {
  const other = await createTestApi({}, { keepsSlots: true });
  try {
    const theirs = bookingsOf(other);
    const body = { serviceIds: [other.salon.serviceIds[0]], staffId: other.salon.staffIds[0] };
    const { id } = (await theirs.book({ ...body, startsAt: taipei('2026-11-10', '15:00') })).json();
    const dates = { fromDate: '2026-11-10', toDate: '2026-11-10' };
    await other.request({ method: 'POST', url: '/waiting-list', payload: { ...body, ...dates } });
    await theirs.cancel(id);
    let offer = null;
    for (let waited = 0; offer === null && waited < 100; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      [{ offer }] = (await other.request({ url: '/waiting-list' })).json().entries;
    }
    expect(offer).toMatchObject({ startsAt: '2026-11-10T07:00:00.000Z' });
  } finally {
    await other.close();
  }
});
