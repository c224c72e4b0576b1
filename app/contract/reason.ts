/** What went wrong, in words for a sentence or a log line: every program says it this way. */
import { types } from 'node:util';

/** The message of an error, or of what is behind it where it says nothing itself; of anything else that was thrown, its text. */
export function reasonOf(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  // `fetch` keeps why to itself.
  if (error.message === 'fetch failed' && error.cause !== undefined) return reasonOf(error.cause);
  if (error.message !== '') return error.message;
  // Of a host with several addresses Node says why of each, and nothing of them all.
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) {
    return [...new Set(error.errors.map(reasonOf))].join(', ');
  }
  return error.name;
}
