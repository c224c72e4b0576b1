/** Started by Secrets Manager: rotates the password of a PostgreSQL login. */
import { randomBytes } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { RDS_CERTIFICATE_AUTHORITIES } from '../../../app/database/certificates';
import { rotate, type RotationEvent } from './rotate';
import { secretVersions } from './secret-versions';
import { postgresServer } from './server';

const secrets = secretVersions(new SecretsManagerClient({}));
const server = postgresServer({
  host: process.env[NAMES.databaseHost],
  port: Number(process.env[NAMES.databasePort]),
  ssl: { ca: RDS_CERTIFICATE_AUTHORITIES },
});
const adminSecret = process.env[NAMES.databaseAdminSecretArn] ?? '';

export async function handler(event: RotationEvent): Promise<void> {
  await rotate(event, { secrets, server, adminSecret, newPassword: () => randomBytes(24).toString('base64url') });
  console.log(
    JSON.stringify({
      level: 'info',
      message: 'rotation step done',
      metadata: { secret: event.SecretId, step: event.Step },
    }),
  );
}
