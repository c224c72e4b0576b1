/**
 * Prepares the database for the release that this program is part of, and says in the release's record how it went. It runs in the
 * image of the API, as a task of its own before the API's tasks start; ends with 0 when the database is ready.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { AWS_PATIENCE } from './aws/patience';
import { createSecretReader, type SecretReader } from './aws/secrets';
import { ENVIRONMENT_VARIABLES as NAMES } from './contract/environment';
import { s3ReleaseStore, type ReleaseRecord } from './contract/release-record';
import { reasonOf } from './contract/reason';
import { RDS_CERTIFICATE_AUTHORITIES } from './database/certificates';
import { prepareForRelease, takeBackNewest, type ReleaseDatabase } from './database/migrate-release';
import { createLogger } from './logging';

type Env = Record<string, string | undefined>;

function need(env: Env, name: keyof typeof NAMES): string {
  const value = env[NAMES[name]];
  if (!value) throw new Error(`${NAMES[name]} is not set`);
  return value;
}

async function readLogin(readSecret: SecretReader, arn: string): Promise<{ username: string; password: string }> {
  const login: unknown = JSON.parse(await readSecret(arn));
  const { username, password } = Object.assign({ username: undefined, password: undefined }, login);
  if (typeof username !== 'string' || typeof password !== 'string')
    throw new Error(`Secret ${arn} has no "username" and "password"`);
  return { username, password };
}

/** Throws an Error that names the variable or the secret that is missing. */
export async function readTarget(env: Env, readSecret: SecretReader): Promise<ReleaseDatabase> {
  const login = (name: keyof typeof NAMES) => readLogin(readSecret, need(env, name));
  const [admin, owner, api, maintenance] = await Promise.all([
    login('databaseAdminSecretArn'),
    login('databaseOwnerSecretArn'),
    login('databaseSecretArn'),
    login('databaseMaintenanceSecretArn'),
  ]);
  return {
    host: need(env, 'databaseHost'),
    port: Number(env[NAMES.databasePort] || 5432),
    database: need(env, 'databaseName'),
    admin,
    passwords: { owner: owner.password, api: api.password, maintenance: maintenance.password },
    tls: { ca: RDS_CERTIFICATE_AUTHORITIES },
  };
}

/** `back`: instead, the newest migration is taken back. */
async function main(env: Env, back: boolean): Promise<void> {
  const logger = createLogger({
    level: 'info',
    version: env[NAMES.version] || 'dev',
    environment: env[NAMES.environment] || 'local',
  });
  const result: Pick<NonNullable<ReleaseRecord['migration']>, 'applied' | 'error'> = { applied: null, error: null };
  try {
    const target = await readTarget(env, createSecretReader());
    result.applied = back
      ? (await takeBackNewest(target)).map((name) => `${name} was taken back`)
      : await prepareForRelease(target);
    logger.info(
      { metadata: { applied: result.applied } },
      back ? 'a migration was taken back' : 'the database is ready for this release',
    );
  } catch (error) {
    result.error = reasonOf(error);
    logger.error({ err: error }, 'the database could not be prepared for this release');
  }
  const release = env[NAMES.releaseId];
  if (release) {
    const store = s3ReleaseStore(new S3Client(AWS_PATIENCE), need(env, 'releasesBucket'));
    await store.change(release, (record) => {
      if (!record) throw new Error(`The release ${release} has no record`);
      return { ...record, migration: { taskArn: record.migration?.taskArn ?? null, ...result } };
    });
  }
  logger.flush(() => process.exit(result.error === null ? 0 : 1));
}

if (require.main === module) {
  main(process.env, process.argv[2] === 'down').catch((error: unknown) => {
    console.error(reasonOf(error));
    process.exit(1);
  });
}
