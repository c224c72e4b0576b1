/** Logs in to a restored copy and to its source. */
import type { ClientBase } from 'pg';
import { RDS_CERTIFICATE_AUTHORITIES } from '../../../app/database/certificates';
import { sqlState } from '../../../app/database/errors';
import type { DatabaseLogin } from '../../../app/database/pool';
import { need } from '../aws/settings';
import { readSecret, type SecretStage } from '../aws/secrets';
import { withDatabase } from '../database/session';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';

export interface Address {
  host: string;
  port: number;
}

const INVALID_PASSWORD = '28P01';

/** A restored volume fetches each block from S3 when it is first read: the first look at a large table takes minutes. */
const COLD_STATEMENT_MS = 10 * 60_000;

/** Connects to both, and does the work. */
export async function withCopyAndSource<T>(
  copy: Address,
  source: Address,
  work: (copy: ClientBase, source: ClientBase) => Promise<T>,
): Promise<T> {
  return withDatabase(loginTo(source, 'AWSCURRENT'), (sourceClient) =>
    withEitherPassword((stage) =>
      withDatabase(loginTo(copy, stage), (client) => work(client, sourceClient), COLD_STATEMENT_MS),
    ),
  );
}

/** The copy has the passwords of its moment: if they were rotated since, the one before is tried. */
export async function withEitherPassword<T>(logIn: (stage: SecretStage) => Promise<T>): Promise<T> {
  try {
    return await logIn('AWSCURRENT');
  } catch (error) {
    if (sqlState(error) !== INVALID_PASSWORD) throw error;
    return logIn('AWSPREVIOUS');
  }
}

function loginTo({ host, port }: Address, stage: SecretStage): DatabaseLogin {
  return {
    host,
    port,
    database: process.env[NAMES.databaseName] ?? 'nailbook',
    user: 'nailbook_maintenance',
    password: async () => passwordIn(await readSecret(need('databaseSecretArn'), stage)),
    tls: { ca: RDS_CERTIFICATE_AUTHORITIES },
  };
}

function passwordIn(secret: string): string {
  const { password }: { password?: unknown } = JSON.parse(secret);
  if (typeof password !== 'string') throw new Error('The secret of the maintenance login has no "password"');
  return password;
}
