/** `nailbook add-admin`: a platform admin, whom nobody but the owner of the database can make. */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { createAccount, LOGIN } from '../../app/auth/accounts';
import { hashPassword } from '../../app/auth/passwords';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { ROLES } from '../../app/database/roles';
import { Problem } from '../../app/http/problem';
import { connected } from './database';
import { Failure, UsageError, type Terminal } from './terminal';

export function addAdminCommand(terminal: Terminal): Command {
  return new Command('add-admin')
    .description('let somebody sign in as a platform admin, and print their password once')
    .argument('<login>', '3 to 100 letters, digits and . _ @ + -, such as an e-mail address')
    .addHelpText(
      'after',
      `
Works on the platform that \`npm start\` runs here, or on the database that ${NAMES.databaseUrl} names (as ${ROLES.owner}).

Examples:
  nailbook add-admin mei@nailbook.example`,
    )
    .action(async (login: string) => {
      if (!LOGIN.test(login)) {
        throw new UsageError(`the login is "${login}": 3 to 100 letters, digits and . _ @ + - are allowed`);
      }
      const password = randomBytes(15).toString('base64url');
      const passwordHash = await hashPassword(password);
      await connected('owner', 'add-admin', (client) =>
        createAccount(client, { merchantId: null, login, passwordHash }),
      ).catch((error: unknown) => {
        throw error instanceof Problem ? new Failure(error.message) : error;
      });
      terminal.out(password);
      terminal.err(`${login} can sign in with this password; it is not shown again.`);
    });
}
