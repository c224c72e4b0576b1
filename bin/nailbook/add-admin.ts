/** `nailbook add-admin`: a platform admin, whom nobody but the owner of the database can make. */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { Client } from 'pg';
import { createAccount, LOGIN } from '../../app/auth/accounts';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { Problem } from '../../app/http/problem';
import { localDatabaseUrl } from '../local/local-database';
import { Failure, UsageError, type Terminal } from './terminal';

export function addAdminCommand(terminal: Terminal): Command {
  return new Command('add-admin')
    .description('Lets somebody sign in as a platform admin, and prints their password once.')
    .argument('<login>', '3 to 100 letters, digits and . _ @ + -, such as an e-mail address')
    .addHelpText(
      'after',
      `\nWorks on the platform that \`npm start\` runs here, or on the database that ${NAMES.databaseUrl} names;\nthat URL logs in as nailbook_owner.`,
    )
    .action(async (login: string) => {
      if (!LOGIN.test(login)) {
        throw new UsageError(`the login is "${login}": 3 to 100 letters, digits and . _ @ + - are allowed`);
      }
      const url = process.env[NAMES.databaseUrl] ?? localDatabaseUrl('owner');
      if (url === null)
        throw new Failure(`no platform runs here: start it with \`npm start\`, or set ${NAMES.databaseUrl}`);
      const password = randomBytes(15).toString('base64url');
      await addAdmin(url, login, password);
      terminal.out(password);
      terminal.err(`${login} can sign in with this password; it is not shown again.`);
    });
}

async function addAdmin(url: string, login: string, password: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'nailbook-add-admin' });
  await client.connect();
  try {
    await createAccount(client, { merchantId: null, login, password });
  } catch (error) {
    if (error instanceof Problem) throw new Failure(error.message);
    throw error;
  } finally {
    await client.end();
  }
}
