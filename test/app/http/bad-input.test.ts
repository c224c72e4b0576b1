import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestApi, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';

let api: TestApi;
let bookings: Bookings;
beforeAll(async () => {
  api = await createTestApi();
  bookings = bookingsOf(api);
});
afterAll(() => api.close());

const raw = (payload: string | Buffer, type: string | null = 'application/json') =>
  api.request({ method: 'POST', url: '/bookings', payload, headers: type === null ? {} : { 'content-type': type } });

interface Problem {
  code: string;
  detail: string;
  errors?: { field: string; value?: unknown; message: string }[];
}

describe('A body', () => {
  it.each([
    ['that is no JSON', '{"serviceIds":', 400, 'invalid_json'],
    ['that tries to reach a prototype', '{"__proto__": {"hold": true}}', 400, 'invalid_json'],
    ['that is empty', '', 400, 'invalid_input'],
    ['that is no object', '"book me"', 400, 'invalid_input'],
    ['nested 30,000 deep', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 400, 'invalid_input'],
    ['larger than 64 kB', JSON.stringify({ startsAt: 'x'.repeat(64 * 1024) }), 413, 'body_too_large'],
  ])('%s is refused', async (_what, payload, status, code) => {
    const response = await raw(payload);
    expect([response.statusCode, response.json<Problem>().code]).toEqual([status, code]);
    expect(response.headers['content-type']).toContain('application/problem+json');
  });

  it.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', null])(
    'of type %s is refused, and told what is read',
    async (type) => {
      const response = await raw(Buffer.from('{}'), type);
      expect(response.statusCode).toBe(415);
      expect(response.json()).toMatchObject({
        code: 'unsupported_media_type',
        detail: 'Send the body as application/json',
      });
    },
  );

  it('that is compressed is refused, and told what is read', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = await api.server.inject({
      method: 'POST',
      url: '/api/v1/sessions',
      headers,
      payload: Buffer.from('{}'),
    });
    expect([response.statusCode, response.json<Problem>().code]).toEqual([415, 'unsupported_encoding']);
    expect(response.headers['accept-encoding']).toBe('identity');
  });

  it('with many faults is told each with its field, what was given and what is allowed', async () => {
    const response = await raw(
      JSON.stringify({ serviceIds: ['gel', '1'], startsAt: 'soon', hold: 'yes', colour: 'red', staffId: '7' }),
    );
    const { errors = [] } = response.json<Problem>();
    expect(errors).toEqual([
      { field: 'body.colour', value: 'red', message: 'is no field of this request' },
      {
        field: 'body.serviceIds.0',
        value: 'gel',
        message: expect.stringMatching(/must match pattern .* \(Identifier: a positive whole number, as a string\)$/),
      },
      {
        field: 'body.startsAt',
        value: 'soon',
        message: 'must match format "date-time" (RFC 3339 instant, such as 2026-12-01T15:00:00+08:00)',
      },
      { field: 'body.hold', value: 'yes', message: 'must be boolean' },
    ]);
  });

  it('with a value that is neither allowed nor null is told so once', async () => {
    const startsAt = taipei('2026-11-03', '10:00');
    const response = await raw(JSON.stringify(bookings.wish(startsAt, { staffId: 7 })));
    expect(response.json<Problem>().errors).toEqual([
      { field: 'body.staffId', value: 7, message: 'must be string, or null' },
    ]);
    const settings = await api.request({
      method: 'PATCH',
      url: '/settings',
      payload: { maxUpcomingPerCustomer: 0 },
      as: { role: 'merchant', userId: '7' },
    });
    expect(settings.json<Problem>().errors).toEqual([
      { field: 'body.maxUpcomingPerCustomer', value: 0, message: 'must be >= 1, or null' },
    ]);
  });

  it('with thousands of faults is answered in few words', async () => {
    const response = await raw(JSON.stringify({ serviceIds: Array(15_000).fill('a'), startsAt: 'x'.repeat(1_000) }));
    expect(response.statusCode).toBe(400);
    expect(response.json<Problem>().errors).toHaveLength(20);
    expect(response.body.length).toBeLessThan(10_000);
  });
});

describe('An instant', () => {
  it.each([
    'soon',
    '2026-11-03',
    '2026-11-03T10:00:00',
    '2026-11-03T10:00:00+08',
    '2026-11-03 10:00:00+08:00',
    '2026-11-03\n10:00:00Z',
    '2026-02-30T10:00:00Z',
    '2026-11-03T24:00:00Z',
    '2026-11-03T23:59:60Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-23:59',
    '+275760-09-13T00:00:00Z',
    '2026-11-03T10:00:00\u0000Z',
    20261103,
    null,
  ])('%j is refused with the field and an example', async (startsAt) => {
    const response = await raw(JSON.stringify(bookings.wish(startsAt as string)));
    expect(response.statusCode).toBe(400);
    expect(response.json<Problem>().errors?.[0]).toMatchObject({ field: 'body.startsAt', value: startsAt });
  });

  it.each(['2026-11-03T02:00:00Z', '2026-11-03t02:00:00.000z', '2026-11-02T21:00:00.000000-05:00'])(
    '%s is read',
    async (startsAt) => {
      const response = await raw(JSON.stringify(bookings.wish(startsAt)));
      expect(response.statusCode).toBe(201);
      await bookings.cancel(response.json().id);
    },
  );

  it.each(['0001-01-03T00:00:00Z', '9999-12-28T00:00:00Z'])(
    '%s is refused in words, not by a fault',
    async (startsAt) => {
      expect((await bookings.book(bookings.wish(startsAt))).statusCode).toBe(422);
      const query = { serviceIds: api.salon.serviceIds[0], from: startsAt, to: startsAt.replace('00:00Z', '30:00Z') };
      expect((await api.request({ url: '/availability', query })).json()).toEqual({ slots: [] });
    },
  );
});

