import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { createTestApi, type TestApi } from '../../support/api';
import { nailbook } from '../../support/nailbook';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  process.env[NAMES.databaseUrl] = api.database.ownerUrl;
}, 30_000);
afterAll(async () => {
  delete process.env[NAMES.databaseUrl];
  await api.close();
});

test('a new admin signs in with the password that was printed, and a second one of that login is refused', async () => {
  const { code, out } = await nailbook('add-admin', 'Ops@Example.com');
  expect(code).toBe(0);
  const payload = { login: 'ops@example.com', password: out.trim() };
  const session = await api.server.inject({ method: 'POST', url: '/api/v1/sessions', payload });
  expect(session.json()).toMatchObject({ role: 'admin', merchantId: null });
  expect(await nailbook('add-admin', 'ops@example.com')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('is in use'),
  });
});

test('a login that nobody could type again is refused', async () => {
  expect(await nailbook('add-admin', 'two words')).toMatchObject({
    code: 2,
    err: expect.stringContaining('"two words"'),
  });
});

test('the API’s own login to the database is not enough', async () => {
  process.env[NAMES.databaseUrl] = api.database.apiUrl;
  expect(await nailbook('add-admin', 'intruder')).toMatchObject({
    code: 1,
    err: expect.stringContaining('row-level security'),
  });
});
