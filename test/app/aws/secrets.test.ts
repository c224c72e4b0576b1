import type { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSecretReader } from '../../../app/aws/secrets';

/** A client that answers one text after another, and fails where the text is `null`. */
function answering(texts: (string | null)[]): { client: SecretsManagerClient; asked: string[] } {
  const asked: string[] = [];
  const client = {
    send: (command: GetSecretValueCommand) => {
      asked.push(String(command.input.SecretId));
      const text = texts[asked.length - 1] ?? null;
      return text === null ? Promise.reject(new Error('no network')) : Promise.resolve({ SecretString: text });
    },
  } as unknown as SecretsManagerClient;
  return { client, asked };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('many connections at one moment ask for the secret once', async () => {
  const { client, asked } = answering(['first', 'second']);
  const read = createSecretReader(client);
  expect(await Promise.all([read('arn:a'), read('arn:a'), read('arn:a')])).toEqual(['first', 'first', 'first']);
  expect(asked).toEqual(['arn:a']);
});

test('after a rotation the new password is read within two seconds', async () => {
  const { client } = answering(['old', 'new']);
  const read = createSecretReader(client);
  expect(await read('arn:a')).toBe('old');
  jest.advanceTimersByTime(2_000);
  expect(await read('arn:a')).toBe('new');
});

test('a failure is told and not remembered', async () => {
  const { client } = answering([null, 'there']);
  const read = createSecretReader(client);
  await expect(read('arn:a')).rejects.toThrow('no network');
  expect(await read('arn:a')).toBe('there');
});
