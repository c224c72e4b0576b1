import { Client } from 'pg';
import { createAccount } from '../../../app/auth/accounts';
import { hashPassword } from '../../../app/auth/passwords';
import { createTestApi, type TestApi } from '../../support/api';

const PASSWORD = 'correct horse battery';
const STAFF = { role: 'merchant', userId: '900' } as const;

/** The standing parameters are meant to be slow. */
const QUICK = { logN: 10, r: 8, p: 1 };

let api: TestApi;
let owner: Client;

beforeAll(async () => {
  api = await createTestApi();
  owner = new Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
}, 30_000);
afterAll(async () => {
  await owner.end();
  await api.close();
});

// Attempts are counted by address, so that each test comes from one of its own.
let address = 0;
beforeEach(() => void (address += 1));

const signIn = (login: string, password: string) =>
  api.server.inject({
    method: 'POST',
    url: '/api/v1/sessions',
    payload: { login, password },
    remoteAddress: `10.0.0.${address}`,
  });

const withToken = (token: string, url = '/configuration') =>
  api.request({ url, as: null, headers: { authorization: `Bearer ${token}` } });

async function time(name: string, password: string) {
  const started = performance.now();
  const answer = await signIn(name, password);
  return { answer, took: performance.now() - started };
}

let logins = 0;
async function newAccount(merchantId: string | null): Promise<{ id: string; login: string }> {
  const login = `person-${++logins}@example.com`;
  const { rows } = await owner.query<{ id: string }>(
    'INSERT INTO accounts (merchant_id, login, password_hash) VALUES ($1, $2, $3) RETURNING id',
    [merchantId, login, await hashPassword(PASSWORD, QUICK)],
  );
  return { login, id: rows[0]?.id ?? '' };
}

/** Revocations are announced, and heard a moment later. */
async function refused(token: string): Promise<Record<string, unknown>> {
  for (;;) {
    const answer = await withToken(token);
    if (answer.statusCode === 401) return answer.json();
  }
}

describe('Signing in', () => {
  it('gives salon staff a token of their salon', async () => {
    const { id, login } = await newAccount(api.salon.merchantId);
    const response = await signIn(login.toUpperCase(), PASSWORD);
    expect(response.statusCode).toBe(201);
    const session = response.json();
    expect(session).toMatchObject({ role: 'merchant', userId: id, merchantId: api.salon.merchantId });
    expect(Date.parse(session.expiresAt) - Date.now()).toBeCloseTo(12 * 3600_000, -5);
    expect((await withToken(session.token)).statusCode).toBe(200);
    const other = await api.server.inject({
      url: '/api/v1/merchants/999/configuration',
      headers: { authorization: `Bearer ${session.token}` },
    });
    expect(other.json()).toMatchObject({ code: 'wrong_merchant' });
    expect(api.logs).toContainEqual(
      expect.objectContaining({ user_id: id, metadata: expect.objectContaining({ security_event: 'signed_in' }) }),
    );
  });

  it('gives a platform admin a token that acts at every salon, for an hour', async () => {
    const { login } = await newAccount(null);
    const session = (await signIn(login, PASSWORD)).json();
    expect(session).toMatchObject({ role: 'admin', merchantId: null });
    expect(Date.parse(session.expiresAt) - Date.now()).toBeCloseTo(3600_000, -5);
    expect((await withToken(session.token)).statusCode).toBe(200);
  });

  it('does not say whether the login or the password was wrong, neither in words nor in time', async () => {
    const login = 'as-slow-as-it-is';
    const passwordHash = await hashPassword(PASSWORD);
    await createAccount(owner, { merchantId: api.salon.merchantId, login, passwordHash });
    const wrong = await time(login, 'something else entirely');
    const unknown = await time('nobody@example.com', PASSWORD);
    expect(wrong.answer.statusCode).toBe(401);
    expect({ ...unknown.answer.json(), requestId: '' }).toEqual({ ...wrong.answer.json(), requestId: '' });
    expect(unknown.took).toBeGreaterThan(wrong.took / 4);
    expect(JSON.stringify(api.logs)).not.toContain(login);
  });

  it('is refused after ten attempts of one address at one login, the right password too, and not to others', async () => {
    const { login } = await newAccount(api.salon.merchantId);
    const attempts = await Promise.all(Array.from({ length: 10 }, () => signIn(login, 'guess')));
    expect(attempts.map(({ statusCode }) => statusCode)).toEqual(Array(10).fill(401));
    const locked = await signIn(login, PASSWORD);
    expect(locked.json()).toMatchObject({ status: 429, code: 'too_many_attempts' });
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(800);
    const other = await newAccount(api.salon.merchantId);
    expect((await signIn(other.login, PASSWORD)).statusCode).toBe(201);
    address += 100;
    expect((await signIn(login, PASSWORD)).statusCode).toBe(201);
  }, 20_000);
});

