/** `POST sessions`: a customer signs in with the ID token that LIFF gave their app. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { logSecurityEvent } from '../auth/security-log';
import type { Context } from '../context';
import { Problem, ProblemBody } from '../http/problem';
import { Id, Instant, MerchantParams } from '../http/types';
import { LANGUAGES } from './language';
import { signIn } from './sign-in';

/** LIFF's own ID token lives as long; the app then signs in again without asking anybody. */
const LIFETIME_SECONDS = 3600;

const SessionBody = Type.Object(
  {
    token: Type.String({ description: 'Send it as Authorization: Bearer <token>' }),
    expiresAt: Instant,
    customerId: Id,
    displayName: Type.String({ description: 'Empty when LINE does not tell' }),
    reachable: Type.Boolean({
      description: 'false: the customer has to add the salon’s account as a friend to get messages',
    }),
  },
  { title: 'CustomerSession' },
);

export const sessionRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.post(
    '/sessions',
    {
      schema: {
        tags: ['line'],
        summary: 'Sign a customer in',
        description:
          'LINE is asked about the ID token. Never send a LINE user id or profile instead: anybody can write one.',
        params: MerchantParams,
        body: Type.Object(
          {
            idToken: Type.String({ minLength: 1, maxLength: 4096, description: 'liff.getIDToken()' }),
            language: Type.Optional(
              Type.Enum([...LANGUAGES], { description: 'For messages; the salon’s if left out' }),
            ),
          },
          { additionalProperties: false, title: 'NewCustomerSession' },
        ),
        response: { 201: SessionBody, '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request, reply) => {
      const { merchantId } = request.params;
      const { idToken, language = null } = request.body;
      try {
        const signedIn = await signIn(context, merchantId, idToken, language);
        request.userId = signedIn.customerId;
        const identity = { role: 'customer' as const, userId: signedIn.customerId, merchantId };
        const token = context.tokens.sign(identity, LIFETIME_SECONDS);
        logSecurityEvent(request, 'signed_in', 'a customer signed in', { merchant_id: merchantId });
        const expiresAt = new Date(context.clock() + LIFETIME_SECONDS * 1000).toISOString();
        return await reply.code(201).send({ token, expiresAt, ...signedIn });
      } catch (error) {
        if (error instanceof Problem && error.status === 401) {
          logSecurityEvent(request, 'sign_in_refused', 'an ID token was refused', { merchant_id: merchantId });
        }
        throw error;
      }
    },
  );
};
