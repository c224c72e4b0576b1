/** `POST line/webhook/{channelId}`: where LINE tells who follows and who blocks a channel. */
import { randomBytes } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { logSecurityEvent } from '../auth/security-log';
import { Problem, ProblemBody } from '../http/problem';
import type { LineChannel } from './channel';
import { merchantsOfPlatformUsers, type ReachabilityEvent, storeEvents } from './inbox';
import { isRecord, parseObject } from './json';
import type { Line } from './line';
import { isSigned, SIGNATURE_HEADER } from './webhook-signature';

/** LINE sends up to 100 events a call, of which a text message is the largest: 5,000 characters. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024;

/** After a failed check the channel is read again unless it was read this recently: its secret may have been changed. */
const FRESH_MS = 1_000;

/** An unknown channel is checked against this, so that it takes as long to refuse as a bad signature, in the same words. */
const NOBODYS_SECRET = randomBytes(16).toString('hex');

export const lineWebhookRoutes: FastifyPluginAsyncTypebox<{ line: Line }> = async (server, { line }) => {
  const { channels, pool, metrics } = line;

  // The signature is over the bytes as they came, so nothing may read them first.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  server.post(
    '/line/webhook/:channelId',
    {
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        tags: ['line'],
        summary: 'Receive webhook events',
        description:
          'For LINE only: the body must be signed with the channel’s secret. Events are stored and worked on afterwards.',
        params: Type.Object({ channelId: Type.String({ pattern: '^[0-9]{1,20}$' }) }),
        headers: Type.Object({ [SIGNATURE_HEADER]: Type.Optional(Type.String({ maxLength: 100 })) }),
        response: { 200: Type.Object({}), '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const { channelId } = request.params;
      const signers = await signersOf(channelId, body, request.headers[SIGNATURE_HEADER] ?? '');
      if (signers.length === 0) {
        metrics.webhookEvents.inc({ result: 'refused' });
        logSecurityEvent(request, 'sign_in_refused', 'a webhook was refused', { reason: 'bad LINE signature' });
        throw new Problem(
          401,
          'bad_signature',
          `${SIGNATURE_HEADER} is not the signature of this body for this channel`,
        );
      }
      const { destination, events, ignored } = parseWebhook(body);
      if (signers.some(({ botUserId }) => botUserId !== null && botUserId !== destination)) {
        throw new Problem(
          400,
          'wrong_destination',
          `The events are for another account than that of channel ${channelId}`,
        );
      }
      const merchantIds = await concerned(signers, events);
      const stored = await storeEvents(pool, merchantIds, events);
      metrics.webhookEvents.inc({ result: 'ignored' }, ignored);
      metrics.webhookEvents.inc({ result: 'stored' }, stored);
      metrics.webhookEvents.inc({ result: 'repeated' }, merchantIds.length * events.length - stored);
      if (stored > 0) line.wakeInbox();
      return {};
    },
  );

  /** The channels of this id whose secret signed the body. */
  async function signersOf(channelId: string, body: Buffer, signature: string): Promise<LineChannel[]> {
    for (const maxAgeMs of [undefined, FRESH_MS]) {
      const candidates = await channels.withChannelId(channelId, maxAgeMs);
      if (candidates.length === 0) isSigned(body, NOBODYS_SECRET, signature);
      const signers = candidates.filter(({ channelSecret }) => isSigned(body, channelSecret, signature));
      if (signers.length > 0) return signers;
    }
    return [];
  }

  /** The platform's channel speaks for many merchants: those that know the user. */
  async function concerned(signers: readonly LineChannel[], events: readonly ReachabilityEvent[]): Promise<string[]> {
    const own = signers.flatMap(({ merchantId }) => merchantId ?? []);
    if (events.length === 0 || own.length === signers.length) return own;
    const users = [...new Set(events.map(({ lineUserId }) => lineUserId))];
    return [...new Set([...own, ...(await merchantsOfPlatformUsers(pool, users))])];
  }
};

/** What of a signed body matters. Throws a 400 Problem when it is not what LINE documents. */
function parseWebhook(body: Buffer): { destination: string; events: ReachabilityEvent[]; ignored: number } {
  const { destination, events: all } = parseObject(body.toString());
  if (typeof destination !== 'string' || !Array.isArray(all)) {
    throw new Problem(400, 'invalid_webhook', 'The body must be JSON with "destination" and "events"');
  }
  const events = all.flatMap((event) => toReachabilityEvent(event) ?? []);
  return { destination, events, ignored: all.length - events.length };
}

function toReachabilityEvent(value: unknown): ReachabilityEvent | undefined {
  if (!isRecord(value) || !isRecord(value['source'])) return undefined;
  const { type, webhookEventId, timestamp } = value;
  const { userId } = value['source'];
  if (type !== 'follow' && type !== 'unfollow') return undefined;
  if (!isShortText(webhookEventId) || !isShortText(userId) || !isInstant(timestamp)) return undefined;
  return { webhookEventId, type, lineUserId: userId, occurredAt: timestamp };
}

/** LINE's ids have 26 and 33 characters. PostgreSQL takes every character but one. */
function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 64 && !value.includes('\u0000');
}

/** From 1970 on: far earlier ones are none to PostgreSQL, and an event that cannot be stored would take its neighbours along. */
function isInstant(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && !Number.isNaN(new Date(value).getTime());
}
