/** Runs a task under its time limit and reports how it went, whatever happens in it. */
import { types } from 'node:util';
import { MAINTENANCE_TASKS, type MaintenanceTaskName } from '../../app/contract/maintenance';
import { reasonOf } from '../../app/contract/reason';
import { reportLine, type Report, type ReportLabels } from './report';
import type { Outcome, TaskRun } from './task';

/** A task is told to be done after this share of its limit, so that it ends by itself and says how far it came. */
const DEADLINE_SHARE = 0.95;

export interface RunOptions {
  labels: ReportLabels;
  dryRun?: boolean;
  /** Instead of the contract's; a Lambda that has less time left gives that. */
  limitMs?: number;
  clock?: () => number;
  /** Takes the report's line; standard output when omitted. */
  write?: (line: string) => void;
  /** Keeps the report of a run that is no dry run; the run counts without it too. */
  record?: ((report: Report) => Promise<void>) | undefined;
}

/**
 * Resolves with the report: of a task that found something wrong, threw, or did not stop by its limit, `succeeded` is false and
 * `failures` says why. Never rejects.
 */
export async function runTask(
  task: MaintenanceTaskName,
  work: (run: TaskRun) => Promise<Outcome>,
  options: RunOptions,
): Promise<Report> {
  const clock = options.clock ?? Date.now;
  const write = options.write ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const limitMs = options.limitMs ?? MAINTENANCE_TASKS[task].limitMinutes * 60_000;
  const dryRun = options.dryRun ?? false;
  const started = clock();
  const { outcome, stack } = await attempt(work, { clock, dryRun }, limitMs);
  const finished = clock();
  const report: Report = {
    notes: [],
    metrics: {},
    details: {},
    ...outcome,
    task,
    succeeded: outcome.failures.length === 0,
    dryRun,
    startedAt: new Date(started).toISOString(),
    durationSeconds: (finished - started) / 1000,
    stack,
  };
  if (!dryRun && options.record) {
    await options.record(report).catch((error: unknown) => {
      report.notes = [...report.notes, `Its report could not be kept: ${reasonOf(error)}`];
    });
  }
  write(reportLine(report, options.labels, finished));
  return report;
}

async function attempt(
  work: (run: TaskRun) => Promise<Outcome>,
  { clock, dryRun }: Pick<TaskRun, 'clock' | 'dryRun'>,
  limitMs: number,
): Promise<{ outcome: Outcome; stack: string | null }> {
  const limit = new AbortController();
  const tooLate = new Error(`It did not end within its limit of ${Math.round(limitMs / 1000)} s.`);
  const expired = new Promise<never>((_, reject) => limit.signal.addEventListener('abort', () => reject(tooLate)));
  const timer = setTimeout(() => limit.abort(tooLate), limitMs);
  try {
    const run = { clock, dryRun, deadline: clock() + limitMs * DEADLINE_SHARE, signal: limit.signal };
    return { outcome: await Promise.race([work(run), expired]), stack: null };
  } catch (error) {
    return {
      outcome: { summary: '', failures: [sentence(reasonOf(error))] },
      stack: types.isNativeError(error) && error !== tooLate ? (error.stack ?? null) : null,
    };
  } finally {
    clearTimeout(timer);
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
