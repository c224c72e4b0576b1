/** What a command may do to the person or program that called it. */

export interface Terminal {
  /** Results, to standard output; each call is one line or more. */
  out(text: string): void;
  /** Everything else, to standard error, so that results can be piped. */
  err(text: string): void;
  /** Characters a line may have; none when nobody looks at it. */
  columns: number | undefined;
}

/** What happened, as the exit code that scripts ask for. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** The command was understood and could not be carried out; shown without a stack trace. */
export class Failure extends Error {
  override name = 'Failure';
}

/** The command makes no sense: the message names the argument, its value and what is allowed. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(JSON.stringify(value, null, 2));
}
