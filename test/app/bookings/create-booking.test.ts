import { createTestApi, type TestApi } from '../../support/api';

let api: TestApi;

beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

let keys = 0;
const book = (body: Record<string, unknown>, key = `key-${++keys}`) =>
  api.request({ method: 'POST', url: '/bookings', headers: { 'idempotency-key': key }, payload: body });

const wish = (startsAt: string, staff = 0) => ({
  serviceIds: [api.salon.serviceIds[0]],
  staffId: api.salon.staffIds[staff] as string,
  startsAt,
});

describe('Booking a slot', () => {
  it('answers 201 with the booking', async () => {
    const response = await book(wish('2026-11-03T10:00:00+08:00'));
    expect(response.json()).toMatchObject({ status: 'confirmed', startsAt: '2026-11-03T02:00:00.000Z' });
    expect(response.statusCode).toBe(201);
  });
});
