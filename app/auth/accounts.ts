/** Accounts of salon staff and platform admins: who may sign in with a password. */
import type { ClientBase } from 'pg';
import { constraintOf } from '../database/errors';
import { Problem } from '../http/problem';

/** What a person can type again: a name or an e-mail address. Stored in small letters. */
export const LOGIN = /^[A-Za-z0-9][A-Za-z0-9._@+-]{2,99}$/;

const STATEMENTS = {
  create: {
    name: 'create-account',
    text: 'INSERT INTO accounts (merchant_id, login, password_hash) VALUES ($1, $2, $3) RETURNING id',
  },
  list: {
    name: 'list-accounts',
    text: 'SELECT id, login, active, created_at FROM accounts WHERE merchant_id = $1 ORDER BY id',
  },
  read: {
    name: 'read-account',
    text: 'SELECT id, login, active, created_at FROM accounts WHERE merchant_id = $1 AND id = $2',
  },
  // Locked in one order, so that two who close each other's accounts take turns, and the second is refused.
  lockOpen: {
    name: 'lock-open-accounts',
    text: 'SELECT id FROM accounts WHERE merchant_id = $1 AND active ORDER BY id FOR UPDATE',
  },
  // Whatever changes, tokens from before it are refused: who had the old password must sign in with the new one. The time of the change
  // and not of its transaction, so that the later of two changes has the later time.
  setActive: {
    name: 'set-account-active',
    text: 'UPDATE accounts SET active = $3, tokens_valid_from = clock_timestamp() WHERE merchant_id = $1 AND id = $2',
  },
  setPassword: {
    name: 'set-account-password',
    text: 'UPDATE accounts SET password_hash = $3, tokens_valid_from = clock_timestamp() WHERE merchant_id = $1 AND id = $2',
  },
};

export interface Account {
  id: string;
  login: string;
  active: boolean;
  createdAt: string;
}

interface AccountRow {
  id: string;
  login: string;
  active: boolean;
  created_at: Date;
}

/**
 * `merchantId: null` makes a platform admin, which only the owner of the database can (row-level security refuses the API). Returns
 * the account's id; throws a 409 Problem when the login is taken.
 */
export async function createAccount(
  client: ClientBase,
  { merchantId, login, passwordHash }: { merchantId: string | null; login: string; passwordHash: string },
): Promise<string> {
  try {
    const { rows } = await client.query<{ id: string }>({
      ...STATEMENTS.create,
      values: [merchantId, login.toLowerCase(), passwordHash],
    });
    if (!rows[0]) throw new Error('The account was not stored');
    return rows[0].id;
  } catch (error) {
    if (constraintOf(error) !== 'accounts_login_key') throw error;
    const message = 'is in use: choose another';
    throw new Problem(409, 'login_taken', `The login ${login} ${message}`, {
      errors: [{ field: 'body.login', value: login, message }],
    });
  }
}

export async function listAccounts(client: ClientBase, merchantId: string): Promise<Account[]> {
  const { rows } = await client.query<AccountRow>({ ...STATEMENTS.list, values: [merchantId] });
  return rows.map(toAccount);
}

/** Throws a 404 Problem when there is none of this merchant. */
export async function readAccount(client: ClientBase, merchantId: string, accountId: string): Promise<Account> {
  const { rows } = await client.query<AccountRow>({ ...STATEMENTS.read, values: [merchantId, accountId] });
  if (!rows[0]) throw unknownAccount(accountId);
  return toAccount(rows[0]);
}

/** Throws a 404 Problem when there is none of this merchant. */
export async function changeAccount(
  client: ClientBase,
  merchantId: string,
  accountId: string,
  { passwordHash, active }: { passwordHash: string | undefined; active: boolean | undefined },
): Promise<Account> {
  if (active !== undefined) await client.query({ ...STATEMENTS.setActive, values: [merchantId, accountId, active] });
  if (passwordHash !== undefined)
    await client.query({ ...STATEMENTS.setPassword, values: [merchantId, accountId, passwordHash] });
  return readAccount(client, merchantId, accountId);
}

/** Throws a 409 Problem when this is the only account with which anybody can sign in at the salon. */
export async function requireAnotherAccount(client: ClientBase, merchantId: string, accountId: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>({ ...STATEMENTS.lockOpen, values: [merchantId] });
  if (rows.length !== 1 || rows[0]?.id !== accountId) return;
  throw new Problem(
    409,
    'last_account',
    'This is the only account of the salon that is open: without it nobody could sign in. Add or open another one first',
  );
}

function toAccount({ id, login, active, created_at: createdAt }: AccountRow): Account {
  return { id, login, active, createdAt: createdAt.toISOString() };
}

function unknownAccount(accountId: string): Problem {
  return new Problem(404, 'account_unknown', `There is no account ${accountId} at this salon`);
}
