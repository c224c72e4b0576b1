/** Posts JSON to a receiver and says what came of it: taken, to be tried again, or refused for good. */

export type Outcome =
  | { kind: 'taken' }
  /** `afterSeconds`: what the receiver asks for. */
  | { kind: 'later'; why: string; afterSeconds: number | null }
  | { kind: 'refused'; why: string };

export type Post = (url: string, body: object, idempotencyKey: string) => Promise<Outcome>;

/** Statuses below 500 that say "not now". */
const NOT_NOW = new Set([408, 425, 429]);

/** A receiver that takes longer is down; the function's own limit is well above. */
const TIMEOUT_MS = 10_000;

/** The address stays out of every reason: it is a secret. */
export function postWith(timeoutMs = TIMEOUT_MS): Post {
  return async (url, body, idempotencyKey) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (response.ok) return { kind: 'taken' };
      const why = `it answered ${response.status} ${text.slice(0, 200)}`.trim();
      if (response.status < 500 && !NOT_NOW.has(response.status)) return { kind: 'refused', why };
      const wanted = Number(response.headers.get('retry-after'));
      return { kind: 'later', why, afterSeconds: wanted > 0 ? wanted : null };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown';
      return { kind: 'later', why: `it did not answer (${name})`, afterSeconds: null };
    }
  };
}
