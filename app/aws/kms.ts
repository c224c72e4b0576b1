/** Encrypts data keys with AWS KMS: the key that does it never leaves it. */
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { AWS_PATIENCE } from './patience';
import type { DataKeys } from '../line/credentials';

/** `keyArn`: a symmetric key for encryption. Both calls reject as the AWS client does; the owner shows in CloudTrail. */
export function kmsDataKeys(keyArn: string, client = new KMSClient(AWS_PATIENCE)): DataKeys {
  return {
    async seal(key, owner) {
      const { CiphertextBlob } = await client.send(
        new EncryptCommand({ KeyId: keyArn, Plaintext: key, EncryptionContext: { owner } }),
      );
      if (!CiphertextBlob) throw new Error(`KMS key ${keyArn} sealed no data key`);
      return Buffer.from(CiphertextBlob);
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
