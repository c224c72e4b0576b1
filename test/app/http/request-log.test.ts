import { BOOKING_ROUTE, REQUEST_LINE } from '../../../app/contract/log-lines';
import { createTestApi, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';

let api: TestApi;
let bookings: Bookings;
beforeAll(async () => {
  api = await createTestApi();
  bookings = bookingsOf(api);
});
afterAll(() => api.close());

beforeEach(() => {
  api.logs.length = 0;
});

const requests = () => api.logs.filter(({ message }) => message === REQUEST_LINE);

test('a request is one line with exactly the fields that every log reader knows', async () => {
  const response = await api.request({
    url: '/bookings?limit=7',
    headers: { 'user-agent': 'Line/14.0', 'x-forwarded-for': '203.0.113.77' },
  });
  expect(requests()).toEqual([
    {
      timestamp: expect.stringMatching(/Z$/),
      level: 'info',
      message: REQUEST_LINE,
      service: 'nailbook-api',
      version: 'test',
      environment: 'test',
      request_id: response.headers['x-request-id'],
      user_id: api.salon.customerIds[0],
      ip_address: '203.0.113.0',
      user_agent: 'Line/14.0',
      duration_ms: expect.any(Number),
      metadata: { method: 'GET', route: BOOKING_ROUTE, status: 200 },
    },
  ]);
});

test('only the address that the load balancer added is believed', async () => {
  await api.request({ url: '/bookings', headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.77' } });
  expect(requests()).toMatchObject([{ ip_address: '203.0.113.0' }]);
});

const askUnder = (id: string) => api.request({ url: '/bookings', headers: { 'x-request-id': id } });

test('a client’s plain request id is kept, and any other is replaced', async () => {
  expect((await askUnder('order-7.b_2')).headers['x-request-id']).toBe('order-7.b_2');
  for (const id of ['', 'a b', 'x'.repeat(65), '{"a":1}', 'ü'])
    expect((await askUnder(id)).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(requests()[0]).toMatchObject({ request_id: 'order-7.b_2' });
});

test('no name, LINE id, key, token or body is in any line, whatever the answer', async () => {
  const startsAt = taipei(bookings.freshDay(), '10:00');
  await bookings.book(bookings.wish(startsAt), { key: 'the-secret-key' });
  await bookings.book(bookings.wish(startsAt));
  await bookings.book(bookings.wish('2026-11-01T10:00:00+08:00', { note: '王小明 0912-345-678' }));
  await bookings.book(bookings.wish(startsAt), { as: { merchantId: '999999' } });
  await api.request({ url: '/bookings?cursor=the-secret-key' });
  await api.request({ url: '/bookings', as: null, headers: { authorization: 'Bearer the-secret-key' } });
  await api.server.inject('/the-secret-key');
  expect(requests().map(({ metadata }) => (metadata as { status: number }).status)).toEqual([
    201, 409, 400, 403, 400, 401, 404,
  ]);
  const text = JSON.stringify(api.logs);
  const names = await bookings.sql<{ name: string }>(
    'SELECT name FROM merchants UNION SELECT name FROM staff UNION SELECT name FROM services',
  );
  for (const secret of ['the-secret-key', '王小明', '0912', 'eyJ', '"Ua"', '"Ub"', ...names.map(({ name }) => name)])
    expect(text).not.toContain(secret);
});

test('a fault is logged with its error under the request’s id, and the client is told only that id', async () => {
  const broken = jest.spyOn(api.pool, 'connect').mockImplementation(() => {
    throw new TypeError('a bug with an inner secret');
  });
  const response = await api.request({ url: '/bookings' });
  broken.mockRestore();
  expect(response.statusCode).toBe(500);
  expect(response.json()).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    code: 'internal_error',
    detail: 'Something went wrong on our side; the request id finds it in the logs',
    requestId: response.headers['x-request-id'],
  });
  expect(api.logs.filter(({ level }) => level === 'error')).toEqual([
    {
      timestamp: expect.any(String),
      level: 'error',
      message: 'a request failed',
      service: 'nailbook-api',
      version: 'test',
      environment: 'test',
      request_id: response.headers['x-request-id'],
      error: { name: 'TypeError', message: 'a bug with an inner secret', stack_trace: expect.any(String) },
      metadata: { problem_code: 'internal_error' },
    },
  ]);
});
