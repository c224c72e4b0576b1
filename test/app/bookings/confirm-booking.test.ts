import { createTestApi, NOW, type TestApi } from '../../support/api';
import { type Asking, bookingsOf, taipei, type Bookings } from '../../support/bookings';

const MINUTE = 60_000;
const asStaff = { as: { role: 'merchant', userId: '77' } } satisfies Asking;

let api: TestApi;
let bookings: Bookings;
let wish: Bookings['wish'];
let book: Bookings['book'];
const confirm = (id: string, asking?: Asking) => bookings.change(id, 'confirm', asking);

async function hold(changes = {}): Promise<{ id: string; startsAt: string }> {
  return (await book(wish(taipei(bookings.freshDay(), '15:00'), { hold: true, ...changes }))).json();
}

async function messages(id: string): Promise<string[]> {
  const rows = await bookings.sql<{ kind: string }>('SELECT kind FROM outbox WHERE booking_id = $1 ORDER BY id', [id]);
  return rows.map(({ kind }) => kind);
}

describe('Where bookings are confirmed automatically', () => {
  beforeAll(async () => {
    api = await createTestApi();
    bookings = bookingsOf(api);
    ({ wish, book } = bookings);
  });
  afterAll(() => api.close());
  afterEach(() => {
    api.clock.now = NOW;
  });

  it('a hold becomes a booking in its slot, with one message', async () => {
    const { id, startsAt } = await hold();
    const response = await confirm(id);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ id, startsAt, status: 'confirmed', expiresAt: null });
    expect(await messages(id)).toEqual(['booking_confirmed']);
    expect((await book(wish(startsAt))).statusCode).toBe(409);
  });

  it('confirming again is answered as it is, without another message', async () => {
    const { id } = await hold();
    const responses = await Promise.all([confirm(id), confirm(id), confirm(id)]);
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(await messages(id)).toEqual(['booking_confirmed']);
  });

  it('the change is in the audit log, with who made it', async () => {
    const { id } = await hold();
    await confirm(id);
    expect(await bookings.sql('SELECT * FROM audit_log WHERE subject_id = $1', [id])).toMatchObject([
      {
        actor_role: 'customer',
        actor_id: api.salon.customerIds[0],
        action: 'booking.confirmed',
        before: { status: 'held' },
        after: { status: 'confirmed' },
      },
    ]);
  });

  it('a hold is confirmed until it expires and not a moment later, though its slot is still empty', async () => {
    const { id } = await hold();
    api.clock.now = NOW + 10 * MINUTE;
    const late = await confirm(id);
    expect([late.statusCode, late.json().code]).toEqual([409, 'hold_expired']);
    // The clock at the salon shows 09:00 when the test begins.
    expect(late.json().detail).toContain('2026-11-02 09:10');
    expect(await messages(id)).toEqual([]);
    api.clock.now -= 1;
    expect((await confirm(id)).statusCode).toBe(200);
  });

  it('another customer’s hold is unknown, and stays a hold', async () => {
    const { id } = await hold();
    const response = await confirm(id, { as: { userId: api.salon.customerIds[1] } });
    expect([response.statusCode, response.json().code]).toEqual([404, 'booking_unknown']);
    expect(await bookings.sql('SELECT status FROM bookings WHERE id = $1', [id])).toEqual([{ status: 'held' }]);
  });

  it('salon staff confirm a customer’s hold', async () => {
    const { id } = await hold();
    expect((await confirm(id, asStaff)).json()).toMatchObject({ status: 'confirmed' });
  });

  it.each(['cancelled', 'completed', 'no_show'])('a booking that is %s cannot be confirmed', async (status) => {
    const { id } = await hold();
    await bookings.sql('UPDATE bookings SET status = $2, expires_at = NULL WHERE id = $1', [id, status]);
    const response = await confirm(id);
    expect(response.statusCode).toBe(409);
    expect(response.json()).toMatchObject({ code: 'not_confirmable', bookingStatus: status });
  });
});

describe('Where the salon confirms by hand', () => {
  beforeAll(async () => {
    api = await createTestApi({ confirms_automatically: false });
    bookings = bookingsOf(api);
    ({ wish, book } = bookings);
  });
  afterAll(() => api.close());

  it('a customer’s confirmation makes a hold pending, and the salon’s makes it confirmed', async () => {
    const { id } = await hold();
    expect((await confirm(id)).json()).toMatchObject({ status: 'pending', expiresAt: null });
    expect((await confirm(id)).json()).toMatchObject({ status: 'pending' });
    expect((await confirm(id, asStaff)).json()).toMatchObject({ status: 'confirmed' });
    expect(await messages(id)).toEqual(['booking_pending', 'booking_confirmed']);
  });

  it('a hold that salon staff confirm needs no second look', async () => {
    const { id } = await hold();
    expect((await confirm(id, asStaff)).json()).toMatchObject({ status: 'confirmed' });
  });
});
