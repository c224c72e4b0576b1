/** How a maintenance program logs in: from the same environment variables as the API, with a secret of its own. */
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { databaseLogin } from '../../../app/database/login';
import type { DatabaseLogin } from '../../../app/database/pool';

const USER = 'nailbook_maintenance';

/** Throws an Error that names the variable that is missing. */
export function loginFromEnvironment(
  env: Record<string, string | undefined>,
  readSecret: (arn: string) => Promise<string>,
): DatabaseLogin {
  const url = env[NAMES.databaseUrl];
  if (url) return { url };
  const need = (name: string) => {
    const text = env[name];
    if (!text) throw new Error(`${name} is not set: give it, or ${NAMES.databaseUrl}`);
    return text;
  };
  return databaseLogin(
    {
      host: need(NAMES.databaseHost),
      port: Number(env[NAMES.databasePort] || 5432),
      database: env[NAMES.databaseName] || 'nailbook',
      secretArn: need(NAMES.databaseSecretArn),
    },
    USER,
    readSecret,
  );
}
