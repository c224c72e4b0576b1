/** Asks Jest's main process for what all tests of a run share. */
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { SHARED_FOLDER_VARIABLE, SHARED_SERVER_VARIABLE } from './shared-variables';

/** The URL of the PostgreSQL server or of moto, or the names of the Lambda functions when they are built. The first to ask waits for it. */
export async function askMainProcess(what: 'postgres' | 'lambdas' | 'moto'): Promise<string> {
  const response = await new Promise<IncomingMessage>((answered, failed) =>
    get(`${variable(SHARED_SERVER_VARIABLE)}/${what}`, { agent: false }, answered).on('error', failed),
  );
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`What the tests share (${what}) could not be made: ${body}`);
  return body;
}

/** A folder for what one test file leaves to the next; it goes when the run ends. */
export function sharedFolder(): string {
  return variable(SHARED_FOLDER_VARIABLE);
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with Jest, whose global setup sets it`);
  return value;
}
