/** Asks the side under test, and tells a wrong answer from none. */
import { reasonOf } from '../../../app/contract/reason';

export interface Asked {
  /** Base URL of the side under test. */
  url: string;
  token: string;
}

/** Longer than any request may take. */
const TIMEOUT_MS = 10_000;

/** What the load balancer answers for a side that has no task, or whose task does not. */
const BALANCER_STATUSES = new Set([502, 503, 504]);

/** The side is not there yet, or only just: another try may pass. */
export class NotYet extends Error {}

/** The answer, in JSON. */
export async function get<T>({ url, token }: Asked, path: string): Promise<T> {
  return JSON.parse(await request(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } }, 200));
}

/** The same with a key and a body, and the status that is expected (200). */
export async function post<T>(
  { url, token }: Asked,
  path: string,
  { key, body, status = 200 }: { key?: string; body?: object; status?: number } = {},
): Promise<T> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body ? { 'content-type': 'application/json' } : {}),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  const init = { method: 'POST', headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  return JSON.parse(await request(`${url}${path}`, init, status));
}

/** The answer's text; throws an Error with the answer when its status is another one. */
export async function request(url: string, init: RequestInit, status: number): Promise<string> {
  const what = `${init.method ?? 'GET'} ${new URL(url).pathname}`;
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new NotYet(`${what} was not answered: ${reasonOf(error)}`, { cause: error });
  }
  const text = await response.text();
  if (response.status !== status) {
    const reason = `${what} was answered ${response.status}: ${text.slice(0, 300)}`;
    throw BALANCER_STATUSES.has(response.status) ? new NotYet(reason) : new Error(reason);
  }
  return text;
}
