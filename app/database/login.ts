/** How a program logs in to PostgreSQL: by a URL on this machine, on AWS by a secret that is read at each connection. */
import { RDS_CERTIFICATE_AUTHORITIES } from './certificates';
import type { DatabaseLogin } from './pool';

/** Where a PostgreSQL server is and who logs in: a URL (local), or a host and a secret that is read at each connection (AWS). */
export type DatabaseAddress = { url: string } | { host: string; port: number; database: string; secretArn: string };

/** `user` is the program's own role; a URL names its own. */
export function databaseLogin(
  address: DatabaseAddress,
  user: string,
  readSecret: (arn: string) => Promise<string>,
): DatabaseLogin {
  if ('url' in address) return address;
  const { host, port, database, secretArn } = address;
  return {
    host,
    port,
    database,
    user,
    password: async () => {
      const secret: unknown = JSON.parse(await readSecret(secretArn));
      const hasPassword = typeof secret === 'object' && secret !== null && 'password' in secret;
      if (!hasPassword || typeof secret.password !== 'string') throw new Error(`Secret ${secretArn} has no "password"`);
      return secret.password;
    },
    tls: { ca: RDS_CERTIFICATE_AUTHORITIES },
  };
}
