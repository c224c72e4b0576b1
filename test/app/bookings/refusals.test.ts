import { createTestApi, NOW, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';

let api: TestApi;
let bookings: Bookings;
let wish: Bookings['wish'];
let book: Bookings['book'];

/** The salon's own limits: two hours' notice, 30 days ahead; closed on 25 November, the first staff member off on the 26th. */
beforeAll(async () => {
  api = await createTestApi({ min_notice_minutes: 120, horizon_days: 30 });
  bookings = bookingsOf(api);
  ({ wish, book } = bookings);
  const { merchantId, staffIds } = api.salon;
  await bookings.sql(
    `INSERT INTO date_exceptions (merchant_id, staff_id, on_date, reason)
     VALUES ($1, NULL, '2026-11-25', '店休'), ($1, $2, '2026-11-26', '進修')`,
    [merchantId, staffIds[0]],
  );
  await bookings.sql('INSERT INTO services (merchant_id, name, duration_minutes, price) VALUES ($1, $2, 30, 500)', [
    merchantId,
    '卸甲',
  ]);
});
afterAll(() => api.close());

describe('A start that cannot be', () => {
  it.each([
    ['in_the_past', '2026-11-01', '15:00', 'lies in the past: the earliest start is 2026-11-02 11:00'],
    [
      'too_soon',
      '2026-11-02',
      '10:30',
      'is shorter notice than the salon needs: the earliest start is 2026-11-02 11:00',
    ],
    ['beyond_horizon', '2026-12-03', '10:00', 'is too far ahead: bookings are open until 2026-12-02'],
    ['off_grid', '2026-11-04', '10:10', 'nearest 2026-11-04 10:00 or 2026-11-04 10:30'],
    [
      'outside_hours',
      '2026-11-04',
      '09:30',
      "does not fit into the salon's hours: 2026-11-04 10:00 to 2026-11-04 19:00",
    ],
    ['outside_hours', '2026-11-04', '18:30', "does not fit into the salon's hours"],
    ['in_break', '2026-11-04', '12:30', 'meets a break from 2026-11-04 13:00 to 2026-11-04 14:00'],
    ['closed_that_day', '2026-11-25', '10:00', 'the salon is closed on 2026-11-25 (店休)'],
    ['closed_that_day', '2026-11-26', '10:00', 'the staff member is off on 2026-11-26 (進修)'],
  ])('is refused as %s on %s at %s, with what would be allowed', async (code, day, time, text) => {
    const response = await book(wish(taipei(day, time)));
    expect(response.statusCode).toBe(422);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ code });
    expect(response.json().errors[0]).toMatchObject({ field: 'body.startsAt', code });
    expect(response.json().detail).toContain(text);
  });

  it('is refused by whoever asks for anyone, too', async () => {
    const response = await book(wish(taipei('2026-11-25', '10:00'), { staffId: null }));
    expect([response.statusCode, response.json().code]).toEqual([422, 'closed_that_day']);
  });

  it('is told every reason at once', async () => {
    const { errors } = (await book(wish(taipei('2026-11-01', '09:10')))).json();
    expect(errors.map(({ code }: { code: string }) => code)).toEqual([
      'off_grid',
      'in_the_past',
      'outside_hours',
      'outside_hours',
    ]);
  });

  it('is not refused a minute inside the limits', async () => {
    expect((await book(wish('2026-11-02T11:00:00+08:00'))).statusCode).toBe(201);
    expect((await book(wish('2026-12-02T18:00:00+08:00'))).statusCode).toBe(201);
    expect((await book(wish('2026-11-04T12:00:00+08:00'))).statusCode).toBe(201);
  });
});

describe('Somebody or something that is not there', () => {
  it.each([
    ['a service', { serviceIds: ['999999'] }, 'unknown_service', 'body.serviceIds', 'there is no service 999999'],
    [
      'a service, by anyone',
      { serviceIds: ['999999'], staffId: null },
      'unknown_service',
      'body.serviceIds',
      'there is no service 999999',
    ],
    ['a staff member', { staffId: '999999' }, 'staff_unknown', 'body.staffId', 'there is no staff member 999999'],
  ])('is refused by name: %s', async (_what, change, code, field, text) => {
    const response = await book(wish(taipei('2026-11-05', '10:00'), change));
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({ code, errors: [expect.objectContaining({ field })] });
    expect(response.json().detail).toContain(text);
  });

  it('is refused: a service that nobody offers', async () => {
    const [{ id }] = (await bookings.sql(`SELECT id FROM services WHERE name = '卸甲'`)) as [{ id: string }];
    for (const staffId of [api.salon.staffIds[0], null]) {
      const response = await book(wish(taipei('2026-11-05', '10:00'), { serviceIds: [id], staffId }));
      expect([response.statusCode, response.json().code]).toEqual([422, 'not_offered']);
    }
  });

  it('is answered with 404 where a platform admin names a salon that is not there', async () => {
    const response = await api.server.inject({
      method: 'POST',
      url: '/api/v1/merchants/999999/bookings',
      headers: { authorization: `Bearer ${api.token({ role: 'admin', userId: 'admin-1', merchantId: null })}` },
      payload: wish(taipei('2026-11-05', '10:00'), { customerId: '1' }),
    });
    expect([response.statusCode, response.json().code]).toEqual([404, 'merchant_unknown']);
  });
});

it('Nothing that was refused is in the table', async () => {
  const rows = await bookings.sql(`SELECT starts_at FROM bookings ORDER BY starts_at`);
  expect(rows).toHaveLength(3);
  expect(api.clock.now).toBe(NOW);
});
