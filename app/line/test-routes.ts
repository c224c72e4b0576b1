/** A test message to one customer (usually somebody of the salon) through the channel that speaks for the salon. */
import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { recordAudit } from '../audit/audit';
import { authenticate, authorize } from '../auth/authentication';
import type { Context } from '../context';
import { customerUnknown } from '../customers/read-customers';
import { asMerchant, queryAsMerchant } from '../database/tenancy';
import { Problem, ProblemBody } from '../http/problem';
import { Id, MerchantParams } from '../http/types';
import type { Language } from './language';
import type { PushOutcome } from './line-client';
import { testMessageText } from './message-text';

const READ_RECIPIENT = {
  name: 'read-test-recipient',
  text: `SELECT c.line_user_id AS "to", m.name AS salon, coalesce(c.language, m.language) AS language
         FROM customers c JOIN merchants m ON m.id = c.merchant_id WHERE c.merchant_id = $1 AND c.id = $2 AND c.erased_at IS NULL`,
};

/** A channel that was set a moment ago is the one to test. */
const NOW_MS = 0;

/** Who clicks waits for the answer. */
const TURN_MS = 5_000;

export const lineTestRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  const { primary, tokens, line } = context;

  server.post(
    '/line/test-message',
    {
      schema: {
        tags: ['line'],
        summary: 'Send a test message',
        description:
          'To one customer, through the salon’s own channel or, without one, the platform’s. It counts against the channel’s messages of the month.',
        security: [{ token: [] }],
        params: MerchantParams,
        body: Type.Object({ customerId: Id }, { additionalProperties: false }),
        response: { 200: Type.Object({ text: Type.String() }), '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      const { customerId } = request.body;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['merchant', 'admin'], request);
      const query = { ...READ_RECIPIENT, values: [merchantId, customerId] };
      const { rows } = await queryAsMerchant<{ to: string; salon: string; language: Language }>(
        primary,
        merchantId,
        query,
      );
      if (!rows[0]) throw customerUnknown(customerId);
      const { to, salon, language } = rows[0];
      const channel = await line.channels.forMerchant(merchantId, NOW_MS);
      if (!channel)
        throw new Problem(404, 'line_channel_unknown', 'No LINE channel speaks for the salon: set one first');
      const text = testMessageText(salon, language);
      await line.rate.take(channel.channelId, AbortSignal.timeout(TURN_MS)).catch(() => {
        throw unavailable('rate_limited');
      });
      requireAccepted(await line.client.push(channel, { to, text, retryKey: randomUUID() }));
      const audit = { merchantId, identity, requestId: request.id, action: 'line_channel.test_message_sent' };
      await asMerchant(primary, merchantId, (client) => recordAudit(client, { ...audit, subjectId: customerId }));
      return { text };
    },
  );
};

/** Throws a Problem that says why LINE did not take the message. */
function requireAccepted(push: PushOutcome): void {
  switch (push.outcome) {
    case 'accepted':
    case 'already_accepted':
      return;
    case 'credentials_refused':
      throw new Problem(422, 'line_credentials_refused', 'LINE refuses the channel’s credentials: set new ones');
    case 'quota_exhausted':
      throw new Problem(409, 'line_quota_exhausted', 'LINE takes no more messages of this channel this month');
    case 'refused':
      throw new Problem(
        422,
        'line_message_refused',
        `LINE refuses the message (status ${push.status}): has this customer added the account as a friend?`,
      );
    case 'rate_limited':
      throw unavailable(push.outcome);
    case 'unavailable':
      throw unavailable(push.reason);
  }
}

function unavailable(reason: string): Problem {
  return new Problem(
    503,
    'line_unavailable',
    `LINE does not take the message just now (${reason}): try again`,
    {},
    {
      'retry-after': '5',
    },
  );
}
