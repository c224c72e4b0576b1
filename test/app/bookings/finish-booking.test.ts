import { createTestApi, NOW, type TestApi } from '../../support/api';
import { type Asking, bookingsOf, taipei, type Bookings } from '../../support/bookings';

const asStaff = { as: { role: 'merchant', userId: '77' } } satisfies Asking;

let api: TestApi;
let bookings: Bookings;

beforeAll(async () => {
  api = await createTestApi();
  bookings = bookingsOf(api);
});
afterAll(() => api.close());
afterEach(() => {
  api.clock.now = NOW;
});

async function booked(changes = {}): Promise<{ id: string; startsAt: string }> {
  const day = bookings.freshDay();
  return (await bookings.book(bookings.wish(taipei(day, '15:00'), changes))).json();
}

describe.each([
  ['complete', 'completed'],
  ['no-show', 'no_show'],
])('%s', (verb, status) => {
  it('ends a visit from its start on, and says before when that is', async () => {
    const { id, startsAt } = await booked();
    api.clock.now = Date.parse(startsAt) - 1;
    const early = await bookings.change(id, verb, asStaff);
    expect(early.statusCode).toBe(409);
    expect(early.json()).toMatchObject({ code: 'not_started', startsAt });
    expect(early.json().detail).toMatch(/ \d{4}-\d\d-\d\d 15:00$/);
    api.clock.now = Date.parse(startsAt);
    const response = await bookings.change(id, verb, asStaff);
    expect([response.statusCode, response.json().status]).toEqual([200, status]);
  });

  it('is audited, tells the customer nothing, and is answered again as it is', async () => {
    const { id, startsAt } = await booked();
    api.clock.now = Date.parse(startsAt);
    await bookings.change(id, verb, asStaff);
    expect((await bookings.change(id, verb, asStaff)).json()).toMatchObject({ status });
    const audit = await bookings.sql('SELECT action, actor_id FROM audit_log WHERE subject_id = $1', [id]);
    expect(audit).toEqual([{ action: `booking.${status}`, actor_id: '77' }]);
    expect(await bookings.sql('SELECT kind FROM outbox WHERE booking_id = $1', [id])).toEqual([
      { kind: 'booking_confirmed' },
    ]);
  });

  it('is for salon staff only', async () => {
    const { id, startsAt } = await booked();
    api.clock.now = Date.parse(startsAt);
    const response = await bookings.change(id, verb);
    expect([response.statusCode, response.json().code]).toEqual([403, 'role_refused']);
  });

  it('puts right what was taken for the other by mistake, and is audited with both', async () => {
    const { id, startsAt } = await booked();
    api.clock.now = Date.parse(startsAt);
    const [other, wrong] = verb === 'complete' ? ['no-show', 'no_show'] : ['complete', 'completed'];
    await bookings.change(id, other, asStaff);
    expect((await bookings.change(id, verb, asStaff)).json()).toMatchObject({ status });
    const audit = await bookings.sql('SELECT before, after FROM audit_log WHERE subject_id = $1 ORDER BY id', [id]);
    expect(audit.at(-1)).toEqual({ before: { status: wrong }, after: { status } });
  });

  it('is refused for a hold and for what is cancelled', async () => {
    const held = await booked({ hold: true });
    api.clock.now = Date.parse(held.startsAt);
    const holdResponse = await bookings.change(held.id, verb, asStaff);
    expect(holdResponse.json()).toMatchObject({ status: 409, code: 'not_finishable', bookingStatus: 'held' });
    api.clock.now = NOW;
    const { id, startsAt } = await booked();
    await bookings.cancel(id, asStaff);
    api.clock.now = Date.parse(startsAt);
    const response = await bookings.change(id, verb, asStaff);
    expect(response.json()).toMatchObject({ status: 409, code: 'not_finishable', bookingStatus: 'cancelled' });
  });

  it('is unknown at another salon', async () => {
    const response = await bookings.change('999999', verb, asStaff);
    expect(response.statusCode).toBe(404);
  });
});
