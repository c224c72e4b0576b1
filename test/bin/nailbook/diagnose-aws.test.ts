import { InvokeCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { environment } from '../../../lib/config/environments';
import { nailbook } from '../../support/nailbook';

const lambda = mockClient(LambdaClient);
const sts = mockClient(STSClient);

/** An answer of the function, as the client hands it on. */
function answer(value: unknown) {
  const text = JSON.stringify(value);
  return { Payload: Object.assign(Buffer.from(text), { transformToString: () => text }) };
}

beforeEach(() => {
  lambda.reset();
  sts.reset();
  sts
    .on(GetCallerIdentityCommand)
    .resolves({ Account: environment('staging').account, Arn: 'arn:aws:iam::1:user/mei' });
});

const asked = () => lambda.commandCalls(InvokeCommand)[0]?.args[0].input;

test('a diagnosis is asked of the function in the network, and its next steps are for that environment', async () => {
  lambda.on(InvokeCommand).resolves(
    answer({
      findings: [
        { verdict: 'bad', text: 'Session 7 holds up 3 others.', next: 'npx nailbook repair end-session 7' },
        { verdict: 'bad', text: 'It is missing.', next: 'npx nailbook repair constraint --dry-run' },
        { verdict: 'good', text: 'All is well.' },
      ],
      figures: {},
    }),
  );
  expect(await nailbook('diagnose', 'pool', '--environment', 'staging', '--seconds', '5')).toEqual({
    code: 0,
    err: '',
    out: `!! Session 7 holds up 3 others.
   Next: npx nailbook repair end-session 7 --environment staging
!! It is missing.
   Next: npx nailbook repair constraint --dry-run
ok All is well.
The page: docs/runbooks/pool-exhausted.md
`,
  });
  expect(asked()).toEqual({
    FunctionName: 'nailbook-staging-maintenance-diagnose',
    Payload: '{"what":"pool","minutes":60,"poolLimit":30,"seconds":5}',
  });
});

test('a session is ended there, and what the function refuses is a failure', async () => {
  lambda.on(InvokeCommand).resolves(answer({ refused: false, says: 'Would end session 7 of nailbook-api' }));
  const command = ['repair', 'end-session', '7', '--environment', 'staging', '--dry-run'];
  expect(await nailbook(...command)).toEqual({ code: 0, out: 'Would end session 7 of nailbook-api\n', err: '' });
  expect(asked()).toEqual({
    FunctionName: 'nailbook-staging-maintenance-diagnose',
    Payload: '{"endSession":7,"dryRun":true}',
  });
  lambda.on(InvokeCommand).resolves(answer({ refused: true, says: 'there is no session 7' }));
  expect(await nailbook(...command)).toEqual({ code: 1, out: '', err: 'error: there is no session 7\n' });
});

test('a function that broke off is a failure with its words', async () => {
  lambda.on(InvokeCommand).resolves({ ...answer({ errorMessage: 'boom' }), FunctionError: 'Unhandled' });
  expect(await nailbook('diagnose', 'cache', '--environment', 'staging')).toEqual({
    code: 1,
    out: '',
    err: 'error: nailbook-staging-maintenance-diagnose ended with an error: {"errorMessage":"boom"}\n',
  });
});

test('where the function is not deployed yet, that is said', async () => {
  lambda
    .on(InvokeCommand)
    .rejects(new ResourceNotFoundException({ message: 'Function not found', Type: 'User', $metadata: {} }));
  expect(await nailbook('diagnose', 'pool', '--environment', 'staging')).toEqual({
    code: 1,
    out: '',
    err: 'error: there is no function nailbook-staging-maintenance-diagnose: deploy the stack maintenance of that environment first\n',
  });
});
