/** Makes a child process end when this process ends, even when this one is killed with SIGKILL and can run no handler. */
import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/** A child that ignores the first signal is killed after about this many seconds. */
const PATIENCE_SECONDS = 3;

const WATCH = `
read -r _
kill -s "$1" "$2" 2>/dev/null || exit
[ "$3" = patient ] && exit
for _ in ${Array.from({ length: PATIENCE_SECONDS }, (_value, index) => index).join(' ')}; do
  sleep 1
  kill -0 "$2" 2>/dev/null || exit
done
kill -s KILL "$2" 2>/dev/null`;

/**
 * Starts a shell that waits on a pipe from this process. The kernel closes the pipe when this process is gone, whatever the
 * reason, and the shell then signals the child. (Linux's parent-death signal does the same but macOS has none.) A `patient`
 * watcher leaves it at that: a database may take its time to write what it has.
 */
export function endWithParent(child: ChildProcess, signal: 'INT' | 'TERM', patience: 'patient' | 'impatient'): void {
  if (child.pid === undefined) return;
  const watcher = spawn('/bin/sh', ['-c', WATCH, 'sh', signal, String(child.pid), patience], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A session of its own: Ctrl-C in the terminal must not end the watcher before its child.
    detached: true,
  });
  watcher.unref();
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();
  // The child is gone: its number may soon belong to another process, which the watcher must not signal.
  child.once('exit', () => watcher.kill('SIGKILL'));
}
