/** A salon's own LINE channel over HTTP: set it, see how it is, test it, take it away. Secrets go in and never come out. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { recordAudit } from '../audit/audit';
import { authenticate, authorize } from '../auth/authentication';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import { Problem, ProblemBody } from '../http/problem';
import { MerchantParams } from '../http/types';
import { type Credentials, CredentialsRefused } from './access-tokens';
import { type LineChannel, ownerOf } from './channel';
import { ChannelBody, channelBody, ChannelTestBody, NewChannelBody } from './channel-body';
import { HASTEN_MESSAGES, REMOVE_CHANNEL, WRITE_CHANNEL } from './channel-statements';
import { sealSecret } from './credentials';
import { orUnavailable } from './unavailable';

const REFUSED = 'line_credentials_refused';

/** The freshest: an operator who looks has just changed something. */
const NOW_MS = 0;

export const lineChannelRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  const { primary, tokens, line } = context;

  server.get(
    '/line/channel',
    {
      schema: {
        tags: ['line'],
        summary: 'Read the salon’s LINE channel',
        security: [{ token: [] }],
        params: MerchantParams,
        response: { 200: ChannelBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      authorize(authenticate(tokens, request), merchantId, ['merchant', 'admin'], request);
      return channelBody(await ownChannel(merchantId));
    },
  );

  server.put(
    '/line/channel',
    {
      schema: {
        tags: ['line'],
        summary: 'Set the salon’s LINE channel',
        description:
          'LINE is asked whether the credentials work before they are kept. LINE’s user ids belong to a provider: a channel of another ' +
          'provider cannot reach customers who signed in before.',
        security: [{ token: [] }],
        params: MerchantParams,
        body: NewChannelBody,
        response: { 200: ChannelBody, '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['merchant', 'admin'], request);
      const { channelId, channelSecret, loginChannelId = channelId } = request.body;
      const { userId: botUserId } = await askLine({ channelId, channelSecret });
      const { sealedSecret, sealedKey } = await sealSecret(
        line.dataKeys,
        ownerOf(merchantId, channelId),
        channelSecret,
      );
      await asMerchant(primary, merchantId, async (client) => {
        const values = [merchantId, channelId, loginChannelId, botUserId, sealedSecret, sealedKey];
        await client.query({ ...WRITE_CHANNEL, values });
        await client.query({ ...HASTEN_MESSAGES, values: [merchantId] });
        const audit = { merchantId, identity, requestId: request.id, action: 'line_channel.set', subjectId: channelId };
        await recordAudit(client, { ...audit, after: { channelId, loginChannelId } });
      });
      line.channels.forget(merchantId);
      return channelBody(await ownChannel(merchantId));
    },
  );

  server.delete(
    '/line/channel',
    {
      schema: {
        tags: ['line'],
        summary: 'Remove the salon’s LINE channel',
        description:
          'Its credentials are deleted; the platform’s channel speaks for the salon from now on, if there is one.',
        security: [{ token: [] }],
        params: MerchantParams,
        response: { 204: Type.Null(), '4xx': ProblemBody },
      },
    },
    async (request, reply) => {
      const { merchantId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['merchant', 'admin'], request);
      await asMerchant(primary, merchantId, async (client) => {
        const { rows } = await client.query<{ channel_id: string }>({ ...REMOVE_CHANNEL, values: [merchantId] });
        if (!rows[0]) throw noChannel();
        const audit = { merchantId, identity, requestId: request.id, action: 'line_channel.removed' };
        await recordAudit(client, { ...audit, subjectId: rows[0].channel_id });
      });
      line.channels.forget(merchantId);
      return reply.code(204).send(null);
    },
  );

  server.post(
    '/line/channel/test',
    {
      schema: {
        tags: ['line'],
        summary: 'Test the salon’s LINE channel',
        description:
          'Asks LINE with the credentials that are kept: who the account is and how many messages are left. Sends nothing.',
        security: [{ token: [] }],
        params: MerchantParams,
        response: { 200: ChannelTestBody, '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      authorize(authenticate(tokens, request), merchantId, ['merchant', 'admin'], request);
      const channel = await ownChannel(merchantId);
      try {
        const { displayName } = await askLine(channel);
        const quota = await orUnavailable(line.client.quota(channel));
        const exhausted = quota.limit !== null && quota.used >= quota.limit;
        await line.channels.noteStatus(channel, exhausted ? 'quota_exhausted' : 'ok');
        return { displayName, quota };
      } catch (error) {
        if (error instanceof Problem && error.code === REFUSED) {
          await line.channels.noteStatus(channel, 'credentials_refused');
        }
        throw error;
      }
    },
  );

  async function ownChannel(merchantId: string): Promise<LineChannel> {
    const channel = await line.channels.forMerchant(merchantId, NOW_MS);
    if (channel?.merchantId !== merchantId) throw noChannel();
    return channel;
  }

  /** Throws a 422 Problem when LINE refuses the credentials, a 503 one when it does not answer. */
  async function askLine(credentials: Credentials): Promise<{ userId: string; displayName: string }> {
    // What LINE said of these credentials before, whoever asks this has just changed.
    line.client.forgetToken(credentials);
    try {
      return await orUnavailable(line.client.botInfo(credentials));
    } catch (error) {
      if (!(error instanceof CredentialsRefused)) throw error;
      const message = `LINE refuses this secret for channel ${credentials.channelId}: copy both from the LINE Developers console`;
      throw new Problem(422, REFUSED, `channelSecret: ${message}`, {
        errors: [{ field: 'body.channelSecret', message }],
      });
    }
  }
};

function noChannel(): Problem {
  return new Problem(404, 'line_channel_unknown', 'The salon has no LINE channel of its own: set one with PUT');
}
