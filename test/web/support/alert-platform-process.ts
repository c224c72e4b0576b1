/** The process of `alert-platform.ts`: says where it is, then does what each line of its input asks, until that ends. */
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { createAccount } from '../../../app/auth/accounts';
import { hashPassword } from '../../../app/auth/passwords';
import { operate } from '../../exercise/operator';
import { type ExercisePlatform, startPlatform } from '../../exercise/platform';
import type { Announcement } from './alert-platform';

const LOGIN = 'admin@alerts.local';
const PASSWORD = 'a password for alerts';

async function addAdmin(platform: ExercisePlatform): Promise<void> {
  const client = new Client({ connectionString: platform.databaseUrl('owner') });
  await client.connect();
  await createAccount(client, { merchantId: null, login: LOGIN, passwordHash: await hashPassword(PASSWORD) });
  await client.end();
}

async function main(): Promise<void> {
  const platform = await startPlatform();
  try {
    await addAdmin(platform);
    const announcement: Announcement = { url: platform.tasks[0]?.url ?? '', login: LOGIN, password: PASSWORD };
    console.log(JSON.stringify(announcement));
    for await (const line of createInterface({ input: process.stdin })) {
      if (line === 'break') await platform.sql('ALTER TABLE bookings DROP CONSTRAINT no_overlap_bookings');
      else await operate(platform, 'owner', ['repair', 'constraint']);
      console.log('done');
    }
  } finally {
    await platform.stop();
  }
}

void main();