/** Where an identifier may stand. */
const places = (id: string) => [
  { url: `/bookings/${id}` },
  { method: 'POST' as const, url: `/bookings/${id}/cancel` },
  { url: `/availability?serviceIds=${id}&from=2026-11-03T00:00:00Z&to=2026-11-04T00:00:00Z` },
];

describe('An identifier', () => {
  it.each(['0', '007', '-1', '1.5', 'abc', '1%00', '%F0%9F%92%85', '9'.repeat(19), '9'.repeat(40)])(
    '%s is refused in every place',
    async (id) => {
      for (const place of places(id)) {
        const response = await api.request(place);
        expect([place.url, response.statusCode]).toEqual([place.url, 400]);
      }
      const response = await bookings.book(bookings.wish(taipei('2026-11-03', '10:00'), { staffId: id }));
      expect(response.statusCode).toBe(400);
    },
  );

  it('longer than any is refused as a path', async () => {
    const response = await api.request({ url: `/bookings/${'9'.repeat(101)}` });
    expect(response.statusCode).toBe(414);
    expect(response.json()).toMatchObject({ code: 'path_too_long', status: 414 });
  });
});

describe('A NUL byte, which PostgreSQL cannot store', () => {
  it('is refused in an Idempotency-Key, for that request alone', async () => {
    const [bad, good] = await Promise.all([
      bookings.book(bookings.wish(taipei('2026-11-12', '10:00')), { key: 'a\u0000b' }),
      bookings.book(bookings.wish(taipei('2026-11-12', '12:00'))),
    ]);
    expect([bad.statusCode, good.statusCode]).toEqual([400, 201]);
    expect(bad.json<Problem>().detail).toContain('idempotency-key');
  });

  it('is refused in any text by the name of its field', async () => {
    const as = { role: 'merchant', userId: '900' } as const;
    const named = await api.request({ method: 'POST', url: '/staff', as, payload: { name: 'a\u0000b' } });
    const searched = await api.request({ url: '/customers', as, query: { search: '\u0000' } });
    expect([named.statusCode, searched.statusCode]).toEqual([400, 400]);
    expect(named.json<Problem>().detail).toBe('body.name must not have the character U+0000');
    expect(searched.json<Problem>().errors).toMatchObject([{ field: 'query.search', value: '\u0000' }]);
  });

  it.each([{ staffId: '1\u0000' }, { serviceIds: ['\u0000'] }, { customerId: '\u0000' }, { 'a\u0000': 1 }])(
    'is refused in the body: %j',
    async (change) => {
      const response = await bookings.book(bookings.wish(taipei('2026-11-12', '10:00'), change));
      expect(response.statusCode).toBe(400);
    },
  );
});

describe('A path', () => {
  it('that is none of the API’s is answered with a problem document', async () => {
    const response = await api.server.inject('/nowhere?secret=1');
    expect(response.statusCode).toBe(404);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ code: 'not_found' });
    expect(response.body).not.toContain('secret');
  });

  it('too long to repeat is answered in few words', async () => {
    expect((await api.server.inject(`/${'a'.repeat(10_000)}`)).body.length).toBeLessThan(500);
  });

  it.each([
    ['DELETE', '/api/v1/merchants/7/bookings?limit=1', 'GET, HEAD, POST'],
    ['GET', '/api/v1/sessions', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
  ] as const)(
    'of ours that is asked with another method is told which there are: %s %s',
    async (method, url, allow) => {
      const response = await api.server.inject({ method, url });
      expect([response.statusCode, response.json<Problem>().code]).toEqual([405, 'method_not_allowed']);
      expect(response.headers['allow']?.toString().split(', ').toSorted().join(', ')).toBe(allow);
      expect(response.headers['content-type']).toContain('application/problem+json');
    },
  );

  it('that cannot be decoded is answered with a problem document', async () => {
    const response = await api.server.inject('/api/v1/merchants/%E0%A4%A/bookings');
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'invalid_path', requestId: response.headers['x-request-id'] });
    expect(response.headers['cache-control']).toBe('no-store');
  });
});

describe('Over a real connection', () => {
  let port: number;
  beforeAll(async () => {
    await api.server.listen({ port: 0, host: '127.0.0.1' });
    port = (api.server.server.address() as AddressInfo).port;
  });

  /** Resolves to the status, or `null` when the server hung up. */
  const post = (path: string, headers: Record<string, string>, chunks: string[]) =>
    new Promise<number | null>((done) => {
      const request = httpRequest({ port, method: 'POST', path, headers }, (response) => {
        response.resume().once('end', () => done(response.statusCode ?? null));
      });
      request.once('error', () => done(null));
      for (const chunk of chunks) request.write(chunk);
      request.end();
    });

  it('an endless body without a length is cut off', async () => {
    const headers = { authorization: `Bearer ${api.token({})}`, 'content-type': 'application/json' };
    const path = `/api/v1/merchants/${api.salon.merchantId}/bookings`;
    const status = await post(path, headers, Array<string>(40).fill('x'.repeat(4096)));
    expect([413, null]).toContain(status);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  });
});
