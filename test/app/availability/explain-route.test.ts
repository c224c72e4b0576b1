import { createTestApi, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';

let api: TestApi;
let bookings: Bookings;

beforeAll(async () => {
  api = await createTestApi({ min_notice_minutes: 120 });
  bookings = bookingsOf(api);
});
afterAll(() => api.close());

const explain = (startsAt: string, query = '') =>
  api.request({
    url: `/availability/explain?serviceIds=${api.salon.serviceIds[0]}&startsAt=${encodeURIComponent(startsAt)}${query}`,
    as: null,
  });
const ofFirst = () => `&staffId=${api.salon.staffIds[0]}`;

interface Explained {
  staff: { staffId: string; free: boolean; reasons: { code: string; message: string; field: string }[] }[];
}
const codes = ({ staff }: Explained) => staff.map(({ reasons }) => reasons.map(({ code }) => code));

test('A free start is free, and nothing stands against it', async () => {
  const response = await explain(taipei(bookings.freshDay(), '15:00'), ofFirst());
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({
    free: true,
    staff: [{ staffId: api.salon.staffIds[0], free: true, reasons: [] }],
  });
});

test('“Why is 15:00 not free?” is answered by the booking that takes it, without whose it is', async () => {
  const day = bookings.freshDay();
  await bookings.book(bookings.wish(taipei(day, '14:30')));
  const answer = (await explain(taipei(day, '15:00'), ofFirst())).json();
  expect(answer).toMatchObject({ free: false, staff: [{ free: false, reasons: [{ code: 'overlaps_booking' }] }] });
  // Nothing else: neither the booking nor its customer.
  expect(answer.staff[0].reasons[0]).toEqual({
    code: 'overlaps_booking',
    field: 'startsAt',
    message: `the staff member is busy from ${day} 14:30 to ${day} 15:30`,
  });
});

test('The words are Chinese for whoever prefers it', async () => {
  const startsAt = encodeURIComponent(taipei(bookings.freshDay(), '03:10'));
  const url = `/availability/explain?serviceIds=${api.salon.serviceIds[0]}&startsAt=${startsAt}${ofFirst()}`;
  const messages = async (language: string) => {
    const answer = (await api.request({ url, headers: { 'accept-language': language } })).json();
    return answer.staff[0].reasons.map(({ message }: { message: string }) => message).join(' ');
  };
  expect(await messages('zh-Hant-TW,zh;q=0.9,en;q=0.8')).toMatch(
    /開始時間須符合店家的時段.* 超出店家的營業時間：2026-/,
  );
  expect(await messages('en-GB,zh;q=0.5')).toMatch(/visits start on the salon's grid.* the salon's hours: 2026-/);
  expect(await messages('ja')).toMatch(/visits start on/);
});

test('For anyone each staff member is explained, and one who is free makes the start free', async () => {
  const day = bookings.freshDay();
  const answer = (await explain(taipei(day, '13:00'))).json();
  expect(answer.free).toBe(true);
  expect(codes(answer)).toEqual([['in_break'], []]);
});

test('Every reason is named at once', async () => {
  const answer = (await explain('2026-11-02T09:50:00+08:00', ofFirst())).json();
  expect(codes(answer)).toEqual([['off_grid', 'too_soon', 'outside_hours', 'outside_hours']]);
});

test('An expired hold is no reason', async () => {
  const startsAt = taipei(bookings.freshDay(), '15:00');
  await bookings.book(bookings.wish(startsAt, { hold: true }));
  expect((await explain(startsAt, ofFirst())).json().free).toBe(false);
  await bookings.sql(`UPDATE bookings SET expires_at = '2026-11-01' WHERE status = 'held'`);
  expect((await explain(startsAt, ofFirst())).json().free).toBe(true);
});

test('Services and staff that are not there are reasons, too', async () => {
  const startsAt = encodeURIComponent(taipei(bookings.freshDay(), '15:00'));
  const url = `/availability/explain?serviceIds=999&staffId=998&startsAt=${startsAt}`;
  expect(codes((await api.request({ url })).json())).toEqual([['staff_unknown', 'unknown_service']]);
});

test('What nobody offers is told once, in words that name nobody', async () => {
  const setActive = async (active: boolean) => {
    for (const id of api.salon.staffIds)
      await api.request({
        method: 'PATCH',
        url: `/staff/${id}`,
        payload: { active },
        as: { role: 'merchant', userId: '7' },
      });
  };
  const startsAt = taipei(bookings.freshDay(), '15:00');
  await setActive(false);
  const explained = (await explain(startsAt)).json();
  const refused = (await bookings.book(bookings.wish(startsAt, { staffId: null }))).json();
  await setActive(true);
  const message = `nobody at this salon offers service ${api.salon.serviceIds[0]}`;
  const reasons = [{ code: 'not_offered', field: 'serviceIds', message }];
  expect(explained).toMatchObject({ free: false, reasons, staff: [] });
  expect(refused).toMatchObject({ code: 'not_offered', errors: [{ field: 'body.serviceIds', message }] });
});

test('Bad input is refused by name', async () => {
  const response = await api.request({ url: '/availability/explain?serviceIds=x' });
  expect(response.statusCode).toBe(400);
  const fields = response.json().errors.map(({ field }: { field: string }) => field);
  expect(fields).toEqual(expect.arrayContaining(['query.serviceIds.0', 'query.startsAt']));
});
