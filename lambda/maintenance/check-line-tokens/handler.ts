/** Started every day by its schedule. */
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { need } from '../aws/settings';
import { readSecret } from '../aws/secrets';
import { loginFromEnvironment } from '../database/login';
import { recordAs } from '../database/record-run';
import { withDatabase } from '../database/session';
import { lambdaTask } from '../entry';
import { checkLineTokens, type LineChannel } from './check-line-tokens';

const LINE_API = 'https://api.line.me';

const login = () => loginFromEnvironment(process.env, readSecret);

export const handler = lambdaTask(
  'check-line-tokens',
  async (run) => {
    const channel = channelIn(await readSecret(need('lineSecretArn')));
    const lineApi = process.env[NAMES.lineApiUrl] || LINE_API;
    return withDatabase(login(), (client) => checkLineTokens({ client, channel, lineApi, fetch }, run));
  },
  recordAs(login),
);

/** Null for the secret as it was made, before a person filled it in. */
function channelIn(secret: string): LineChannel | null {
  const { channel_id: channelId, channel_secret: channelSecret }: Record<string, unknown> = JSON.parse(secret);
  return typeof channelId === 'string' && channelId !== '' && typeof channelSecret === 'string' && channelSecret !== ''
    ? { channelId, channelSecret }
    : null;
}
