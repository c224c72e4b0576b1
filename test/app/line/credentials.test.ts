import { randomBytes } from 'node:crypto';
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { kmsDataKeys } from '../../../app/aws/kms';
import { localDataKeys, openSecret, sealSecret } from '../../../app/line/credentials';

const SECRET = 'c0ffee0123456789c0ffee0123456789';
const dataKeys = localDataKeys(randomBytes(32));

test('a sealed secret opens with the same key for the same owner', async () => {
  const sealed = await sealSecret(dataKeys, 'merchant 1', SECRET);
  expect(await openSecret(dataKeys, 'merchant 1', sealed)).toBe(SECRET);
  expect(Buffer.concat([sealed.sealedSecret, sealed.sealedKey]).includes(SECRET)).toBe(false);
});

test('the same secret is sealed differently every time', async () => {
  const [first, second] = [await sealSecret(dataKeys, 'a', SECRET), await sealSecret(dataKeys, 'a', SECRET)];
  expect(first.sealedSecret.equals(second.sealedSecret)).toBe(false);
  expect(first.sealedKey.equals(second.sealedKey)).toBe(false);
});

test('it opens for no other owner, under no other key, and not when a bit was changed', async () => {
  const sealed = await sealSecret(dataKeys, 'merchant 1', SECRET);
  await expect(openSecret(dataKeys, 'merchant 2', sealed)).rejects.toThrow('unable to authenticate');
  await expect(openSecret(localDataKeys(randomBytes(32)), 'merchant 1', sealed)).rejects.toThrow(
    'unable to authenticate',
  );
  for (const part of ['sealedSecret', 'sealedKey'] as const) {
    const changed = Buffer.from(sealed[part]);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
    await expect(openSecret(dataKeys, 'merchant 1', { ...sealed, [part]: changed })).rejects.toThrow(
      'unable to authenticate',
    );
  }
});

test('with KMS the data key is sealed and opened there, bound to its owner', async () => {
  const client = new KMSClient({ region: 'ap-northeast-1' });
  const sealedByKms = Buffer.from('sealed by KMS');
  const sent: [unknown, { Plaintext?: Uint8Array | undefined }][] = [];
  client.send = ((command: EncryptCommand | DecryptCommand) => {
    sent.push([command.constructor, command.input as { Plaintext?: Uint8Array }]);
    return Promise.resolve({ Plaintext: sent[0]?.[1].Plaintext, CiphertextBlob: sealedByKms });
  }) as typeof client.send;
  const keys = kmsDataKeys('arn:aws:kms:ap-northeast-1:1:key/k', client);
  const sealed = await sealSecret(keys, 'merchant 1', SECRET);
  expect(await openSecret(keys, 'merchant 1', sealed)).toBe(SECRET);
  const request = { KeyId: 'arn:aws:kms:ap-northeast-1:1:key/k', EncryptionContext: { owner: 'merchant 1' } };
  expect(sent).toEqual([
    [EncryptCommand, { ...request, Plaintext: expect.any(Buffer) }],
    [DecryptCommand, { ...request, CiphertextBlob: sealedByKms }],
  ]);
});
