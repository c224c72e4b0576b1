/** Somebody whom the salon does not know from other tests: to be erased, for example. */
import { randomBytes } from 'node:crypto';
import type { Demo } from './local-platform';

/** Of a new user of LINE's stand-in. */
export async function newIdToken({ lineUrl }: Demo, name: string): Promise<string> {
  const body = JSON.stringify({ userId: `U${randomBytes(16).toString('hex')}`, name });
  const answer = await fetch(`${lineUrl}/id-tokens`, { method: 'POST', body });
  const { idToken }: { idToken: string } = JSON.parse(await answer.text());
  return idToken;
}

export interface NewCustomer {
  id: string;
  /** Signs them in. */
  idToken: string;
}

/** A customer of the demo salon. */
export async function newCustomer(demo: Demo, name: string): Promise<NewCustomer> {
  const idToken = await newIdToken(demo, name);
  const url = `${demo.baseUrl}/api/v1/merchants/${demo.merchantId}/sessions`;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ idToken }) });
  if (!response.ok) throw new Error(`${response.status} from ${url}: ${await response.text()}`);
  const { customerId }: { customerId: string } = JSON.parse(await response.text());
  return { id: customerId, idToken };
}
