/** Ends a PostgreSQL that an earlier, killed run left behind on a data folder, so that the next one can start there. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A fast shutdown writes a checkpoint, which takes seconds on a slow disk; an immediate one waits 5 s for its backends at most. */
const SHUTDOWNS = [
  { signal: 'SIGINT', patienceMs: 10_000 },
  { signal: 'SIGQUIT', patienceMs: 7_000 },
] as const;

/** The process id in a data folder's lock file, `postmaster.pid`; `null` when there is no such file. */
export function lockedBy(dataFolder: string): number | null {
  const lockFile = join(dataFolder, 'postmaster.pid');
  if (!existsSync(lockFile)) return null;
  const pid = Number(readFileSync(lockFile, 'utf8').split('\n')[0]);
  return pid > 0 ? pid : null;
}

/**
 * Stops the server that still runs in `dataFolder`, if any, and returns its process id. A lock file whose process is another
 * program (numbers are used again, in containers after every restart) is removed; PostgreSQL would refuse to start because of it.
 * Only the server itself is signalled: its backends follow it, and a signal to the checkpointer would crash the cluster.
 */
export async function stopLeftover(dataFolder: string): Promise<number | null> {
  const pid = lockedBy(dataFolder);
  if (pid === null || !isAlive(pid)) return null;
  const isRunning = () => isAlive(pid) && commandLine(pid).includes(dataFolder);
  if (!isRunning()) {
    rmSync(join(dataFolder, 'postmaster.pid'), { force: true });
    return null;
  }
  for (const { signal, patienceMs } of SHUTDOWNS) {
    if (!isRunning()) break;
    process.kill(pid, signal);
    const deadline = Date.now() + patienceMs;
    while (isRunning() && Date.now() < deadline) await sleep(25);
  }
  if (isRunning()) {
    throw new Error(
      `PostgreSQL of an earlier run (process ${pid}) still works in ${dataFolder} and does not stop: kill -9 ${pid}`,
    );
  }
  return pid;
}

/** Also true for a process of another user (EPERM). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Empty for a process that has ended but was not collected by its parent. */
function commandLine(pid: number): string {
  if (existsSync(`/proc/${pid}/cmdline`)) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  return spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout;
}
