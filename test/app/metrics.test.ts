import { createTestApi, type TestApi } from '../support/api';
import { bookingsOf, taipei, type Bookings } from '../support/bookings';
import { checkMetrics, describeWithPromtool } from '../support/promtool';

let api: TestApi;
let bookings: Bookings;
beforeAll(async () => {
  api = await createTestApi();
  bookings = bookingsOf(api);
});
afterAll(() => api.close());

/** Samples by name with labels, as Prometheus reads them. */
async function scrape(): Promise<Map<string, number>> {
  // A request is measured when its answer is out, which is a moment after the test has it.
  await new Promise((resolve) => setImmediate(resolve));
  const response = await api.server.inject('/metrics');
  expect(response.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = response.body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line): [string, number] => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

test('attempts to book are counted by merchant and outcome, and a repetition is none', async () => {
  const slot = taipei(bookings.freshDay(), '10:00');
  await bookings.book(bookings.wish(slot), { key: 'counted' });
  await bookings.book(bookings.wish(slot), { key: 'counted' });
  await bookings.book(bookings.wish(slot));
  await bookings.book(bookings.wish('2026-11-01T10:00:00+08:00'));
  const samples = await scrape();
  const created = (status: string) =>
    samples.get(`booking_created_total{merchant_id="${api.salon.merchantId}",status="${status}"}`);
  expect([created('success'), created('overlap_error'), created('refused'), created('error')]).toEqual([
    1,
    1,
    1,
    undefined,
  ]);
});

test('the time that a booking takes is counted in the buckets of the contract', async () => {
  const before = (await scrape()).get('booking_creation_duration_seconds_count') ?? 0;
  await bookings.book(bookings.wish(taipei(bookings.freshDay(), '10:00')));
  const samples = await scrape();
  const buckets = [...samples.keys()].flatMap(
    (name) => /^booking_creation_duration_seconds_bucket\{le="(.+)"\}$/.exec(name)?.[1] ?? [],
  );
  expect(buckets).toEqual(['0.1', '0.2', '0.3', '0.5', '1', '2', '+Inf']);
  expect(samples.get('booking_creation_duration_seconds_count')).toBe(before + 1);
});

test('requests are counted by route, never by path, and errors apart', async () => {
  for (const id of ['999991', '999992', '999993']) await api.request({ url: `/bookings/${id}` });
  await api.server.inject('/no/such/path');
  const samples = await scrape();
  const count = (labels: string) => samples.get(`http_request_duration_seconds_count{${labels}}`);
  expect(count('method="GET",route="/api/v1/merchants/:merchantId/bookings/:bookingId",status="404"')).toBe(3);
  expect(count('method="GET",route="unknown",status="404"')).toBe(1);
  expect([...samples.keys()].some((name) => name.startsWith('http_errors_total{'))).toBe(false);
});

test('the pool tells its size, who is in it and who waits, at the moment of the scrape', async () => {
  const held = await Promise.all([1, 2, 3, 4].map(() => api.pool.connect()));
  const waiting = api.pool.query('SELECT 1');
  const samples = await scrape();
  for (const client of held) client.release();
  await waiting;
  expect(samples.get('database_pool_size')).toBe(4);
  expect(samples.get('database_pool_in_use')).toBe(4);
  // Work of the server's own may wait beside the query.
  expect(samples.get('database_pool_waiting')).toBeGreaterThanOrEqual(1);
  expect((await scrape()).get('database_pool_waiting')).toBe(0);
});

describeWithPromtool('Prometheus', () => {
  it('finds nothing odd about the metrics', async () => {
    await bookings.book(bookings.wish(taipei(bookings.freshDay(), '10:00')));
    expect(checkMetrics((await api.server.inject('/metrics')).body)).toBe('');
  });
});
