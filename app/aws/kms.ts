/** Data keys from AWS KMS: the key that encrypts them never leaves it. */
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { DataKeys } from '../line/credentials';

/** `keyArn`: a symmetric key for encryption. Both calls reject as the AWS client does; the owner shows in CloudTrail. */
export function kmsDataKeys(keyArn: string, client = new KMSClient({})): DataKeys {
  return {
    async generate(owner) {
      const { Plaintext, CiphertextBlob } = await client.send(
        new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: { owner } }),
      );
      if (!Plaintext || !CiphertextBlob) throw new Error(`KMS key ${keyArn} made no data key`);
      return { key: Buffer.from(Plaintext), sealedKey: Buffer.from(CiphertextBlob) };
    },
    async open(sealedKey, owner) {
      const { Plaintext } = await client.send(
        new DecryptCommand({ KeyId: keyArn, CiphertextBlob: sealedKey, EncryptionContext: { owner } }),
      );
      if (!Plaintext) throw new Error(`KMS key ${keyArn} opened no data key`);
      return Buffer.from(Plaintext);
    },
  };
}
