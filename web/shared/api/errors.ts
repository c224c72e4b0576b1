/** How a request can fail: the API refused it, or no answer came. */
import type { Problem } from './schema';

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  get status(): number {
    return this.problem.status;
  }

  /** Stable name of the problem. */
  get code(): string {
    return this.problem.code;
  }
}

export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';

  constructor(options?: ErrorOptions) {
    super('No answer came', options);
  }
}

/** Whether the same request may well succeed a moment later. */
export function isPassing(error: unknown): boolean {
  return error instanceof ConnectionLost || (error instanceof ApiProblem && error.status === 503);
}

export function hasCode(error: unknown, ...codes: string[]): error is ApiProblem {
  return error instanceof ApiProblem && codes.includes(error.code);
}
