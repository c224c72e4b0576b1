/** Reads a secret from AWS Secrets Manager. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** `AWSPREVIOUS` is the one before the last rotation. */
export type SecretStage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** The secret's text. Rejects when there is none. */
export async function readSecret(
  arn: string,
  stage: SecretStage = 'AWSCURRENT',
  client = new SecretsManagerClient({}),
): Promise<string> {
  const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: arn, VersionStage: stage }));
  if (text === undefined) throw new Error(`Secret ${arn} holds no text`);
  return text;
}
