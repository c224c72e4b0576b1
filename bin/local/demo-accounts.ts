/** Who can sign in to the local platform with a password: somebody of the demo salon, and a platform admin. */
import { Client } from 'pg';
import { createAccount } from '../../app/auth/accounts';
import { hashPassword } from '../../app/auth/passwords';

export interface DemoAccounts {
  salonLogin: string;
  adminLogin: string;
  /** Of both. */
  password: string;
}

const SALON_LOGIN = 'salon@demo.local';
const ADMIN_LOGIN = 'admin@demo.local';

/** Creates the accounts unless they are there. `ownerUrl` logs in as the owner of the tables. */
export async function prepareDemoAccounts(ownerUrl: string, salonId: string, password: string): Promise<DemoAccounts> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'nailbook-demo' });
  await client.connect();
  try {
    for (const [login, merchantId] of [
      [SALON_LOGIN, salonId],
      [ADMIN_LOGIN, null],
    ] as const) {
      const { rowCount } = await client.query('SELECT FROM accounts WHERE login = $1', [login]);
      if (rowCount === 0)
        await createAccount(client, { merchantId, login, passwordHash: await hashPassword(password) });
    }
  } finally {
    await client.end();
  }
  return { salonLogin: SALON_LOGIN, adminLogin: ADMIN_LOGIN, password };
}
