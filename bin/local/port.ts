/** Says in good time, and helpfully, that a TCP port is taken. */
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'node:util';

const REFUSALS = ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'] as const;
type Refusal = (typeof REFUSALS)[number];

/** Throws an Error with the remedy: of a taken port, how to find its process and how to choose another. Waits for it `patienceMs` long. */
export async function refuseTakenPort(host: string, port: number, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const code = await tryPort(host, port);
    if (code === null) return;
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new Error(
        `HOST is "${host}": an address of this machine is allowed, such as 127.0.0.1, or 0.0.0.0 for all of them`,
      );
    }
    if (code === 'EACCES') {
      throw new Error(`Port ${port} needs root's rights. Choose one of 1024 and above: PORT=8000 npm start`);
    }
    if (Date.now() >= deadline) break;
    await sleep(50);
  }
  throw new Error(
    [
      `Port ${port} is taken by another program.`,
      `  See which:      lsof -i :${port}   or   ss -ltnp 'sport = :${port}'`,
      `  Choose another: PORT=${port === 65_535 ? 8000 : port + 1} npm start`,
    ].join('\n'),
  );
}

/** `null` when the port is free, else why it is not to be had; other faults are thrown. */
async function tryPort(host: string, port: number): Promise<Refusal | null> {
  const server = createServer();
  try {
    await new Promise<void>((listening, failed) => server.once('error', failed).listen(port, host, listening));
  } catch (error) {
    const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
    const refusal = REFUSALS.find((one) => one === code);
    if (refusal === undefined) throw error;
    return refusal;
  }
  await new Promise((closed) => server.close(closed));
  return null;
}

/** The value of PORT; throws an Error that says what is allowed. */
export function readPort(value: string | undefined, fallback: number): number {
  if (value === undefined || value === '') return fallback;
  const port = Number(value);
  if (!/^\d+$/.test(value) || port < 1 || port > 65_535) {
    throw new Error(`PORT is "${value}": a whole number from 1 to 65535 is allowed, for example PORT=8001 npm start`);
  }
  return port;
}
