/** `sessions`: sign-in and sign-out of salon staff and platform admins. Customers sign in with LINE. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context';
import { ProblemBody } from '../http/problem';
import { Id, Instant } from '../http/types';
import { identityBehind } from './authentication';
import { MAX_PASSWORD_LENGTH } from './passwords';
import { sessionCookie, sessionCookieOf } from './session-cookie';
import { type Session, signIn } from './sign-in';
import { expiryOf, type Tokens } from './tokens';

const SessionBody = Type.Object(
  {
    token: Type.String({ description: 'For the Authorization header: Bearer <token>' }),
    expiresAt: Instant,
    role: Type.Enum(['merchant', 'admin']),
    userId: Id,
    merchantId: Type.Union([Id, Type.Null()], { description: 'The salon to act at; null for a platform admin' }),
  },
  { title: 'Session' },
);

export const sessionRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.post(
    '/sessions',
    {
      schema: {
        tags: ['accounts'],
        summary: 'Sign in with login and password',
        description: 'After ten attempts within a quarter of an hour further ones are refused (429) until it is over.',
        body: Type.Object(
          {
            login: Type.String({ minLength: 3, maxLength: 100 }),
            password: Type.String({ minLength: 1, maxLength: MAX_PASSWORD_LENGTH }),
          },
          { additionalProperties: false },
        ),
        response: { 201: SessionBody, '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request, reply) => {
      const session = await signIn(context, request, request.body);
      return reply.code(201).header('set-cookie', rememberedBy(request, session)).send(session);
    },
  );

  server.get(
    '/sessions/current',
    {
      schema: {
        tags: ['accounts'],
        summary: 'The session of this browser',
        description:
          'For a page that was loaded anew: sign-in leaves a cookie that only this path reads. 204 without one.',
        response: { 200: SessionBody, 204: Type.Null(), '4xx': ProblemBody },
      },
    },
    async (request, reply) => {
      const token = sessionCookieOf(request);
      const session = token === null ? null : resumed(context.tokens, token);
      if (session) return session;
      return reply.code(204).send(null);
    },
  );

  server.delete(
    '/sessions/current',
    {
      schema: {
        tags: ['accounts'],
        summary: 'Sign this browser out',
        description: 'Takes the cookie away; a token that somebody kept is good until it expires.',
        response: { 204: Type.Null(), '4xx': ProblemBody },
      },
    },
    async (request, reply) =>
      reply
        .code(204)
        .header('set-cookie', sessionCookie(request, '', 0))
        .send(null),
  );
};

function rememberedBy(request: FastifyRequest, { token, expiresAt }: Session): string {
  return sessionCookie(request, token, Math.floor((Date.parse(expiresAt) - Date.now()) / 1000));
}

/** `null`: the token has expired, was withdrawn, or is none of a sign-in with a password. */
function resumed(tokens: Tokens, token: string): Session | null {
  const identity = identityBehind(tokens, token);
  if (!identity || identity.role === 'customer') return null;
  const { role, userId, merchantId } = identity;
  return { token, expiresAt: expiryOf(token), role, userId, merchantId };
}
