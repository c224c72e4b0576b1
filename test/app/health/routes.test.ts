import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import type { Pool } from 'pg';
import { createPool } from '../../../app/database/pool';
import { healthRoutes } from '../../../app/health/routes';
import { createTestApi, type TestApi } from '../../support/api';
import { bookingsOf, taipei } from '../../support/bookings';

describe('With everything in place', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());

  it('/health says ok and when', async () => {
    const response = await api.server.inject('/health');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ status: 'ok', timestamp: expect.any(String) });
    expect(Math.abs(Date.parse(response.json().timestamp) - Date.now())).toBeLessThan(5_000);
  });

  it('/api/health says how each component is', async () => {
    const response = await api.server.inject('/api/health');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ version: 'test', timestamp: expect.any(String) });
    expect(response.json().status).not.toBe('unhealthy');
    expect(Math.abs(response.json().uptime_seconds - process.uptime())).toBeLessThan(5);
    for (const name of ['database', 'cache', 'disk', 'memory'])
      expect(Object.keys(response.json().components[name])).toEqual([
        'status',
        'last_check',
        'response_time_ms',
        'error_message',
      ]);
    expect(response.json().components.database).toMatchObject({ status: 'healthy', error_message: null });
  });
});

describe('However many ask at a time', () => {
  it('the components are asked once, and anew by those who come later', async () => {
    let asked = 0;
    let answer: () => void = () => undefined;
    const check = () => {
      asked += 1;
      return new Promise<undefined>((resolve) => (answer = () => resolve(undefined)));
    };
    const server = Fastify();
    await server.register(healthRoutes, {
      version: 'test',
      components: { database: { withoutIt: 'unhealthy', check } },
    });
    for (const turn of [1, 2]) {
      const answers = Promise.all(Array.from({ length: 20 }, () => server.inject('/api/health')));
      await sleep(50);
      expect(asked).toBe(turn);
      answer();
      expect((await answers).map(({ statusCode }) => statusCode)).toEqual(Array(20).fill(200));
    }
    await server.close();
  });
});

describe('Without the database', () => {
  let api: TestApi;
  let away: Pool;
  beforeAll(async () => {
    // Nobody listens on port 1.
    const login = { url: 'postgresql://nailbook_api:secret@127.0.0.1:1/nailbook' };
    away = createPool({ login, applicationName: 'test', size: 2, overflow: 0 }, () => undefined);
    api = await createTestApi({}, { primary: away });
  });
  afterAll(async () => {
    await api.close();
    await away.end();
  });

  it('/health still says ok: replacing every task would not bring the database back', async () => {
    expect((await api.server.inject('/health')).statusCode).toBe(200);
  });

  it('/api/health is 503 and unhealthy, and says why without an address', async () => {
    const response = await api.server.inject('/api/health');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({
      status: 'unhealthy',
      components: { database: { status: 'unhealthy', error_message: 'ECONNREFUSED' } },
    });
    expect(response.body).not.toContain('127.0.0.1');
  });

  it('every route that needs it answers 503 and when to try again', async () => {
    const bookings = bookingsOf(api);
    const responses = [
      await bookings.book(bookings.wish(taipei('2026-11-04', '10:00'))),
      await api.request({ url: '/bookings' }),
      await api.request({ url: '/bookings/1' }),
      await bookings.cancel('1'),
      await api.request({ url: '/availability?serviceIds=1&from=2026-11-04T00:00:00Z&to=2026-11-05T00:00:00Z' }),
    ];
    for (const response of responses) {
      expect(response.statusCode).toBe(503);
      expect(response.headers['retry-after']).toMatch(/^\d+$/);
      expect(response.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('logs the fault with its error, and without the password', async () => {
    const faults = api.logs.filter(({ level }) => level === 'error');
    expect(faults.length).toBeGreaterThan(0);
    expect(faults[0]).toMatchObject({ error: { code: 'ECONNREFUSED', stack_trace: expect.any(String) } });
    expect(JSON.stringify(api.logs)).not.toContain('secret');
  });
});
