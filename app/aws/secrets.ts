/** Reads secrets from AWS Secrets Manager, remembering each for a moment so that twenty new connections ask once. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AWS_PATIENCE } from './patience';

/** After a rotation the old password is tried for no longer than this; new connections then log in with the new one. */
const REMEMBER_MS = 2_000;

export type SecretReader = (arn: string) => Promise<string>;

/** The secret's text. Rejects when it cannot be read; a failure is not remembered. */
export function createSecretReader(client = new SecretsManagerClient(AWS_PATIENCE)): SecretReader {
  const remembered = new Map<string, { value: Promise<string>; readAt: number }>();
  return (arn) => {
    const known = remembered.get(arn);
    if (known && Date.now() - known.readAt < REMEMBER_MS) return known.value;
    const value = readSecret(client, arn);
    remembered.set(arn, { value, readAt: Date.now() });
    value.catch(() => remembered.delete(arn));
    return value;
  };
}

async function readSecret(client: SecretsManagerClient, arn: string): Promise<string> {
  const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  if (text === undefined) throw new Error(`Secret ${arn} holds no text`);
  return text;
}
