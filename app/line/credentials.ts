/** Encrypts the merchants' LINE secrets at rest: AES-256-GCM under a data key of its own, which a key outside the database encrypts. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encrypts data keys. `owner` is authenticated with the key: what was sealed for one owner opens for no other. */
export interface DataKeys {
  seal(key: Buffer, owner: string): Promise<Buffer>;
  /** Rejects when the key was sealed by another key or for another owner. */
  open(sealedKey: Buffer, owner: string): Promise<Buffer>;
}

export interface SealedSecret {
  sealedSecret: Buffer;
  sealedKey: Buffer;
}

/** Sizes that AES-256-GCM asks for (NIST SP 800-38D): key, nonce and authentication tag, in bytes. */
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export async function sealSecret(dataKeys: DataKeys, owner: string, secret: string): Promise<SealedSecret> {
  const key = randomBytes(KEY_BYTES);
  return { sealedSecret: encrypt(key, Buffer.from(secret), owner), sealedKey: await dataKeys.seal(key, owner) };
}

/** Rejects when the secret, its key or its owner is not what was sealed. */
export async function openSecret(dataKeys: DataKeys, owner: string, sealed: SealedSecret): Promise<string> {
  const key = await dataKeys.open(sealed.sealedKey, owner);
  return decrypt(key, sealed.sealedSecret, owner).toString();
}

/** Encrypts data keys under one key in memory, for a machine without AWS; `masterKey` has 32 bytes. */
export function localDataKeys(masterKey: Buffer): DataKeys {
  return {
    seal: (key, owner) => Promise.resolve(encrypt(masterKey, key, owner)),
    open: async (sealedKey, owner) => decrypt(masterKey, sealedKey, owner),
  };
}

/** Nonce, tag and ciphertext in one. */
function encrypt(key: Buffer, plain: Buffer, owner: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

function decrypt(key: Buffer, sealed: Buffer, owner: string): Buffer {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}
