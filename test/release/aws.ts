/** Answers the calls of a real AWS client on this machine: nothing is sent, and what nobody answers is an error. */

/** By the name of the call in AWS's API reference; each names its request's shape itself, and may throw the service's own exceptions. */
export type Answers = Record<string, (input: never) => unknown>;

interface Command {
  constructor: { name: string };
  input: unknown;
}

export function answerWith(client: { send: unknown }, answers: Answers): void {
  const send = async (command: Command): Promise<object> => {
    const call = command.constructor.name.replace(/Command$/, '');
    const answer = answers[call];
    if (!answer) throw new Error(`${call} is not modelled`);
    return { ...((await answer(command.input as never)) as object), $metadata: { httpStatusCode: 200 } };
  };
  Object.assign(client, { send });
}
