import { Client } from 'pg';
import { createTestApi, NOW, type TestApi } from '../../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  const client = new Client({ connectionString: api.database.adminUrl });
  await client.connect();
  const alert = (id: number, name: string, hours: number, end: string) =>
    client.query(
      `INSERT INTO alerts (id, name, severity, value, breached_since, fired_at, resolved_at, told_at)
       VALUES ($1, $2, 'P0', 0.071, now() - $3 * interval '1 hour', now() - $3 * interval '1 hour', ${end}, NULL)`,
      [`00000000-0000-4000-8000-00000000000${id}`, name, hours],
    );
  await alert(1, 'HighBookingErrorRate', 1, 'NULL');
  await alert(2, 'SlowQueries', 2, 'now()');
  await alert(3, 'LevelOfOldTimes', 3, 'now()');
  await client.query(
    `INSERT INTO alerts (id, name, severity, value, breached_since) VALUES (gen_random_uuid(), 'SlowResponses', 'P1', 2, now())`,
  );
  await client.query(`INSERT INTO alert_rounds (task_id, at, judged_ms) VALUES (gen_random_uuid(), $1, 0.4)`, [
    new Date(NOW),
  ]);
  await client.end();
});
afterAll(() => api.close());

const ask = (method: 'GET' | 'POST', path: string, role: 'admin' | 'merchant' | 'customer' | null = 'admin') =>
  api.server.inject({
    method,
    url: `/api/alerts${path}`,
    headers: role
      ? {
          authorization: `Bearer ${api.token({ role, userId: role === 'customer' ? api.salon.customerIds[0] : 'somebody', merchantId: role === 'admin' ? null : api.salon.merchantId })}`,
        }
      : {},
  });

const names = (body: string) => (JSON.parse(body) as { alerts: { name: string }[] }).alerts.map(({ name }) => name);

test('active are those that fired and are not over, with what to do and who looked last', async () => {
  const { statusCode, body } = await ask('GET', '/active');
  expect(statusCode).toBe(200);
  expect(JSON.parse(body)).toMatchObject({
    alerts: [
      {
        name: 'HighBookingErrorRate',
        severity: 'P0',
        status: 'firing',
        description: 'More than 5 % of the attempts to book fail on our side: 7.1 %',
        users: 'Customers cannot book and are asked to try again',
        runbook: 'docs/runbooks/booking-errors.md',
        explained: true,
        resolvedAt: null,
        acknowledgedAt: null,
      },
    ],
    lastRound: { at: new Date(NOW).toISOString(), judgedMs: 0.4 },
  });
});

test('the history has the newest first, ten of them or as many as asked for, also of levels that are no more', async () => {
  expect(names((await ask('GET', '/history')).body)).toEqual([
    'HighBookingErrorRate',
    'SlowQueries',
    'LevelOfOldTimes',
  ]);
  expect(names((await ask('GET', '/history?limit=2')).body)).toEqual(['HighBookingErrorRate', 'SlowQueries']);
});

test.each(['0', '201', 'x'])('a limit of %s is refused with what is allowed', async (limit) => {
  const { statusCode, body } = await ask('GET', `/history?limit=${limit}`);
  expect(statusCode).toBe(400);
  expect(JSON.parse(body)).toMatchObject({ errors: [{ field: 'query.limit' }] });
});

test.each(['merchant', 'customer'] as const)('a %s may not look', async (role) => {
  for (const [method, path] of [
    ['GET', '/active'],
    ['GET', '/history'],
    ['POST', '/00000000-0000-4000-8000-000000000001/acknowledge'],
  ] as const)
    expect((await ask(method, path, role)).statusCode).toBe(403);
});

test('without a token nobody may look', async () => {
  expect((await ask('GET', '/active', null)).statusCode).toBe(401);
});

test('whoever acknowledges first is who looks after it', async () => {
  const path = '/00000000-0000-4000-8000-000000000001/acknowledge';
  const acknowledged = { acknowledgedBy: 'somebody', acknowledgedAt: new Date(NOW).toISOString() };
  expect(JSON.parse((await ask('POST', path)).body)).toMatchObject(acknowledged);
  api.clock.now += 60_000;
  expect(JSON.parse((await ask('POST', path)).body)).toMatchObject(acknowledged);
});

test('an alert that is not there cannot be acknowledged', async () => {
  const { statusCode, body } = await ask('POST', '/00000000-0000-4000-8000-0000000000ff/acknowledge');
  expect(statusCode).toBe(404);
  expect(JSON.parse(body)).toMatchObject({ code: 'alert_not_found' });
  expect((await ask('POST', '/7/acknowledge')).statusCode).toBe(400);
});
