/** Passwords at rest: scrypt with a salt each; the parameters travel with the hash, so that they can grow. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP's password storage cheat sheet: 32 MB and about a fifth of a second of one core for each guess. */
const PARAMETERS = { logN: 15, r: 8, p: 3 };
const KEY_BYTES = 32;

/** Long passwords need no rules about their characters (NIST SP 800-63B). */
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 200;

/** `scrypt$log2(N)$r$p$salt$key`, salt and key in base64url. Other parameters than the standing ones are for tests. */
export async function hashPassword(password: string, parameters = PARAMETERS): Promise<string> {
  const salt = randomBytes(16);
  return format(parameters, salt, await derive(password, salt, parameters));
}

/** `null` stands for an account that is not there: it takes as long as a wrong password, so that nobody learns which logins exist. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [, logN = '', r = '', p = '', salt = '', key = ''] = (hash ?? NOBODYS_HASH).split('$');
  const expected = Buffer.from(key, 'base64url');
  const parameters = { logN: Number(logN), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, 'base64url'), parameters);
  return timingSafeEqual(expected, derived) && hash !== null;
}

const NOBODYS_HASH = format(PARAMETERS, Buffer.alloc(16), Buffer.alloc(KEY_BYTES));

function format({ logN, r, p }: typeof PARAMETERS, salt: Buffer, key: Buffer): string {
  return ['scrypt', logN, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

function derive(password: string, salt: Buffer, { logN, r, p }: typeof PARAMETERS): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Equal passwords can be typed as different characters (NIST SP 800-63B, 5.1.1.2).
    const options = { N: 2 ** logN, r, p, maxmem: 256 * 2 ** logN * r };
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
