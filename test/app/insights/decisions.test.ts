import type { LightMyRequestResponse } from 'fastify';
import { createTestApi, NOW, type TestApi } from '../../support/api';
import { type Asking, bookingsOf, taipei, type Bookings } from '../../support/bookings';
import { createSalon } from '../../support/salon';

const asStaff = { as: { role: 'merchant', userId: '77' } } satisfies Asking;

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

const idOf = (response: LightMyRequestResponse) => String(response.headers['nailbook-decision-id']);

/** Written a tenth of a second after the answer. */
async function decision(id: string): Promise<LightMyRequestResponse> {
  for (let attempt = 0; ; attempt++) {
    const response = await api.request({ url: `/bookings/decisions/${id}`, ...asStaff });
    if (response.statusCode !== 404 || attempt === 30) return response;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('A decision', () => {
  it('that booked names the booking, the candidates and the rules of that moment', async () => {
    const startsAt = taipei(bookings.freshDay(), '15:00');
    const response = await book(wish(startsAt, { staffId: null }));
    const { id, staffId } = response.json();
    const insight = (await decision(idOf(response))).json();
    expect(insight).toMatchObject({
      id: idOf(response),
      at: new Date(NOW).toISOString(),
      action: 'create',
      outcome: 'booked',
      code: null,
      bookingId: id,
      actorRole: 'customer',
      requestId: response.headers['x-request-id'],
      asked: { startsAt: new Date(startsAt).toISOString(), staffId: null, serviceIds: [api.salon.serviceIds[0]] },
      reasons: [],
      alternatives: null,
      policy: { timeZone: 'Asia/Taipei', slotMinutes: 30 },
    });
    expect(insight.candidates).toHaveLength(2);
    expect(insight.candidates[0]).toBe(staffId);
    expect(insight.durationMs).toBeGreaterThan(0);
  });

  it('that lost a race says so, with how many alternatives it offered, and is named in the answer’s body', async () => {
    const startsAt = taipei(bookings.freshDay(), '15:00');
    await book(wish(startsAt));
    const refusal = await book(wish(startsAt));
    expect(refusal.json().decisionId).toBe(idOf(refusal));
    expect((await decision(idOf(refusal))).json()).toMatchObject({
      outcome: 'taken',
      code: 'slot_taken',
      bookingId: null,
      alternatives: 5,
    });
  });

  it('that was refused has every reason, in words too', async () => {
    const refusal = await book(wish(taipei(bookings.freshDay(), '12:10')));
    const insight = (await decision(idOf(refusal))).json();
    expect(insight).toMatchObject({ outcome: 'refused', code: 'off_grid' });
    expect(insight.reasons).toMatchObject([{ code: 'off_grid', field: 'startsAt' }, { code: 'in_break' }]);
    expect(insight.reasons[1].message).toContain('13:00');
  });

  it('is kept for a hold, its confirmation, a move, a cancellation, and for what was answered again', async () => {
    const day = bookings.freshDay();
    const hold = await book(wish(taipei(day, '15:00'), { hold: true }));
    const { id } = hold.json();
    const confirmed = await bookings.change(id, 'confirm');
    const moved = await bookings.change(id, 'reschedule', {}, { startsAt: taipei(day, '16:00') });
    const early = await bookings.change(id, 'complete', asStaff);
    const cancelled = await bookings.cancel(id);
    const again = await bookings.cancel(id);
    const kept = [];
    for (const response of [hold, confirmed, moved, early, cancelled, again]) {
      const { action, outcome, bookingId, code } = (await decision(idOf(response))).json();
      kept.push([action, outcome, bookingId, code]);
    }
    expect(kept).toEqual([
      ['hold', 'booked', id, null],
      ['confirm', 'booked', id, null],
      ['reschedule', 'booked', id, null],
      ['complete', 'refused', id, 'not_started'],
      ['cancel', 'changed', id, null],
      ['cancel', 'repeated', id, null],
    ]);
  });

  it('is counted in the metrics as written', async () => {
    await decision(idOf(await book(wish(taipei(bookings.freshDay(), '15:00')))));
    const metrics = (await api.server.inject({ url: '/metrics' })).body;
    expect(Number(/decision_insights_total{result="written"} (\d+)/.exec(metrics)?.[1])).toBeGreaterThan(0);
    expect(metrics).not.toContain('decision_insights_total{result="dropped"}');
  });
});

describe('Decisions can be read', () => {
  it('by the salon, newest first and a page at a time', async () => {
    const ids = [];
    for (let index = 0; index < 3; index++) {
      api.clock.now += 1;
      ids.unshift(idOf(await book(wish(taipei(bookings.freshDay(), '15:00')))));
    }
    await decision(String(ids[0]));
    const first = (await api.request({ url: '/bookings/decisions?limit=2', ...asStaff })).json();
    const next = `/bookings/decisions?limit=2&outcome=booked&cursor=${first.nextCursor}`;
    const second = (await api.request({ url: next, ...asStaff })).json();
    const read = [...first.decisions, ...second.decisions].map(({ id }: { id: string }) => id);
    expect(read.slice(0, 3)).toEqual(ids);
    expect(second.decisions.every(({ outcome }: { outcome: string }) => outcome === 'booked')).toBe(true);
  });

  it('by nobody else: neither customers nor another salon', async () => {
    const response = await book(wish(taipei(bookings.freshDay(), '15:00')));
    await decision(idOf(response));
    for (const url of ['/bookings/decisions', `/bookings/decisions/${idOf(response)}`])
      expect((await api.request({ url })).statusCode).toBe(403);
    const other = await createSalon(api.database.adminUrl);
    const theirs = await api.server.inject({
      url: `/api/v1/merchants/${other.merchantId}/bookings/decisions/${idOf(response)}`,
      headers: { authorization: `Bearer ${api.token({ ...asStaff.as, merchantId: other.merchantId })}` },
    });
    expect([theirs.statusCode, theirs.json().code]).toEqual([404, 'decision_unknown']);
  });
});

test('A decision about to be written when the server stops is not lost', async () => {
  const other = await createTestApi();
  const theirs = bookingsOf(other);
  await theirs.book({
    serviceIds: [other.salon.serviceIds[0]],
    startsAt: taipei(theirs.freshDay(), '15:00'),
  });
  await other.server.close();
  expect(await theirs.sql('SELECT outcome FROM decision_insights')).toEqual([{ outcome: 'booked' }]);
  await other.close();
});