describe('The accounts of a salon', () => {
  it('are kept by its staff: added, listed, closed and opened again', async () => {
    const payload = { login: 'Reception@Example.com', password: PASSWORD };
    const created = await api.request({ method: 'POST', url: '/accounts', payload, as: STAFF });
    expect(created.json()).toMatchObject({ login: 'reception@example.com', active: true });
    const { id } = created.json();
    const again = await api.request({ method: 'POST', url: '/accounts', payload, as: STAFF });
    expect(again.json()).toMatchObject({ status: 409, code: 'login_taken' });
    const { accounts } = (await api.request({ url: '/accounts', as: STAFF })).json();
    expect(accounts).toContainEqual(created.json());
    expect(JSON.stringify(accounts)).not.toContain('scrypt');

    const { token } = (await signIn(payload.login, PASSWORD)).json();
    const patch = (body: object) => api.request({ method: 'PATCH', url: `/accounts/${id}`, payload: body, as: STAFF });
    expect((await patch({ active: false })).json()).toMatchObject({ active: false });
    expect(await refused(token)).toMatchObject({
      code: 'unauthenticated',
      detail: expect.stringContaining('withdrawn'),
    });
    expect((await signIn(payload.login, PASSWORD)).statusCode).toBe(401);
    await patch({ active: true });
    expect((await signIn(payload.login, PASSWORD)).statusCode).toBe(201);
  });

  it('are never all closed by the salon itself, not even by two at the same moment', async () => {
    const { merchantId } = api.salon;
    await owner.query('UPDATE accounts SET active = false WHERE merchant_id = $1', [merchantId]);
    const accounts = [await newAccount(merchantId), await newAccount(merchantId)];
    const close = (id: string | undefined, as: object) =>
      api.request({ method: 'PATCH', url: `/accounts/${id}`, payload: { active: false }, as });
    const both = await Promise.all(accounts.map(({ id }) => close(id, STAFF)));
    expect(both.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(both.find(({ statusCode }) => statusCode === 409)?.json()).toMatchObject({ code: 'last_account' });
    const open = accounts.find((_account, index) => both[index]?.statusCode === 409);
    expect((await close(open?.id, { role: 'admin', userId: '1', merchantId: null })).statusCode).toBe(200);
  });

  it('refuse tokens from before a new password, and not the one of a sign-in in the same second', async () => {
    const { id, login } = await newAccount(api.salon.merchantId);
    const { token } = (await signIn(login, PASSWORD)).json();
    const url = `/accounts/${id}`;
    await api.request({ method: 'PATCH', url, payload: { password: 'another long password' }, as: STAFF });
    await refused(token);
    expect((await signIn(login, PASSWORD)).statusCode).toBe(401);
    const session = (await signIn(login, 'another long password')).json();
    expect((await withToken(session.token)).statusCode).toBe(200);
  });

  it('keep no connection from others while a password is hashed', async () => {
    const connections = await Promise.all([1, 2, 3, 4].map(() => api.pool.connect()));
    const payload = { login: 'hashed-first', password: PASSWORD };
    const started = performance.now();
    const creating = api.request({ method: 'POST', url: '/accounts', payload, as: STAFF });
    while (api.pool.waitingCount === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const took = performance.now() - started;
    for (const connection of connections) connection.release();
    expect((await creating).statusCode).toBe(201);
    // The hash alone is meant to take a fifth of a second.
    expect(took).toBeGreaterThan(50);
  });

  it('of another salon cannot be seen or changed, and customers see none', async () => {
    const { rows } = await owner.query<{ id: string }>("INSERT INTO merchants (name) VALUES ('other') RETURNING id");
    const foreign = await newAccount(rows[0]?.id ?? '');
    const { accounts } = (await api.request({ url: '/accounts', as: STAFF })).json();
    expect(accounts).not.toContainEqual(expect.objectContaining({ id: foreign.id }));
    const change = { method: 'PATCH', url: `/accounts/${foreign.id}`, payload: { active: false } } as const;
    expect((await api.request({ ...change, as: STAFF })).json()).toMatchObject({ code: 'account_unknown' });
    expect((await api.request({ url: '/accounts' })).statusCode).toBe(403);
  });

  it.each([
    [{ login: 'ab', password: PASSWORD }, 'body.login'],
    [{ login: 'with space', password: PASSWORD }, 'body.login'],
    [{ login: 'short-password', password: 'short' }, 'body.password'],
  ])('refuse %j by the field', async (payload, field) => {
    const response = await api.request({ method: 'POST', url: '/accounts', payload, as: STAFF });
    expect(response.json().errors).toMatchObject([{ field }]);
  });
});

const asApi = (text: string) => api.pool.query(text);

describe('The role of the API in the database', () => {
  it('reads no password hash but by a login, and no salon or account without naming its merchant', async () => {
    await newAccount(null);
    await expect(asApi('SELECT password_hash FROM accounts')).rejects.toThrow('permission denied for table accounts');
    expect((await asApi('SELECT id FROM accounts')).rows).toEqual([]);
    expect((await asApi('SELECT id FROM merchants')).rows).toEqual([]);
    await expect(asApi("INSERT INTO merchants (name) VALUES ('x')")).rejects.toThrow('permission denied');
  });

  it('cannot make a platform admin or an account of a merchant that it does not name', async () => {
    for (const merchantId of [null, api.salon.merchantId]) {
      const account = { merchantId, login: `intruder-${merchantId}`, passwordHash: '' };
      const client = await api.pool.connect();
      await expect(createAccount(client, account)).rejects.toThrow('row-level security');
      client.release();
    }
  });

  it('alone may call what looks across merchants', async () => {
    const { rows } = await owner.query<{ proname: string; open: boolean }>(
      `SELECT proname, has_function_privilege('public', oid, 'EXECUTE') AS open FROM pg_proc
       WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY proname`,
    );
    expect(rows.map(({ proname }) => proname)).toEqual(
      expect.arrayContaining(['account_to_sign_in', 'create_merchant', 'platform_merchants', 'revoked_identities']),
    );
    expect(rows.filter(({ open }) => open)).toEqual([]);
  });
});
