/** Ends the one task whose connections have run out, so that ECS starts another in its place (requirement E3). */

/** A task's line about itself. */
export interface TaskFigures {
  taskId: string;
  /** Connections to the primary that it could still take. */
  poolFree: number;
  /** Epoch milliseconds. */
  at: number;
}

export type Decision = { stop: string; because: string } | { stop: null; because: string };

/**
 * Which task to end, by the newest line of each. None when every task is short of connections: then the cause is the database or a
 * statement, and a restart would only take away what still works.
 */
export function decide(figures: readonly TaskFigures[], fewest: number): Decision {
  const newest = new Map<string, TaskFigures>();
  for (const one of figures) {
    const known = newest.get(one.taskId);
    if (!known || known.at < one.at) newest.set(one.taskId, one);
  }
  const tasks = [...newest.values()].toSorted((a, b) => a.poolFree - b.poolFree);
  const short = tasks.filter(({ poolFree }) => poolFree < fewest);
  const [worst] = short;
  if (!worst) return { stop: null, because: `none of ${tasks.length} tasks is short of connections any more` };
  if (short.length === tasks.length) {
    return { stop: null, because: `all ${tasks.length} tasks are short of connections: the cause is behind them` };
  }
  return {
    stop: worst.taskId,
    because: `it has ${worst.poolFree} connections left, ${tasks.length - short.length} of ${tasks.length} tasks have enough`,
  };
}

/** What a line of the log says; null for a line of another kind. `logStream` ends with the id of the task. */
export function figuresIn(logStream: string, text: string, at: number): TaskFigures | null {
  const taskId = logStream.split('/').at(-1);
  const line: unknown = JSON.parse(text);
  const metadata: unknown = typeof line === 'object' && line !== null ? Reflect.get(line, 'metadata') : null;
  const poolFree: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'pool_free') : null;
  return taskId && typeof poolFree === 'number' ? { taskId, poolFree, at } : null;
}
