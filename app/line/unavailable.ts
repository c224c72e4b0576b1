/** What a client of the API hears when LINE does not answer. */
import { Problem } from '../http/problem';
import { LineUnavailable } from './line-http';

const RETRY_AFTER_SECONDS = 5;

/** Turns LineUnavailable into a 503 Problem; other errors stay what they are. */
export async function orUnavailable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof LineUnavailable)) throw error;
    throw new Problem(
      503,
      'line_unavailable',
      `LINE does not answer just now (${error.reason}): try again in a moment`,
      {},
      { 'retry-after': String(RETRY_AFTER_SECONDS) },
    );
  }
}
