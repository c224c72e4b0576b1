/** Sets passwords on a PostgreSQL server. */
import { Client, escapeIdentifier, escapeLiteral, type ClientConfig } from 'pg';
import { scramVerifier } from '../../../app/database/roles';
import type { Login, Server } from './rotate';

const TIMEOUT_MS = 10_000;

/** `address` says where the server is and how to trust it; who logs in is each call's own. */
export function postgresServer(address: Pick<ClientConfig, 'host' | 'port' | 'ssl'>): Server {
  const connected = async (login: Login, work: (client: Client) => Promise<unknown>) => {
    const client = new Client({
      ...address,
      user: login.username,
      password: login.password,
      database: 'postgres', // every role may connect to it
      application_name: 'nailbook-rotate',
      connectionTimeoutMillis: TIMEOUT_MS,
      statement_timeout: TIMEOUT_MS,
    });
    try {
      await client.connect();
      await work(client);
    } finally {
      await client.end();
    }
  };
  return {
    logIn: (login) => connected(login, (client) => client.query('SELECT 1')),
    setPassword: (admin, { username, password }) =>
      connected(admin, (client) =>
        // PostgreSQL takes no parameters here; the verifier keeps the password itself out of the server's log.
        client.query(`ALTER ROLE ${escapeIdentifier(username)} PASSWORD ${escapeLiteral(scramVerifier(password))}`),
      ),
  };
}
