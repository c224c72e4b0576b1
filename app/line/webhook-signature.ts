/** Proves that a webhook comes from LINE: HMAC-SHA256 of the raw body under the channel's secret, in base64. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'x-line-signature';

/** Bytes of SHA-256. */
const DIGEST_BYTES = 32;

/** Takes the same time whatever the signature is, also for one that is missing or malformed. */
export function isSigned(rawBody: Buffer, channelSecret: string, signature: string): boolean {
  const expected = createHmac('sha256', channelSecret).update(rawBody).digest();
  const given = Buffer.alloc(DIGEST_BYTES);
  const bytes = Buffer.from(signature, 'base64');
  bytes.copy(given);
  return timingSafeEqual(expected, given) && bytes.length === DIGEST_BYTES;
}
