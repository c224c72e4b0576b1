/** Calls a function on AWS and hands back what it answers. */
import { InvokeCommand, ResourceNotFoundException, type LambdaClient } from '@aws-sdk/client-lambda';
import { Failure } from './terminal';

/** Throws a Failure when the function is not there, and with its words when it broke off. */
export async function invoke<Answer>(lambda: LambdaClient, FunctionName: string, event: object): Promise<Answer> {
  const { Payload, FunctionError } = await lambda
    .send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }))
    .catch((error: unknown) => {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      throw new Failure(`there is no function ${FunctionName}: deploy the stack maintenance of that environment first`);
    });
  const text = Payload === undefined ? '' : Buffer.from(Payload).toString();
  if (FunctionError !== undefined) throw new Failure(`${FunctionName} ended with an error: ${text}`);
  const answer: Answer = JSON.parse(text);
  return answer;
}
