import { createTestApi, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';

let api: TestApi;
let bookings: Bookings;
/** In the order of their starts, which is not that of their making; two start at the same moment. */
let ids: string[];
let otherCustomers: string;

const day = '2026-11-10';
const asStaff = { role: 'merchant', userId: 'salon-user-7' } as const;

beforeAll(async () => {
  api = await createTestApi();
  bookings = bookingsOf(api);
  const book = async (time: string, staff = 0, customer = 0) => {
    const body = bookings.wish(taipei(day, time), { staffId: api.salon.staffIds[staff] });
    return (await bookings.book(body, { as: { userId: api.salon.customerIds[customer] as string } })).json()
      .id as string;
  };
  const [noon, morning, twin, evening] = [
    await book('12:00'),
    await book('10:00'),
    await book('10:00', 1),
    await book('18:00'),
  ];
  otherCustomers = await book('15:00', 0, 1);
  ids = [morning, twin, noon, evening] as string[];
});
afterAll(() => api.close());

const list = async (query: Record<string, string> = {}, as = {}) =>
  (await api.request({ url: '/bookings', query, as })).json();
const idsOf = (page: { bookings: { id: string }[] }) => page.bookings.map(({ id }) => id);

describe('One booking', () => {
  it('is read by its customer as it was answered when it was made', async () => {
    const body = bookings.wish(taipei('2026-11-11', '10:00'));
    const made = (await bookings.book(body)).json();
    const response = await api.request({ url: `/bookings/${made.id}` });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual(made);
    await bookings.sql('DELETE FROM bookings WHERE id = $1', [made.id]);
  });

  it('is read by salon staff and platform admins, whoever’s it is', async () => {
    for (const as of [asStaff, { role: 'admin', merchantId: null } as const])
      expect((await api.request({ url: `/bookings/${otherCustomers}`, as })).json()).toMatchObject({
        id: otherCustomers,
      });
  });

  it('of another customer is unknown, like one that is not there', async () => {
    for (const id of [otherCustomers, '999999', '999999999999999999']) {
      const response = await api.request({ url: `/bookings/${id}` });
      expect(response.statusCode).toBe(404);
      expect(response.json()).toMatchObject({ code: 'booking_unknown', detail: `There is no booking ${id}` });
    }
  });
});

describe('The list', () => {
  it('is of one customer where salon staff ask for that, and no customer may', async () => {
    const [first, second] = api.salon.customerIds;
    expect(idsOf(await list({ customerId: first }, asStaff))).toEqual(ids);
    expect(idsOf(await list({ customerId: second }, asStaff))).toEqual([otherCustomers]);
    expect(await list({ customerId: second })).toMatchObject({ code: 'customer_refused' });
  });

  it('shows customers their own, by start, and staff those of the whole salon', async () => {
    expect(await list()).toMatchObject({ nextCursor: null });
    expect(idsOf(await list())).toEqual(ids);
    expect(idsOf(await list({}, asStaff))).toEqual([...ids.slice(0, 3), otherCustomers, ids[3]]);
  });

  it('is cut to a range of starts, its end exclusive', async () => {
    const range = { from: taipei(day, '10:00'), to: taipei(day, '18:00') };
    expect(idsOf(await list(range))).toEqual(ids.slice(0, 3));
    expect(idsOf(await list({ from: taipei(day, '18:00') }))).toEqual([ids[3]]);
    expect(idsOf(await list({ to: taipei(day, '10:00') }))).toEqual([]);
  });

  it.each([1, 2, 3, 4])('comes in pages of %i, each booking once, also where two start together', async (limit) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const page: { bookings: { id: string }[]; nextCursor: string | null } = await list({
        limit: String(limit),
        ...(cursor && { cursor }),
      });
      seen.push(...idsOf(page));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
    expect(pages).toBe(Math.ceil(ids.length / limit));
  });

  it.each([
    ['words', 'nonsense'],
    ['nothing', ''],
    ['another shape', Buffer.from('{"id":1}').toString('base64url')],
    ['a moment that is none', Buffer.from('2026-13-45T99:00:00Z 1').toString('base64url')],
    ['a year that PostgreSQL refuses', Buffer.from('0000-01-01T00:00:00.000Z 1').toString('base64url')],
    ['an id of 19 digits', Buffer.from(`2026-01-01T00:00:00.000Z ${'9'.repeat(19)}`).toString('base64url')],
    ['a NUL byte', Buffer.from('2026-01-01T00:00:00.000Z 1\u0000').toString('base64url')],
  ])('refuses a cursor of %s', async (_what, cursor) => {
    const response = await api.request({ url: '/bookings', query: { cursor } });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({
      code: 'invalid_cursor',
      errors: [{ field: 'query.cursor', value: cursor }],
    });
  });

  it.each([
    ['limit', '0', 'must be >= 1'],
    ['limit', '201', 'must be <= 200'],
    ['limit', 'all', 'must be integer'],
    ['from', 'yesterday', 'RFC 3339 instant'],
    ['to', '2026-11-03', 'RFC 3339 instant'],
    ['cursor', 'x'.repeat(101), 'must NOT have more than 100 characters'],
  ])('refuses %s=%s, and says what is allowed', async (name, value, allowed) => {
    const response = await api.request({ url: '/bookings', query: { [name]: value } });
    expect(response.statusCode).toBe(400);
    expect(response.json().errors).toEqual([expect.objectContaining({ field: `query.${name}` })]);
    expect(response.json().detail).toContain(allowed);
  });
});
