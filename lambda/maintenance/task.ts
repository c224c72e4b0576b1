/** What every maintenance task has in common: it is given its resources and its limits, and returns what came of it. */

export interface TaskRun {
  /** Epoch milliseconds. */
  clock: () => number;
  /** The task has to have ended by then (epoch milliseconds); what is left is for its next run. */
  deadline: number;
  /** Aborted a little after the deadline, when the run is given up; for calls that take a signal. */
  signal: AbortSignal;
  /** Look and report, change nothing. */
  dryRun: boolean;
}

export interface Outcome {
  /** One sentence on what was done, or would be done in a dry run. */
  summary: string;
  /** What is wrong, each in words that say what to do: one is enough for the run to count as failed. */
  failures: string[];
  /** What is worth knowing and no reason for an alarm. */
  notes?: string[];
  /** Numbers for CloudWatch, by name in PascalCase with the unit as its end (`RemovedRows`, `SizeBytes`, `RpoSeconds`). */
  metrics?: Record<string, number>;
  /** Everything else that a person may ask about the run; no personal data. */
  details?: Record<string, unknown>;
}

export type Task<Resources> = (resources: Resources, run: TaskRun) => Promise<Outcome>;

/** Milliseconds that are left for a piece of work that must not go past the deadline; 0 when there are none. */
export function timeLeft(run: Pick<TaskRun, 'clock' | 'deadline'>): number {
  return Math.max(0, run.deadline - run.clock());
}

/** `1 row`, `2 rows`, `1,200 rows`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? noun : plural}`;
}
