/** The versions of a secret in AWS Secrets Manager. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Login, SecretVersions } from './rotate';

export function secretVersions(client: SecretsManagerClient): SecretVersions {
  return {
    async current(secret) {
      const { SecretString } = await client.send(
        new GetSecretValueCommand({ SecretId: secret, VersionStage: 'AWSCURRENT' }),
      );
      return parse(secret, SecretString);
    },
    async pending(secret, version) {
      try {
        const { SecretString } = await client.send(
          new GetSecretValueCommand({ SecretId: secret, VersionId: version, VersionStage: 'AWSPENDING' }),
        );
        return parse(secret, SecretString);
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return null;
        throw error;
      }
    },
    async propose(secret, version, login) {
      await client.send(
        new PutSecretValueCommand({
          SecretId: secret,
          ClientRequestToken: version,
          SecretString: JSON.stringify(login),
          VersionStages: ['AWSPENDING'],
        }),
      );
    },
    async promote(secret, version) {
      const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: secret }));
      const current = Object.entries(VersionIdsToStages ?? {}).find(([, stages]) => stages.includes('AWSCURRENT'))?.[0];
      if (current === version) return;
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secret,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: version,
          RemoveFromVersionId: current,
        }),
      );
    },
  };
}

function parse(secret: string, text: string | undefined): Login {
  const value: unknown = JSON.parse(text ?? 'null');
  if (
    typeof value === 'object' &&
    value !== null &&
    'username' in value &&
    typeof value.username === 'string' &&
    'password' in value &&
    typeof value.password === 'string'
  ) {
    // With whatever else is in it: RDS adds host and port to its master user's secret.
    return { ...value, username: value.username, password: value.password };
  }
  throw new Error(`Secret ${secret} must be JSON with "username" and "password"`);
}
