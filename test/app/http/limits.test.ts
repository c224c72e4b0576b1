import { createTestApi } from '../../support/api';

const SITE = 'https://book.example.com';

test('the API keeps the limits that it is given: of identities, of addresses, and of requests at a time', async () => {
  const api = await createTestApi(
    {},
    { rateLimits: { perIdentity: 20, perAddress: 60 }, maxRequestsUnderWay: 1, siteOrigins: [SITE] },
  );
  const statuses = async (count: number, as: object) => {
    const seen: number[] = [];
    for (let time = 0; time < count; time++) seen.push((await api.request({ url: '/bookings', as })).statusCode);
    return seen;
  };
  const [one, other] = api.salon.customerIds;
  expect(new Set((await statuses(30, { userId: one })).slice(0, 20))).toEqual(new Set([200]));
  expect(await statuses(1, { userId: one })).toEqual([429]);
  expect(await statuses(1, { userId: other })).toEqual([200]);
  expect((await statuses(40, { userId: other })).at(-1)).toBe(429);
  const signIn = { method: 'POST', url: '/api/v1/sessions', payload: { login: 'nobody', password: 'x' } } as const;
  expect((await api.server.inject(signIn)).json()).toMatchObject({ code: 'rate_limited' });
  expect((await api.server.inject('/health')).statusCode).toBe(200);

  const elsewhere = {
    url: `/api/v1/merchants/${api.salon.merchantId}`,
    remoteAddress: '10.1.1.1',
    headers: { origin: SITE },
  };
  const query = `?serviceIds=${api.salon.serviceIds[0]}&from=2026-11-03T00:00:00Z&to=2026-11-04T00:00:00Z`;
  const answers = await Promise.all(
    [1, 2, 3].map(() => api.server.inject({ ...elsewhere, url: `${elsewhere.url}/availability${query}` })),
  );
  const refused = answers.filter(({ statusCode }) => statusCode === 503);
  expect(refused).toHaveLength(2);
  // A page may read that it was refused, and when to come back.
  expect(refused[0]?.headers).toMatchObject({
    'retry-after': '1',
    'access-control-allow-origin': SITE,
    'access-control-expose-headers': expect.stringContaining('retry-after'),
    'x-content-type-options': 'nosniff',
  });
  await api.close();
}, 30_000);
