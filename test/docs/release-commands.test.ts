/** The commands of docs/releases.md are understood as they are written there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { nailbook } from '../support/nailbook';

const page = readFileSync(join(__dirname, '../../docs/releases.md'), 'utf8');
const commands = [...page.matchAll(/^npx nailbook (.*?)(?: +#.*)?$/gm)].map(([, command = '']) => command);

/** As a shell splits it, as far as these go. */
const wordsOf = (command: string) =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

test('there are some of each kind', () => {
  for (const kind of ['release status', 'release why', 'release stop', 'rollback', 'weights', 'announce'])
    expect(commands.join('\n')).toContain(kind);
});

test.each(commands)('%s', async (command) => {
  // Nobody is let in: what was understood ends with 1, what was not with 2.
  mockClient(STSClient).on(GetCallerIdentityCommand).rejects(new Error('nobody'));
  const { code, err } = await nailbook(...wordsOf(command), ...(command.includes('--folder') ? ['--dry-run'] : []));
  expect({ code, err }).toEqual(
    command.includes('--folder')
      ? { code: 0, err: '' }
      : { code: 1, err: 'error: AWS does not take the credentials: nobody. Sign in, or set AWS_PROFILE.\n' },
  );
});
