/** Sees to it that one local platform runs in a folder at a time. */
import { existsSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';

const ANSWER_MS = 2_000;

/** Asks the platform that runs here how to reach it; `null` when none runs. The kernel forgets the socket of a killed process. */
async function whoRuns(socketPath: string): Promise<string | null> {
  if (!existsSync(socketPath)) return null;
  const socket = connect(socketPath);
  socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error('a process that does not answer')));
  try {
    return await text(socket);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'ECONNREFUSED') return null;
    return error.message;
  }
}

export interface Claim {
  /** The run before this one did not end its claim: it was killed, and its parts may still be ending. */
  afterKill: boolean;
  release: () => Promise<void>;
}

/**
 * Claims the folder for this process, or throws an Error that names the process that has it. The claim ends with this process,
 * however that ends.
 */
export async function claimFolder(socketPath: string, url: string): Promise<Claim> {
  const other = await whoRuns(socketPath);
  if (other !== null) {
    throw new Error(
      `Nailbook already runs here: ${other}. Stop that one first: press Ctrl-C in its terminal, or kill that process.`,
    );
  }
  const afterKill = existsSync(socketPath);
  rmSync(socketPath, { force: true });
  const server = createServer((socket) =>
    socket.on('error', () => undefined).end(`${url} (process ${process.pid})`),
  ).unref();
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(socketPath, listening));
  return { afterKill, release: () => new Promise((released) => server.close(() => released())) };
}
