/** Sees to it that one local platform runs in a folder at a time. */
import { existsSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';

/** Asks the platform that runs here how to reach it; `null` when none runs. The kernel forgets the socket of a killed process. */
async function whoRuns(socketPath: string): Promise<string | null> {
  if (!existsSync(socketPath)) return null;
  const socket = connect(socketPath);
  try {
    return await text(socket);
  } catch {
    return null;
  }
}

/**
 * Claims the folder for this process, or throws an Error that names the process that has it. The claim ends with this process,
 * however that ends.
 */
export async function claimFolder(socketPath: string, url: string): Promise<void> {
  const other = await whoRuns(socketPath);
  if (other !== null) {
    throw new Error(
      `Nailbook already runs here: ${other}. Stop that one first: press Ctrl-C in its terminal, or kill that process.`,
    );
  }
  rmSync(socketPath, { force: true });
  const server = createServer((socket) =>
    socket.on('error', () => undefined).end(`${url} (process ${process.pid})`),
  ).unref();
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(socketPath, listening));
}
